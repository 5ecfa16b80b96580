/** Inputs that are large or deep in one way each, for searches that grow beyond bounds. */
import type { FileKind } from '../../core/records/document.ts';
import { FILE_KINDS } from '../../core/testing/fixtures.ts';
import { recordText } from './anyText.ts';

/** What it is, as which kind of file, and the text. */
export type Huge = readonly [name: string, kind: FileKind, text: () => string];

const many = (times: number, ...parts: readonly string[]): string => parts.map((part) => part.repeat(times)).join('');
const header = (yaml: string): string => `---\n${yaml}\n---\nUser: <IMAGE>\nHello\nAssistant: Hello\n`;
const inEach = (name: string, text: () => string): readonly Huge[] => FILE_KINDS.map((kind) => [name, kind, text]);

const FILES: readonly Huge[] = [
  ...inEach('open brackets', () => many(100_000, '[')),
  ...inEach('open braces with keys', () => many(100_000, '{"a":')),
  ...inEach('brackets that close', () => many(50_000, '[', ']')),
  ...inEach('quotes', () => many(100_000, '"')),
  ...inEach('backslashes in a string', () => `"${many(100_001, '\\')}`),
  ...inEach('commas in a list', () => `[${many(100_000, ',')}]`),
  ...inEach('line endings of old', () => many(50_000, '{}\r')),
  ...inEach('NULs', () => many(100_000, '\0')),
  ...inEach('byte-order marks', () => many(30_000, '\ufeff{}\n')),
  ...inEach('separators', () => many(20_000, '---\n')),
  ...inEach('speakers', () => `---\nid: a\n---\n${many(10_000, 'User: a\nAssistant: b\n')}`),
  ...inEach('digits', () => `{"id": ${many(200_000, '9')}, "width": 1e99999999}`),
  ['dashes', 'uscdf', () => header(many(50_000, '- '))],
  ['question marks', 'uscdf', () => header(many(50_000, '? '))],
  [
    'a staircase of keys',
    'uscdf',
    () => header(Array.from({ length: 390 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')),
  ],
  ['a staircase of lists', 'uscdf', () => header(many(90, '[', ']'))],
  ['aliases of aliases', 'uscdf', () => header(aliasBomb())],
  ['an alias of itself', 'uscdf', () => header('masks: &a [*a, *a]')],
  ['anchors', 'uscdf', () => header(Array.from({ length: 3_000 }, (_, i) => `k${i}: &a${i} 1`).join('\n'))],
  ['merge keys', 'uscdf', () => header(`a: &a {b: 1}\n${many(3_000, '<<: *a\n')}`)],
  ['keys', 'uscdf', () => header(Array.from({ length: 5_000 }, (_, i) => `k${i}: 1`).join('\n'))],
  ['tags', 'uscdf', () => header(`id: ${many(20_000, '!')}a`)],
  ['an indicator of a block', 'uscdf', () => header(`id: ${many(20_000, '|')}`)],
  ['keys', 'jsonl', () => `{${Array.from({ length: 30_000 }, (_, i) => `"k${i}": 1`).join(', ')}}`],
  ['keys that are one', 'jsonl', () => `{${many(30_000, '"imgae": 1, ')}"id": 1}`],
  ['masks of no form', 'jsonl', () => `{"id": "a", "masks": [${many(5_000, '{"siz": 1}, ')}{}]}`],
  ['turns of no form', 'jsonl', () => `{"id": "a", "conversations": [${many(5_000, '{"form": "user"}, ')}{}]}`],
  [
    'pairs of turns',
    'jsonl',
    () =>
      `{"id": "a", "conversations": [${many(3_000, '{"from": "user", "value": "a <p> b </p> [SEG]"}, ', '{"from": "gpt", "value": "<p> b </p> [SEG]"}, ')}{}]}`,
  ],
  [
    'a polygon',
    'jsonl',
    () => `{"masks": [{"size": [9000, 9000], "polygons": [[${many(20_000, '0, 0, 9000, 9000, ')}1, 1]]}]}`,
  ],
  ['runs', 'jsonl', () => `{"masks": [{"size": [10000, 10000], "counts": "${many(300_000, '1')}"}]}`],
];

/** Answers inside whole records: what the scanner, the tree and the rules see. */
const ANSWERS: readonly (readonly [string, () => string, number?])[] = [
  ['opening tags', () => many(2_000, '<p> ')],
  ['closing tags', () => many(2_000, '</p> ')],
  ['nested phrases', () => many(2_000, '<p> a ', '</p> ')],
  ['phrases', () => many(3_000, '<p> a dog </p> [SEG], '), 3_000],
  ['phrases without masks', () => many(3_000, '<p> a dog </p> [SEG], ')],
  ['phrases without [SEG]', () => many(3_000, '<p> a dog </p>, '), 3_000],
  ['bare [SEG]', () => many(5_000, 'a dog [SEG] ')],
  ['[SEG] behind one phrase', () => `<p> dog </p> ${many(5_000, '[SEG] ')}`],
  ['near misses', () => many(3_000, '<P>dog< / p >(SEG) ')],
  ['refusals without an end', () => many(3_000, "But I don't see any ")],
  ['refusals', () => many(1_000, "But I don't see any cat in this image. ")],
  ['refusals of tags', () => `But I don't see any ${many(60, '<p> a </p>')} in this image.`],
  ['there is no', () => many(5_000, 'there is no ')],
  ['blanks in a refusal', () => `But I don't see any${many(20_000, ' ')}cat${many(20_000, ' ')}in this picture.`],
  ['blanks', () => `a${many(50_000, ' ')}b [SEG]`],
  ['blanks before a phrase', () => `<p>${many(50_000, ' ')}</p>${many(50_000, ' ')}[SEG]`],
  ['and', () => `Sure, it is <p> ${many(10_000, ' and ')} </p> [SEG].`],
  ['commas', () => `Sure, ${many(3_000, '<p> a </p> [SEG], ')}and <p> a </p> [SEG].`, 3_001],
  ['placeholders', () => many(3_000, '<image>\n')],
  ['angle brackets', () => many(100_000, '<')],
  ['lines', () => many(20_000, 'a\n')],
];

/** The layers above the records see the same answer in each file kind, so each one stands in one of them. */
export const HUGE: readonly Huge[] = [
  ...FILES,
  ...ANSWERS.map(([name, answer, masks = 0], i): Huge => {
    const kind = FILE_KINDS[i % FILE_KINDS.length]!;
    return [name, kind, () => recordText(kind, answer(), masks)];
  }),
];

/** 40 MB in one line. */
export const LONG_LINE = (): string =>
  recordText('jsonl', 'A <p> dog </p> [SEG]. ', 1).replace('"13"', `"${many(40_000_000, '1')}"`);

function aliasBomb(): string {
  const levels = Array.from({ length: 12 }, (_, i) => `k${i + 1}: &k${i + 1} [${many(9, `*k${i}, `)}*k${i}]`);
  return ['k0: &k0 [a]', ...levels].join('\n');
}
