/**
 * The built command on twenty-two kinds of mistakes, in each file kind: the code, at its place, and nothing else; what
 * `--fix` promises to mend is clean afterwards, and a second `--fix` changes nothing.
 */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FileKind } from '../../core/records/document.ts';
import { LineOffsets } from '../../core/records/lineStore.ts';
import { writeFile } from '../../core/records/writeRecord.ts';
import { allRules } from '../../core/rules/index.ts';
import { FILE_KINDS } from '../../core/testing/fixtures.ts';
import { type LintOutput, lintJson, uscdf } from './command.ts';

/** A mistake: a record, and where the finding stands. `⟦ ⟧` mark it in a turn; `at` names the source text itself. */
interface Mistake {
  readonly code: string;
  readonly what: string;
  readonly question?: string;
  readonly answer?: string;
  /** How many masks the record has; else one for each `[SEG]`. */
  readonly masks?: number;
  readonly more?: Readonly<Record<string, unknown>>;
  readonly change?: (record: Record<string, unknown>) => Record<string, unknown>;
  /** Records without a mistake that stand before this one, by what they have of their own. */
  readonly before?: readonly Readonly<Record<string, unknown>>[];
  /** The source text that the finding covers, by file kind. */
  readonly at?: (kind: FileKind) => string;
  /** Changes the written file itself, for what no writer would write. */
  readonly damage?: (text: string, kind: FileKind) => string;
  readonly kinds?: readonly FileKind[];
  /** The rules table promises a fix, and this record can be mended without a person. */
  readonly fixed?: boolean;
}

/** Of the photograph that every record names. */
const WIDTH = 640;
const HEIGHT = 424;
const mask = (index: number) => ({
  size: [HEIGHT, WIDTH],
  counts: [1000 * (index + 1), 500, HEIGHT * WIDTH - 1000 * (index + 1) - 500],
});
const maskText = (mask: unknown) => () => JSON.stringify(mask).replaceAll(':', ': ').replaceAll(',', ', ');
const run = (start: number, length: number) => ({
  size: [HEIGHT, WIDTH],
  counts: [start, length, HEIGHT * WIDTH - start - length],
});
const quoted = (text: string) => (kind: FileKind) => (kind === 'uscdf' ? text : `"${text}"`);

const MISTAKES: readonly Mistake[] = [
  { code: 'unclosed-tag', what: 'before [SEG]', answer: 'Sure, it is ⟦<p>⟧ the dog [SEG].', fixed: true },
  {
    code: 'unclosed-tag',
    what: 'before the next <p>',
    answer: 'I see ⟦<p>⟧ a dog and <p> a cat </p> [SEG].',
    masks: 1,
    fixed: true,
  },
  {
    code: 'unclosed-tag',
    what: 'before the end of the turn, its mask waiting',
    answer: 'Sure, it is ⟦<p>⟧ the dog.',
    masks: 1,
    fixed: true,
  },
  { code: 'unclosed-tag', what: 'closed with <p>', answer: 'Sure, it is ⟦<p>⟧ the dog <p> [SEG].', fixed: true },
  { code: 'unopened-tag', what: 'before [SEG]', answer: 'Sure, it is the dog ⟦</p>⟧ [SEG].', fixed: true },
  { code: 'unopened-tag', what: 'alone', answer: 'A dog ⟦</p>⟧ and <p> a cat </p> [SEG].', masks: 1, fixed: true },
  {
    code: 'nested-tag',
    what: 'inside a phrase',
    answer: 'I see <p> the man with ⟦<p> a hat </p>⟧ on </p> [SEG].',
    fixed: true,
  },
  {
    code: 'nested-tag',
    what: 'with its own [SEG]',
    answer: 'I see <p> the man with ⟦<p> a hat </p>⟧ [SEG] </p> [SEG].',
  },
  { code: 'empty-phrase', what: 'with words before', answer: 'I see a small dog ⟦<p> </p>⟧ [SEG].', fixed: true },
  { code: 'empty-phrase', what: 'without [SEG]', answer: 'I see ⟦<p></p>⟧ nothing.', fixed: true },
  {
    code: 'phrase-without-seg',
    what: 'with its mask waiting',
    answer: 'Sure, it is ⟦<p> the dog </p>⟧.',
    masks: 1,
    fixed: true,
  },
  {
    code: 'phrase-without-seg',
    what: 'without a mask',
    answer: 'Sure, it is ⟦<p> the dog </p>⟧.',
    masks: 0,
    fixed: true,
  },
  {
    code: 'phrase-without-seg',
    what: 'a comma in between',
    answer: 'I see <p> the dog ⟦</p>, [SEG]⟧ here.',
    fixed: true,
  },
  { code: 'seg-without-phrase', what: 'with words before', answer: 'I see a small dog ⟦[SEG]⟧.', fixed: true },
  {
    code: 'seg-without-phrase',
    what: "LISA's answer",
    question: 'Can you segment the zebra in this image?',
    answer: 'Sure, it is ⟦[SEG]⟧.',
    fixed: true,
  },
  { code: 'several-seg', what: 'two', answer: 'I see <p> two dogs </p> [SEG] ⟦[SEG]⟧.' },
  ...['<P>', '< p >', '<p >'].map(
    (token): Mistake => ({
      code: 'malformed-token',
      what: token,
      answer: `I see ⟦${token}⟧ a dog </p> [SEG].`,
      fixed: true,
    }),
  ),
  ...['<\\p>', '</P>', '</ p>', '<p/>', '</p'].map(
    (token): Mistake => ({
      code: 'malformed-token',
      what: token,
      answer: `I see <p> a dog ⟦${token}⟧ [SEG].`,
      fixed: true,
    }),
  ),
  ...['[seg]', '[SEG', '(SEG)', '<seg>', '{seg}', '[SEG0] [SEG1]', '[ SEG ]', 'SEG]'].map(
    (token): Mistake => ({
      code: 'malformed-token',
      what: token,
      answer: `I see <p> a dog </p> ⟦${token}⟧ there.`,
      fixed: true,
    }),
  ),
  { code: 'malformed-token', what: '[REJ]', answer: 'the zebra:⟦[REJ]⟧', fixed: true },
  { code: 'malformed-token', what: '<region>', answer: 'It is ⟦<region>⟧ a dog.', fixed: true },
  {
    code: 'malformed-token',
    what: 'after an emoji',
    answer: 'I see \u{1f415}\u{1f415} ⟦<P>⟧ a dog </p> [SEG].',
    fixed: true,
  },
  { code: 'token-in-question', what: '[SEG]', question: 'Can you segment the dog ⟦[SEG]⟧ in this image?', fixed: true },
  { code: 'phrase-spacing', what: 'none', answer: 'I see ⟦<p>a dog</p>[SEG]⟧.', fixed: true },
  { code: 'phrase-spacing', what: 'too much', answer: 'I see ⟦<p>  a dog </p> [SEG]⟧ .', fixed: true },
  {
    code: 'mask-count',
    what: 'a mask too few',
    answer: 'I see <p> a dog </p> [SEG] and <p> a cat </p> ⟦[SEG]⟧.',
    masks: 1,
  },
  {
    code: 'mask-count',
    what: 'a mask too many',
    answer: 'I see <p> a dog </p> [SEG].',
    masks: 2,
    at: () => JSON.stringify(mask(1)).replaceAll(':', ': ').replaceAll(',', ', '),
    fixed: true,
  },
  {
    code: 'negative-phrasing',
    what: 'do not',
    answer: 'Sure, it is <p> the dog </p> [SEG]. ⟦But I do not see any zebra in this image.⟧',
    fixed: true,
  },
  {
    code: 'negative-phrasing',
    what: 'a curly apostrophe',
    answer: 'Sure, it is <p> the dog </p> [SEG]. ⟦But I don\u2019t see any zebra in this image.⟧',
    fixed: true,
  },
  {
    code: 'negative-phrasing',
    what: 'there is no',
    question: 'Please segment the zebra in this image.',
    answer: '⟦Sorry, there is no zebra in this image.⟧',
    fixed: true,
  },
  {
    code: 'negative-phrasing',
    what: 'in the image',
    answer: "⟦Sorry, I don't see any zebra in the image.⟧",
    fixed: true,
  },
  {
    code: 'negative-phrasing',
    what: 'a missing But',
    answer: "Sure, it is <p> the dog </p> [SEG]. ⟦I don't see any zebra in this image.⟧",
    fixed: true,
  },
  {
    code: 'negative-phrasing',
    what: 'Sorry after a positive, with a comma',
    answer: "Sure, it is <p> the dog </p> [SEG], ⟦but I can't see any zebra in this image.⟧",
    fixed: true,
  },
  {
    code: 'negative-grounded',
    what: 'with a mask',
    answer: "Sure, it is <p> the dog </p> [SEG]. But I don't see any ⟦<p> zebra </p> [SEG]⟧ in this image.",
    masks: 2,
  },
  {
    code: 'negative-grounded',
    what: 'with an empty mask',
    answer: "Sure, it is <p> the dog </p> [SEG]. But I don't see any ⟦<p> zebra </p> [SEG]⟧ in this image.",
    more: { masks: [mask(0), run(0, 0)] },
    fixed: true,
  },
  {
    code: 'negative-grounded',
    what: 'without a mask',
    answer: "Sure, it is <p> the dog </p> [SEG]. But I don't see any ⟦<p> zebra </p>⟧ in this image.",
    masks: 1,
    fixed: true,
  },
  {
    code: 'negative-contradiction',
    what: 'with another article',
    answer: "Sure, it is <p> the dog </p> [SEG]. But I don't see any zebra and ⟦a dog⟧ in this image.",
  },
  {
    code: 'negative-unasked',
    what: 'one more than the question lists',
    question: 'Please segment the dog and the buses in this image.',
    answer: "Sure, it is <p> the dog </p> [SEG]. But I don't see any bus and ⟦zebra⟧ in this image.",
  },
  {
    code: 'negative-listed',
    what: 'one that no clause denies',
    answer: "Sure, it is <p> the dog </p> [SEG]. But I don't see any zebra in this image.",
    more: { negatives: ['zebra', 'bus'] },
    at: (kind) => (kind === 'json' ? '"negatives": [\n' : '["zebra", "bus"]'),
    fixed: true,
  },
  {
    code: 'negative-listed',
    what: 'none, where a clause denies',
    answer: "Sure, it is <p> the dog </p> [SEG]. But I don't see any zebra in this image.",
    more: { negatives: [] },
    at: () => '[]',
    fixed: true,
  },
  {
    code: 'referent-unanswered',
    what: 'one of two',
    question: 'Please segment the dog and ⟦the zebra⟧ in this image.',
  },
  {
    code: 'referent-unanswered',
    what: 'with "and" inside it',
    question: 'Please segment the zebra, ⟦salt and pepper shaker⟧, and the dog in this image.',
    answer: "Sure, it is <p> the dog </p> [SEG]. But I don't see any zebra in this image.",
  },
  {
    code: 'image-placeholder',
    what: 'missing',
    question: '⟦Can⟧ you segment the dog in this image?',
    change: withoutPlaceholder,
    fixed: true,
  },
  {
    code: 'image-placeholder',
    what: 'twice',
    question: 'Can you segment ⟦<image>⟧ the dog in this image?',
    fixed: true,
  },
  { code: 'image-placeholder', what: 'in a later turn', answer: 'Here is ⟦<image>⟧ a dog.', fixed: true },
  {
    code: 'role-order',
    what: 'no answer',
    change: (record) => ({ ...record, conversations: (record['conversations'] as unknown[]).slice(0, 1), masks: [] }),
    at: role('human'),
  },
  {
    code: 'mask-corrupt',
    what: 'too few runs',
    more: { masks: [{ size: [HEIGHT, WIDTH], counts: [10, 20] }] },
    at: () => `{"size": [${HEIGHT}, ${WIDTH}], "counts": [10, 20]}`,
  },
  {
    code: 'mask-corrupt',
    what: 'a cut text',
    more: { masks: [{ size: [HEIGHT, WIDTH], counts: 'abc~' }] },
    at: () => `{"size": [${HEIGHT}, ${WIDTH}], "counts": "abc~"}`,
  },
  {
    code: 'mask-corrupt',
    what: 'a polygon of two points',
    more: { masks: [{ size: [HEIGHT, WIDTH], polygons: [[1, 1, 5, 5]] }] },
    at: (kind) => (kind === 'json' ? '"polygons": [\n' : `{"size": [${HEIGHT}, ${WIDTH}], "polygons": [[1, 1, 5, 5]]}`),
  },
  {
    code: 'mask-size',
    what: 'swapped',
    more: { masks: [{ ...mask(0), size: [WIDTH, HEIGHT] }] },
    at: () => `[${WIDTH}, ${HEIGHT}]`,
    fixed: true,
  },
  {
    code: 'mask-size',
    what: 'of another image',
    more: { masks: [{ size: [2, 2], counts: [1, 3] }] },
    at: () => '[2, 2]',
  },
  { code: 'mask-empty', what: 'no run', more: { masks: [run(0, 0)] }, at: maskText(run(0, 0)) },
  {
    code: 'mask-empty',
    what: 'a polygon outside',
    more: { masks: [{ size: [HEIGHT, WIDTH], polygons: [[900, 900, 950, 900, 950, 950]] }] },
    at: (kind) =>
      kind === 'json'
        ? '"polygons": [\n'
        : `{"size": [${HEIGHT}, ${WIDTH}], "polygons": [[900, 900, 950, 900, 950, 950]]}`,
  },
  {
    code: 'mask-duplicate',
    what: 'a pixel apart',
    answer: 'I see <p> a dog </p> [SEG] and <p> a cat </p> [SEG].',
    more: { masks: [run(1_000, 500), run(1_000, 499)] },
    at: maskText(run(1_000, 499)),
  },
  {
    code: 'mask-overlap',
    what: 'a panoptic record',
    question: 'Can you segment all the objects in this image?',
    answer: 'Sure, the image contains <p> dog </p> [SEG] and <p> grass </p> [SEG].',
    more: { task: 'panoptic', masks: [run(1_000, 500), run(1_400, 5_000)] },
    at: maskText(run(1_400, 5_000)),
  },
  {
    code: 'mask-outside-parent',
    what: 'beside the parent',
    before: [{ id: 'root', task: 'mgsc' }],
    answer: 'It has <p> a collar </p> [SEG].',
    more: { task: 'mgsc', parent: 'root', target: 'the dog', masks: [mask(1)] },
    at: maskText(mask(1)),
  },
  {
    code: 'duplicate-id',
    what: 'the second of two',
    before: [{}],
    answer: 'I see <p> a dog </p> [SEG].',
    at: quoted('tennis-17'),
  },
  {
    code: 'unknown-parent',
    what: 'no such record',
    before: [{ id: 'root', task: 'mgsc' }],
    more: { task: 'mgsc', parent: 'rot', target: 'the dog' },
    at: quoted('rot'),
  },
  {
    code: 'unknown-parent',
    what: 'no such phrase',
    before: [{ id: 'root', task: 'mgsc' }],
    more: { task: 'mgsc', parent: 'root', target: 'the dgo' },
    at: quoted('the dgo'),
  },
  {
    code: 'unknown-parent',
    what: 'a target without its parent',
    before: [{ id: 'root', task: 'mgsc' }],
    more: { task: 'mgsc', target: 'the big dog' },
    at: quoted('the big dog'),
  },
  { code: 'image-missing', what: 'no such file', more: { image: 'images/gone.jpg' }, at: quoted('images/gone.jpg') },
  { code: 'image-missing', what: 'cut off', more: { image: 'cut.jpg' }, at: quoted('cut.jpg') },
  {
    code: 'draft',
    what: 'undecided',
    more: { provenance: { model: 'coco80@1.0.0', status: 'draft' } },
    at: () => '"draft"',
  },
  { code: 'schema', what: 'a misspelt key', change: rename('width', 'widht'), at: quoted('widht'), fixed: true },
  {
    code: 'schema',
    what: 'conversations misspelt',
    change: rename('conversations', 'conversatons'),
    at: () => '"conversatons"',
    kinds: ['jsonl', 'json'],
    fixed: true,
  },
  {
    code: 'schema',
    what: 'another name for the assistant',
    change: (record) => ({
      ...record,
      conversations: (record['conversations'] as { from: string; value: string }[]).map((turn) => ({
        ...turn,
        from: turn.from === 'gpt' ? 'assistant' : turn.from,
      })),
    }),
    at: () => '"assistant"',
    kinds: ['jsonl', 'json'],
    fixed: true,
  },
  { code: 'schema', what: 'a wrong type', more: { width: 'wide' }, at: quoted('wide') },
  { code: 'schema', what: 'a number in quotes', more: { width: String(WIDTH) }, at: () => `"${WIDTH}"`, fixed: true },
  {
    code: 'schema',
    what: 'a missing key',
    change: ({ id: _, ...record }) => record,
    at: (kind) => (kind === 'uscdf' ? 'image: photo.jpg' : '{'),
  },
  {
    code: 'reserved-text',
    what: 'the end of a turn',
    answer: 'Sure, it is <p> the dog </p> [SEG].⟦</s>⟧',
    fixed: true,
  },
  {
    code: 'reserved-text',
    what: 'a speaker in an answer',
    answer: 'Sure, it is ⟦ASSISTANT:⟧ <p> the dog </p> [SEG].',
    fixed: true,
  },
  {
    code: 'reserved-text',
    what: 'a speaker in a question',
    question: '⟦USER:⟧ Can you segment the dog in this image?',
  },
  {
    code: 'reserved-text',
    what: 'a token around the image',
    question: 'Can you segment ⟦<im_end>⟧ the dog in this image?',
    fixed: true,
  },
  {
    code: 'double-determiner',
    what: 'in a clause',
    answer: "Sure, it is <p> the dog </p> [SEG]. But I don't see ⟦any the⟧ zebra in this image.",
    fixed: true,
  },
  { code: 'double-determiner', what: 'in a phrase', answer: 'Sure, it is <p> ⟦the the⟧ dog </p> [SEG].', fixed: true },
  {
    code: 'double-determiner',
    what: 'in a question',
    question: 'Can you segment ⟦the the⟧ dog in this image?',
    fixed: true,
  },
  {
    code: 'double-determiner',
    what: 'before a phrase',
    answer: 'Sure, it is ⟦the <p> the⟧ dog </p> [SEG].',
    fixed: true,
  },
  {
    code: 'answer-template',
    what: 'other words before',
    more: { task: 'referring' },
    answer: '⟦Here you are:⟧ <p> the dog </p> [SEG].',
  },
  {
    code: 'answer-template',
    what: 'other words behind',
    more: { task: 'semantic' },
    answer: 'Sure, it is <p> the dog </p> [SEG]. ⟦What a dog!⟧',
  },
  {
    code: 'answer-template',
    what: 'a caption for a list of all objects',
    more: { task: 'panoptic' },
    answer: '⟦I see⟧ <p> the dog </p> [SEG] and <p> the cat </p> [SEG].',
  },
  {
    code: 'empty-turn',
    what: 'an answer',
    answer: '',
    at: (kind) => (kind === 'uscdf' ? 'Assistant' : '""'),
  },
  {
    code: 'empty-turn',
    what: 'a question',
    change: withQuestion('  '),
    at: (kind) => (kind === 'uscdf' ? 'User' : '"  "'),
  },
  { code: 'object-tag', what: 'not closed', answer: 'I see ⟦<object1>⟧ a dog.', masks: 1 },
  { code: 'object-tag', what: 'not opened', answer: 'I see a dog ⟦</object1>⟧.', masks: 1 },
  {
    code: 'object-tag',
    what: 'nested',
    answer: 'I see <object1> a man with ⟦<object2> a hat </object2>⟧ on </object1>.',
    masks: 2,
  },
  {
    code: 'object-tag',
    what: 'crossing',
    answer: 'I see <object1> a man ⟦<object2> with </object1>⟧ a hat </object2>.',
    masks: 2,
  },
  {
    code: 'object-unknown',
    what: 'no such mask',
    answer: 'I see <object1> a dog </object1> and ⟦<object7>⟧ a cat </object7>.',
    masks: 2,
  },
  {
    code: 'object-unmentioned',
    what: 'the second mask',
    answer: 'I see <object1> a dog </object1> and a cat.',
    masks: 2,
    at: () => JSON.stringify(mask(1)).replaceAll(':', ': ').replaceAll(',', ', '),
  },
  {
    code: 'long-line',
    what: 'a mask of many runs',
    more: {
      masks: [{ size: [HEIGHT, WIDTH], counts: [...Array.from({ length: 5_000 }, () => 1), HEIGHT * WIDTH - 5_000] }],
    },
    at: () => '"masks"',
    kinds: ['jsonl'],
  },
  { code: 'image-size', what: 'a wrong width', more: { width: WIDTH + 1 }, at: () => String(WIDTH + 1), fixed: true },
  {
    code: 'image-size',
    what: 'swapped',
    more: { width: HEIGHT, height: WIDTH },
    at: () => String(HEIGHT),
    fixed: true,
  },
  {
    code: 'syntax',
    what: 'a lost comma',
    damage: (text) => text.replace(/,(\s*"conversations")/, '$1'),
    at: () => '"conversations"',
    kinds: ['jsonl', 'json'],
  },
  { code: 'syntax', what: 'a lost bracket', damage: (text) => text.replace('width: ', 'width: ['), kinds: ['uscdf'] },
];

function withoutPlaceholder(record: Record<string, unknown>): Record<string, unknown> {
  const [first, ...rest] = record['conversations'] as { from: string; value: string }[];
  return { ...record, conversations: [{ ...first, value: first!.value.replace('<image>\n', '') }, ...rest] };
}

function withQuestion(value: string) {
  return (record: Record<string, unknown>): Record<string, unknown> => {
    const [first, ...rest] = record['conversations'] as { from: string; value: string }[];
    return { ...record, conversations: [{ ...first, value }, ...rest] };
  };
}

function rename(from: string, to: string) {
  return (record: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(record).map(([key, value]) => [key === from ? to : key, value]));
}

function role(from: 'human' | 'gpt') {
  return (kind: FileKind) => (kind === 'uscdf' ? (from === 'human' ? 'User' : 'Assistant') : `"${from}"`);
}

function recordOf({ question, answer, masks, more, change }: Mistake): Record<string, unknown> {
  const said = answer ?? 'Sure, it is <p> the dog </p> [SEG].';
  const count =
    masks ??
    said.match(/\[ ?SEG ?\]|\[seg\]|\[SEG(?![\d\]])|\(SEG\)|<seg>|\{seg\}|\[SEG0\]|(?<!\[ ?)SEG\]/g)?.length ??
    0;
  const record = {
    id: 'tennis-17',
    image: 'photo.jpg',
    width: WIDTH,
    height: HEIGHT,
    conversations: [
      { from: 'human', value: `<image>\n${question ?? 'Please describe the image.'}` },
      { from: 'gpt', value: said },
    ],
    masks: Array.from({ length: count }, (_, i) => mask(i)),
    ...more,
  };
  return change === undefined ? record : change(record);
}

/** The file's text, and the range of the marked or named place. */
function fixture(
  mistake: Mistake,
  kind: FileKind,
): { text: string; place: { start: number; end: number } | undefined } {
  const before = (mistake.before ?? []).map((more) => recordOf({ code: '', what: '', more }));
  const written = writeFile(kind, [...before, recordOf(mistake)]);
  const others = writeFile(kind, before);
  if (!written.ok) throw new Error(written.message);
  if (!others.ok) throw new Error(others.message);
  // A list ends in a bracket and its line; the record begins where these stood.
  const from = mistake.before === undefined ? 0 : others.value.length - (kind === 'json' ? 3 : 0);
  const marked = mistake.damage?.(written.value, kind) ?? written.value;
  const start = marked.indexOf('⟦');
  const text = marked.replace(/[⟦⟧]/g, '');
  if (start >= 0) return { text, place: { start, end: marked.indexOf('⟧') - 1 } };
  const named = mistake.at?.(kind);
  const at =
    named === undefined ? -1 : text.indexOf(named, mistake.what === 'a mask too many' ? text.indexOf('1000') : from);
  return {
    text,
    place: named === undefined || named.endsWith('\n') ? undefined : { start: at, end: at + named.length },
  };
}

const NAMES: Readonly<Record<FileKind, string>> = { jsonl: 'a.uscdf.jsonl', json: 'a.uscdf.json', uscdf: 'a.uscdf' };
let folder: string;
let found: Map<string, LintOutput['findings']>;

const folderOf = (index: number, kind: FileKind) => `${String(index).padStart(2, '0')}-${kind}`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'uscdf-mistakes-'));
  const photo = fileURLToPath(new URL('../fixtures/photos/000000214753.jpg', import.meta.url));
  MISTAKES.forEach((mistake, index) => {
    for (const kind of mistake.kinds ?? FILE_KINDS) {
      writeCase(join(folder, folderOf(index, kind)), photo, NAMES[kind], fixture(mistake, kind).text);
    }
  });
  const result = lintJson([folder]);
  found = new Map();
  for (const finding of result.findings) found.set(finding.file, [...(found.get(finding.file) ?? []), finding]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function writeCase(path: string, photo: string, name: string, text: string): void {
  mkdirSync(path);
  copyFileSync(photo, join(path, 'photo.jpg'));
  writeFileSync(join(path, 'cut.jpg'), readFileSync(photo).subarray(0, 5_000));
  writeFileSync(join(path, name), text);
}

it('covers every rule', () => {
  expect(new Set(MISTAKES.map((mistake) => mistake.code))).toEqual(new Set(allRules.map((rule) => rule.code)));
});

describe.each(MISTAKES.map((mistake, index) => ({ ...mistake, index })))('$code: $what', (mistake) => {
  it.each([...(mistake.kinds ?? FILE_KINDS)])('in a %s file', (kind) => {
    const file = join(folder, folderOf(mistake.index, kind), NAMES[kind]);
    const findings = found.get(file) ?? [];
    expect(findings.map((finding) => finding.code)).toEqual([mistake.code]);
    const { text, place } = fixture(mistake, kind);
    if (place === undefined) return;
    const range = findings[0]!.range;
    const offsets = new LineOffsets(text);
    expect(text.slice(offsets.offset(range.start), offsets.offset(range.end))).toBe(text.slice(place.start, place.end));
    expect(range).toEqual(offsets.range(place));
  });
});

it('--fix mends what the rules promise, and a second --fix changes nothing', () => {
  uscdf(['lint', '--fix', folder]);
  const once = snapshot();
  const left = lintJson([folder]).findings;
  const promised = MISTAKES.flatMap((mistake, index) =>
    mistake.fixed ? (mistake.kinds ?? FILE_KINDS).map((kind) => join(folder, folderOf(index, kind), NAMES[kind])) : [],
  );
  expect(promised.length).toBeGreaterThan(100);
  expect(
    left
      .filter((finding) => promised.includes(finding.file))
      .map(({ file, code, message }) => ({ text: readFileSync(file, 'utf8'), code, message })),
  ).toEqual([]);
  uscdf(['lint', '--fix', folder]);
  expect(snapshot()).toEqual(once);
});

function snapshot(): readonly string[] {
  return MISTAKES.flatMap((mistake, index) =>
    (mistake.kinds ?? FILE_KINDS).map((kind) => readFileSync(join(folder, folderOf(index, kind), NAMES[kind]), 'utf8')),
  );
}
