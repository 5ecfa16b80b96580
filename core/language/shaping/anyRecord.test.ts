/** Any answer and any edit give edits or a sentence; an answer without mistakes keeps being one. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UscdfDocument } from '../../records/document.ts';
import { comparePositions } from '../../records/position.ts';
import { writeFile } from '../../records/writeRecord.ts';
import { FILE_KINDS, tinyMask } from '../../testing/fixtures.ts';
import { drawnPixel, editedText, errorCodes } from '../../testing/shaping.ts';
import type { ShapeEdit } from './shapeEdit.ts';
import { shapeRecord } from './shapeRecord.ts';
import { wordsAt } from './wordsPlace.ts';

const FRAGMENTS = [
  ...[
    '<p> a dog </p> [SEG]',
    '<p> A cat </p> [SEG]',
    '<p>the cow</p>[SEG]',
    '<p> two men </p> [SEG] [SEG]',
    '<p> 狗 </p> [SEG]',
  ],
  ...['<p> a bird </p>', '<p>', '</p>', '[SEG]', '<p> </p> [SEG]', '<P> x </P>', '<object1> kite </object1>', '(SEG)'],
  ...["But I don't see any zebra and bus in this image.", "Sorry, I don't see any zebra in this image."],
  ...[
    'However, I cannot find a bus.',
    'There is no violin.',
    'Sure,',
    'Sure, it is',
    'Sure, the image contains',
    'It is',
  ],
  ...[
    ' and ',
    ', ',
    ', and ',
    '. ',
    '.',
    ' ',
    '\n',
    '…',
    'the',
    'a',
    'zebra',
    'There is',
    'walks',
    '“é🐴”',
    '---',
    'User:',
    '"',
    '\\',
  ],
];
const NAMES = ['a dog', 'zebra', 'the', 'kite', '🐴', 'bus and zebra', 'User: x', '</p>', '---', 'walks', 'a\nb', '.*'];

const index = fc.integer({ min: -1, max: 3 });
const drawn = fc.oneof(
  { weight: 9, arbitrary: fc.nat(3).map(drawnPixel) },
  {
    weight: 1,
    arbitrary: fc.constantFrom({ size: [2, 2] as const, counts: '4' }, { size: [9, 1] as const, counts: '0o' }),
  },
);
const name = fc.constantFrom(...NAMES);
const place = fc.record({ turn: fc.nat(3), part: fc.nat(4), start: fc.integer({ min: -1, max: 20 }), end: fc.nat(25) });
const edit: fc.Arbitrary<ShapeEdit> = fc.oneof(
  fc.record({ kind: fc.constant('setMask' as const), mask: index, drawn }),
  fc.record({ kind: fc.constant('groundWords' as const), words: place, drawn }),
  fc.record({ kind: fc.constant('groundPhrase' as const), phrase: index, drawn }),
  fc.record({ kind: fc.constant('nameMask' as const), name, drawn }),
  fc.record({
    kind: fc.constant('giveMask' as const),
    mask: index,
    to: fc.oneof(fc.record({ phrase: index }), fc.record({ name })),
  }),
  fc.record({ kind: fc.constant('removeMask' as const), mask: index }),
  fc.record({ kind: fc.constant('movePhrase' as const), phrase: index, to: index }),
  fc.record({
    kind: fc.constant('removePhrase' as const),
    phrase: index,
    words: fc.constantFrom('keep' as const, 'remove' as const),
    mask: fc.constantFrom('keep' as const, 'remove' as const),
  }),
  fc.record({ kind: fc.constant('mergeMasks' as const), phrase: index }),
  fc.record({ kind: fc.constant('splitMask' as const), mask: index, parts: fc.array(drawn, { maxLength: 3 }) }),
);
/** With these alone an answer is mostly sound. */
const SOUND = [
  ...[
    'I see',
    'and',
    'the café.',
    'Then',
    'walks',
    '“é🐴”',
    'There is',
    'Sure,',
    'Sure, it is',
    'A man',
    'the',
    'by a tree,',
  ],
  ...[
    '<p> a dog </p> [SEG]',
    '<p> A cat </p> [SEG].',
    '<p> two men </p> [SEG] [SEG]',
    '<p> 狗 </p> [SEG],',
    '<p> a kite </p> [SEG] and',
  ],
];
const END = ['', '.', '\nYes.', ". But I don't see any zebra and bus in this image."];
const answer = fc.oneof(
  fc.array(fc.constantFrom(...FRAGMENTS), { maxLength: 9 }).map((parts) => parts.join(' ')),
  fc
    .tuple(fc.array(fc.constantFrom(...SOUND), { minLength: 1, maxLength: 8 }), fc.constantFrom(...END))
    .map(([parts, end]) => `<p> a boat </p> [SEG] and ${parts.join(' ')}${end}`),
);
const record = fc
  .tuple(fc.array(answer, { maxLength: 2 }), fc.nat(4), fc.nat(3), fc.constantFrom('\n', '\r\n'))
  .map(([answers, more, whole, ending]) => {
    const text = answers.join(' ');
    const segs = text.split('[SEG]').length - 1;
    const conversations = answers.flatMap((value, i) => [
      { from: 'human', value: `${i === 0 ? '<image>\n' : ''}Please segment the zebra and the dog in this image.` },
      { from: 'gpt', value },
    ]);
    const masks = Array.from({ length: whole > 0 ? segs : more }, (_, i) => ({ ...tinyMask(i), label: `${i}` }));
    return {
      ending,
      value: { id: 'a', image: 'a.jpg', width: 2, height: 2, conversations, masks, negatives: undefined },
    };
  });

describe.each(FILE_KINDS)('in a %s file', (kind) => {
  it('any edit of any record is made, or refused with a sentence', () => {
    let made = 0;
    let sound = 0;
    fc.assert(
      fc.property(record, edit, ({ value, ending }, step) => {
        const written = writeFile(kind, [JSON.parse(JSON.stringify(value))]);
        if (!written.ok) return;
        const text = written.value.replaceAll('\n', ending);
        const document = new UscdfDocument(kind, text);
        const result = shapeRecord(document, 0, step, undefined);
        if (!result.ok) return void expect(result.message).toMatch(/^\S.*[.?!"”]$/s);
        made++;
        const { edits } = result.value;
        const ordered = [...edits].sort((a, b) => comparePositions(a.range.start, b.range.start));
        for (let i = 1; i < ordered.length; i++)
          expect(comparePositions(ordered[i - 1]!.range.end, ordered[i]!.range.start)).toBeLessThanOrEqual(0);
        const after = new UscdfDocument(kind, editedText(text, edits));
        expect(after.cells).toHaveLength(document.cells.length);
        expect(after.cells[0]!.record.problems).toEqual([]);
        if (errorCodes(document).length > 0) return;
        sound++;
        expect(
          errorCodes(after).filter((code) => code !== 'mask-count'),
          after.text(),
        ).toEqual([]);
        const keeps = step.kind === 'removePhrase' && step.mask === 'keep';
        if (!keeps) expect(errorCodes(after), after.text()).toEqual([]);
      }),
      { numRuns: 1200, seed: 5 },
    );
    expect(made).toBeGreaterThan(150);
    expect(sound).toBeGreaterThan(50);
  });

  it('any selection is words, or refused with a sentence', () => {
    fc.assert(
      fc.property(record, fc.nat(), fc.nat(40), ({ value }, at, length) => {
        const written = writeFile(kind, [JSON.parse(JSON.stringify(value))]);
        if (!written.ok) return;
        const document = new UscdfDocument(kind, written.value);
        const source = document.cells[0]!;
        const start = at % (source.source.length + 1);
        const range = source.rangeOf({ start, end: Math.min(source.source.length, start + length) });
        const found = wordsAt(document, range);
        if (!found.ok) return;
        const changed = shapeRecord(
          document,
          0,
          { kind: 'groundWords', words: found.value.words, drawn: drawnPixel(0) },
          undefined,
        );
        if (!changed.ok) return;
        expect(editedText(written.value, changed.value.edits)).toContain('</p> [SEG]');
      }),
      { numRuns: 600, seed: 5 },
    );
  });
});
