/** Makes inputs for the fuzz test: random bytes, pieces of the grammars, and valid files that something happened to. */
import fc from 'fast-check';
import { allRules } from '../../core/rules/index.ts';
import { exampleDocument, FILE_KINDS } from '../../core/testing/fixtures.ts';

export const anyKind = fc.constantFrom(...FILE_KINDS);

/** Every example of every rule, in each file kind that can hold it. */
export const EXAMPLES: readonly string[] = [
  ...new Set(
    allRules
      .flatMap(({ good, bad }) => [...good, ...bad])
      .flatMap((example) => FILE_KINDS.map((kind) => exampleDocument(example, kind)?.text() ?? example)),
  ),
];

const ANSWER_PIECES = [
  '<p>',
  '</p>',
  '[SEG]',
  '<p> dog </p> [SEG]',
  ' ',
  '  ',
  '.',
  ', ',
  ' and ',
  'dog',
  'a dog',
  '<P>',
  '<p',
  '<\\/p>',
  '(SEG)',
  '[SEG',
  '[SEG1][SEG2]',
  '<seg>',
  '<image>',
  '<IMAGE>',
  '<object1>',
  '</object1>',
  '&lt;p&gt;',
  '[REJ]',
  "But I don't see any cat in this image.",
  'Sorry, I do not see any ',
  ' in this image.',
  'there is no ',
  'Sure, it is ',
  'Please segment the dog, the cat, and the bird in this image.',
  'Can you segment all the objects in this image?',
];
const FILE_PIECES = [
  '{',
  '}',
  '[',
  ']',
  ':',
  ',',
  '"',
  '\\',
  '\\n',
  '\\ud83d',
  '\\udc36',
  '\\u0000',
  '\n',
  '\r\n',
  '\r',
  '\t',
  '---',
  '---\n',
  '\n---\n',
  'User: ',
  'Assistant: ',
  '\nUser: ',
  '\nAssistant: ',
  '- ',
  '? ',
  '&a ',
  '*a',
  '|\n',
  '>-\n',
  '#',
  "'",
  '!!set ',
  '!!binary ',
  '<<: ',
  '%YAML 1.1\n',
  '...\n',
  '"id": "a"',
  'id: a\n',
  'image: a.jpg\n',
  '"masks": ',
  'masks: ',
  '"lint": ',
  '{"size": [2, 2], "counts": "13"}',
  '"conversations": [',
  '{"from": "human", "value": "',
  '{"from": "gpt", "value": "',
  '"provenance": {"status": "draft"}',
  'true',
  'null',
  '-1',
  '1e999',
  '-0',
  '0x1F',
  '99999999999999999999',
  '__proto__',
  '"__proto__": ',
  'constructor',
  '"toString": ',
  'NaN',
  '.inf',
  '\0',
  '\u2028',
  '\u0085',
  '\ufeff',
  '\ud800',
  '\udfff',
  '🐶',
  'é',
];

/** A piece of any of the grammars. */
export const anyPiece = fc.constantFrom(...ANSWER_PIECES, ...FILE_PIECES);
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Bytes without any sense, most of them no UTF-8. */
export const anyBytes = fc.uint8Array({ maxLength: 120 });

/** Pieces of all grammars in any order. */
export const anyPieces = fc.array(anyPiece, { maxLength: 24 }).map((pieces) => encode(pieces.join('')));

/** What can happen to a text: a stretch goes, comes twice, gives way to a piece; one bit of it flips. */
const anyAccident = fc.record({
  what: fc.constantFrom('delete', 'repeat', 'insert', 'replace', 'flip', 'swap'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.nat(24),
  piece: anyPiece,
});

/** A valid file after a few accidents. */
export const anyBrokenFile = fc
  .tuple(fc.constantFrom(...EXAMPLES), fc.array(anyAccident, { minLength: 1, maxLength: 4 }))
  .map(([text, accidents]) => encode(accidents.reduce(happen, text)));

/** A record whose answer is made of any pieces, so that it parses and the rules have all the work. */
export const anyAnswer = fc
  .tuple(anyKind, fc.array(fc.constantFrom(...ANSWER_PIECES), { maxLength: 14 }), fc.nat(4))
  .map(([kind, pieces, masks]) => ({ kind, bytes: encode(recordText(kind, pieces.join(''), masks)) }));

export function recordText(kind: (typeof FILE_KINDS)[number], answer: string, masks: number): string {
  const list = Array.from({ length: masks }, () => '{"size": [2, 2], "counts": "13"}').join(', ');
  const question = 'Please segment the dog and the cat in this image.';
  if (kind === 'uscdf')
    return `---\nid: a\nimage: a.jpg\nmasks: [${list}]\n---\nUser: <IMAGE>\n${question}\nAssistant: ${answer}\n`;
  const turns = `[{"from": "human", "value": "<image>\\n${question}"}, {"from": "gpt", "value": ${JSON.stringify(answer)}}]`;
  const record = `{"id": "a", "image": "a.jpg", "conversations": ${turns}, "masks": [${list}]}`;
  return kind === 'json' ? `[\n  ${record}\n]\n` : `${record}\n`;
}

type Accident = typeof anyAccident extends fc.Arbitrary<infer T> ? T : never;

function happen(text: string, { what, at, length, piece }: Accident): string {
  const start = Math.floor(at * text.length);
  const end = Math.min(text.length, start + length);
  const [before, hit, after] = [text.slice(0, start), text.slice(start, end), text.slice(end)];
  switch (what) {
    case 'delete':
      return before + after;
    case 'repeat':
      return before + hit + hit + after;
    case 'insert':
      return before + piece + hit + after;
    case 'replace':
      return before + piece + after;
    case 'flip':
      return hit === ''
        ? text
        : before + String.fromCharCode(hit.charCodeAt(0) ^ (1 << (length % 7))) + hit.slice(1) + after;
    default:
      return hit + before + after;
  }
}
