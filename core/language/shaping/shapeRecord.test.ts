import { describe, expect, it } from 'vitest';
import { UscdfDocument } from '../../records/document.ts';
import { documentOf, FILE_KINDS, recordAround, tinyMask } from '../../testing/fixtures.ts';
import { answersOf, drawn, drawnPixel, editedText, errorCodes, masksOf, shaped } from '../../testing/shaping.ts';
import type { ShapeEdit } from './shapeEdit.ts';
import { shapeRecord } from './shapeRecord.ts';

const DRAWN = { size: [2, 2], counts: drawnPixel(3).counts };

/** The document after a step that must work. */
function stepped(document: UscdfDocument, edit: ShapeEdit): UscdfDocument {
  const result = shaped(document, edit);
  if (typeof result === 'string') throw new Error(result);
  return result;
}

describe.each(FILE_KINDS)('in a %s file', (kind) => {
  const around = (answer: string, more: Readonly<Record<string, unknown>> = {}) =>
    documentOf(recordAround(answer, more), kind);
  const asking = (question: string, answer: string, more: Readonly<Record<string, unknown>> = {}) =>
    documentOf(
      recordAround(answer, {
        conversations: [
          { from: 'human', value: `<image>\n${question}` },
          { from: 'gpt', value: answer },
        ],
        ...more,
      }),
      kind,
    );
  const named = (document: UscdfDocument, name: string) =>
    stepped(document, { kind: 'nameMask', name, drawn: drawnPixel(3) });

  describe('another shape for a mask', () => {
    const edit: ShapeEdit = { kind: 'setMask', mask: 1, drawn: drawnPixel(3) };
    const two = (mask: unknown) =>
      around('I see <p> a dog </p> [SEG] and <p> a cat </p> [SEG].', {
        masks: [tinyMask(0), mask, tinyMask(2)].slice(0, 2),
      });

    it.each([
      ['compressed runs', { size: [2, 2], counts: '013' }, { size: [2, 2], counts: DRAWN.counts }],
      ['runs in a list', { size: [2, 2], counts: [1, 1, 2] }, { size: [2, 2], counts: [3, 1] }],
      [
        'what it says of itself',
        { label: 'a "cat"', size: [2, 2], score: 0.5, counts: '013', bbox: [0, 0, 1, 1], area: 9, own: { key: [1] } },
        { label: 'a "cat"', size: [2, 2], counts: DRAWN.counts, bbox: [1, 1, 1, 1], area: 1, own: { key: [1] } },
      ],
      [
        'polygons',
        { size: [2, 2], polygons: [[0, 0, 1, 0, 1, 1, 0, 1]] },
        { size: [2, 2], polygons: [[1, 2, 1, 1, 2, 1, 2, 2]] },
      ],
      ['a label map', { size: [2, 2], file: 'map.png', value: 7, label: 'cat' }, { ...DRAWN, label: 'cat' }],
    ])('keeps %s', (_, before, wanted) => {
      const document = two(before);
      const text = document.text();
      const result = shapeRecord(document, 0, edit, undefined);
      if (!result.ok) throw new Error(result.message);
      expect(result.value.phrase).toBe(1);
      const changed = new UscdfDocument(kind, editedText(text, result.value.edits));
      expect(masksOf(changed)).toEqual([tinyMask(0), wanted]);
      // Not a byte outside of the mask's own value is another one.
      const value = document.cells[0]!.record.locate(['masks', 1]);
      const start = text.indexOf(document.cells[0]!.source) + value.start;
      expect(changed.text().slice(0, start)).toBe(text.slice(0, start));
      const rest = text.slice(start + value.end - value.start);
      expect(changed.text().endsWith(rest)).toBe(true);
      expect(errorCodes(changed)).toEqual([]);
    });

    it('writes runs for a shape with a hole, which polygons cannot say', () => {
      const ring = [0, 1, 2]
        .flatMap((row) => [0, 1, 2].map((column) => [row, column] as const))
        .filter(([r, c]) => r !== 1 || c !== 1);
      const size = { width: 3, height: 3 };
      const document = around('I see <p> a dog </p> [SEG].', {
        ...size,
        masks: [{ size: [3, 3], polygons: [[0, 0, 3, 0, 3, 3, 0, 3]] }],
      });
      const drawing = drawn(3, 3, ring);
      expect(masksOf(stepped(document, { kind: 'setMask', mask: 0, drawn: drawing }))).toEqual([drawing]);
    });
  });

  describe('words', () => {
    it.each([
      ['A man walks a dog on sand.', 'a dog', 'A man walks <p> a dog </p> [SEG] on sand.'],
      ['A man walks a dog.', 'og', 'A man walks a <p> dog </p> [SEG].'],
      ['A man (a dog) runs', 'a dog', 'A man (<p> a dog </p> [SEG]) runs'],
      ['Un “café”, a 🐴 horse.', '🐴 horse', 'Un “café”, a <p> 🐴 horse </p> [SEG].'],
    ])('%j get tags at %j', (answer, words, wanted) => {
      const start = answer.indexOf(words);
      const place = { turn: 1, part: 0, start, end: start + words.length };
      const changed = stepped(around(answer), { kind: 'groundWords', words: place, drawn: drawnPixel(3) });
      expect(answersOf(changed)).toEqual([wanted]);
      expect(masksOf(changed)).toEqual([DRAWN]);
      expect(errorCodes(changed)).toEqual([]);
    });

    it('put their mask between those of the phrases around them', () => {
      const document = around('I see <p> a dog </p> [SEG], a cat, and <p> a cow </p> [SEG].');
      const place = { turn: 1, part: 2, start: 2, end: 7 };
      const edit: ShapeEdit = { kind: 'groundWords', words: place, drawn: drawnPixel(3) };
      const changed = stepped(document, edit);
      expect(answersOf(changed)).toEqual([
        'I see <p> a dog </p> [SEG], <p> a cat </p> [SEG], and <p> a cow </p> [SEG].',
      ]);
      expect(masksOf(changed)).toEqual([tinyMask(0), DRAWN, tinyMask(1)]);
      expect(shapeRecord(document, 0, edit, undefined)).toMatchObject({ ok: true, value: { phrase: 1 } });
    });
  });

  describe('a phrase that waits', () => {
    it('gets its [SEG] and its mask', () => {
      const document = around('I see <p> a dog </p>, and <p> a cow </p> [SEG].');
      const changed = stepped(document, { kind: 'groundPhrase', phrase: 0, drawn: drawnPixel(3) });
      expect(answersOf(changed)).toEqual(['I see <p> a dog </p> [SEG], and <p> a cow </p> [SEG].']);
      expect(masksOf(changed)).toEqual([DRAWN, tinyMask(0)]);
      expect(errorCodes(changed)).toEqual([]);
    });

    it('gets the mask that is missing', () => {
      const document = around('I see <p> a dog </p> [SEG] and <p> a cow </p> [SEG].', { masks: [tinyMask(0)] });
      const changed = stepped(document, { kind: 'groundPhrase', phrase: 1, drawn: drawnPixel(3) });
      expect(masksOf(changed)).toEqual([tinyMask(0), DRAWN]);
      expect(answersOf(changed)).toEqual(answersOf(document));
    });

    it('gets a mask in a record that has no list of masks', () => {
      const { masks: _, ...record } = recordAround('I see <p> a dog </p> [SEG].');
      const changed = stepped(documentOf(record, kind), { kind: 'groundPhrase', phrase: 0, drawn: drawnPixel(3) });
      expect(masksOf(changed)).toEqual([DRAWN]);
    });
  });

  describe('a name', () => {
    const LIST = 'Please segment the dog, the zebra, and the cat in this image.';

    it.each([
      [
        'words of the answer',
        'A man walks the Red  dog on sand.',
        'red dog',
        'A man walks the <p> Red  dog </p> [SEG] on sand.',
      ],
      ['whole words alone', 'A hotdog.', 'dog', 'A hotdog. There is <p> a dog </p> [SEG].'],
      ['an article', 'A man', 'umbrella', 'A man. There is <p> an umbrella </p> [SEG].'],
      ['several', 'A man.', 'two dogs', 'A man. There are <p> two dogs </p> [SEG].'],
      [
        'a refusal behind it',
        "A man. Sorry, I don't see any zebra in this image.",
        'the dog',
        "A man. There is <p> the dog </p> [SEG]. But I don't see any zebra in this image.",
      ],
      [
        'one of what a refusal denies',
        "A man. Sorry, I don't see any zebra, dog, and bus in this image.",
        'the dog',
        "A man. There is <p> the dog </p> [SEG]. But I don't see any zebra and bus in this image.",
      ],
      [
        'all that a refusal denies',
        "A man. Sorry, I don't see any dog in this image.",
        'dog',
        'A man. There is <p> a dog </p> [SEG].',
      ],
    ])('finds its place: %s', (_, answer, name, wanted) => {
      const changed = named(around(answer), name);
      expect(answersOf(changed)).toEqual([wanted]);
      expect(masksOf(changed)).toEqual([DRAWN]);
      expect(errorCodes(changed)).toEqual([]);
    });

    it.each([
      ['Sure, it is <p> dog </p> [SEG].', 'cat', 'Sure, <p> dog </p> [SEG] and <p> cat </p> [SEG].', 1],
      [
        "Sure, it is <p> dog </p> [SEG]. But I don't see any cat and zebra in this image.",
        'cat',
        "Sure, <p> dog </p> [SEG] and <p> the cat </p> [SEG]. But I don't see any zebra in this image.",
        1,
      ],
      [
        "Sorry, I don't see any zebra in this image.",
        'cat',
        "Sure, it is <p> cat </p> [SEG]. But I don't see any zebra in this image.",
        0,
      ],
      ["Sorry, I don't see any zebra in this image.", 'zebra', 'Sure, it is <p> the zebra </p> [SEG].', 0],
    ])('joins the list %j as %j', (answer, name, wanted, place) => {
      const negatives = answer.includes('zebra') ? answer.replace(/.*any (.*) in.*/, '$1').split(' and ') : undefined;
      const changed = named(asking(LIST, answer, negatives && { negatives }), name);
      expect(answersOf(changed)).toEqual([wanted]);
      expect(masksOf(changed)[place]).toEqual(DRAWN);
      expect(errorCodes(changed)).toEqual([]);
    });

    it.each([
      [LIST, 'cat', 'Sure, it is <p> the cat </p> [SEG].'],
      ['Can you segment all the objects in this image?', 'cat', 'Sure, the image contains <p> cat </p> [SEG].'],
      ['What is there?', 'cat', 'The image shows <p> a cat </p> [SEG].'],
    ])('answers the question %j', (question, name, wanted) => {
      const open = documentOf(
        recordAround('', { conversations: [{ from: 'human', value: `<image>\n${question}` }], masks: [] }),
        kind,
      );
      for (const document of [open, asking(question, '')]) {
        const changed = named(document, name);
        expect(answersOf(changed)).toEqual([wanted]);
        expect(masksOf(changed)).toEqual([DRAWN]);
        expect(errorCodes(changed)).toEqual([]);
      }
    });

    it('begins the conversation of a record that has none', () => {
      const changed = named(documentOf(recordAround('', { conversations: [], masks: [] }), kind), 'cat');
      expect(answersOf(changed)).toEqual(['The image shows <p> a cat </p> [SEG].']);
      expect(errorCodes(changed)).toEqual([]);
    });
  });

  describe('a mask left over', () => {
    const document = around('I see <p> a dog </p> [SEG] and a cat.', { masks: [0, 1, 2].map(tinyMask) });

    it.each([
      ['a name', { name: 'a cat' }, 2, 'I see <p> a dog </p> [SEG] and <p> a cat </p> [SEG].', [0, 2, 1]],
      [
        'a name in front of others',
        { name: 'I' },
        1,
        '<p> I </p> [SEG] see <p> a dog </p> [SEG] and a cat.',
        [1, 0, 2],
      ],
    ])('gets %s', (_, to, mask, wanted, order) => {
      const changed = stepped(document, { kind: 'giveMask', mask, to });
      expect(answersOf(changed)).toEqual([wanted]);
      expect(masksOf(changed)).toEqual(order.map(tinyMask));
    });

    it('goes to a phrase that waits', () => {
      const waiting = around('I see <p> a dog </p> and <p> a cat </p> [SEG].', { masks: [0, 1].map(tinyMask) });
      const changed = stepped(waiting, { kind: 'giveMask', mask: 1, to: { phrase: 0 } });
      expect(answersOf(changed)).toEqual(['I see <p> a dog </p> [SEG] and <p> a cat </p> [SEG].']);
      expect(masksOf(changed)).toEqual([1, 0].map(tinyMask));
      expect(errorCodes(changed)).toEqual([]);
    });

    it('goes', () => {
      expect(masksOf(stepped(document, { kind: 'removeMask', mask: 1 }))).toEqual([0, 2].map(tinyMask));
      expect(shaped(document, { kind: 'removeMask', mask: 0 })).toContain('belongs to a phrase');
    });
  });

  describe('the order of phrases', () => {
    const document = around('<p> A dog </p> [SEG] sees <p> a cat </p> [SEG] [SEG]. Then <p> the cow </p> [SEG].');

    it.each([
      [0, 2, '<p> A cat </p> [SEG] [SEG] sees <p> the cow </p> [SEG]. Then <p> a dog </p> [SEG].', [1, 2, 3, 0]],
      [2, 0, '<p> The cow </p> [SEG] sees <p> a dog </p> [SEG]. Then <p> a cat </p> [SEG] [SEG].', [3, 0, 1, 2]],
      [1, 1, '<p> A dog </p> [SEG] sees <p> a cat </p> [SEG] [SEG]. Then <p> the cow </p> [SEG].', [0, 1, 2, 3]],
    ])('takes the masks along, %i to %i', (phrase, to, wanted, order) => {
      const edit: ShapeEdit = { kind: 'movePhrase', phrase, to };
      const changed = stepped(document, edit);
      expect(answersOf(changed)).toEqual([wanted]);
      expect(masksOf(changed)).toEqual(order.map(tinyMask));
      expect(errorCodes(changed)).toEqual([]);
      expect(shapeRecord(document, 0, edit, undefined)).toMatchObject({ value: { phrase: to } });
    });

    it('reaches over answers, and over phrases without [SEG]', () => {
      const turns = ['I see <p> a dog </p> [SEG] [SEG].', 'And <p> a cat </p>, and <p> a cow </p> [SEG].'];
      const conversations = turns.flatMap((value, i) => [
        { from: 'human', value: i === 0 ? '<image>\nWhat?' : 'What else?' },
        { from: 'gpt', value },
      ]);
      const two = documentOf(recordAround('', { conversations, masks: [0, 1, 2].map(tinyMask) }), kind);
      const changed = stepped(two, { kind: 'movePhrase', phrase: 2, to: 0 });
      expect(answersOf(changed)).toEqual([
        'I see <p> a cow </p> [SEG].',
        'And <p> a dog </p> [SEG] [SEG], and <p> a cat </p>.',
      ]);
      expect(masksOf(changed)).toEqual([2, 0, 1].map(tinyMask));
    });
  });

  describe('a phrase that goes', () => {
    const gone = (
      document: UscdfDocument,
      phrase: number,
      words: 'keep' | 'remove',
      mask: 'keep' | 'remove' = 'remove',
    ) => stepped(document, { kind: 'removePhrase', phrase, words, mask });

    it.each([
      ['I see <p> a dog </p> [SEG] and <p> a cat </p> [SEG].', 0, 'I see <p> a cat </p> [SEG].'],
      ['I see <p> a dog </p> [SEG] and <p> a cat </p> [SEG].', 1, 'I see <p> a dog </p> [SEG].'],
      [
        'I see the <p> dog </p> [SEG], the <p> cat </p> [SEG], and a <p> cow </p> [SEG].',
        1,
        'I see the <p> dog </p> [SEG], and a <p> cow </p> [SEG].',
      ],
      [
        'I see the <p> dog </p> [SEG], the <p> cat </p> [SEG], and a <p> cow </p> [SEG].',
        2,
        'I see the <p> dog </p> [SEG], the <p> cat </p> [SEG].',
      ],
      ['Two men. There is <p> a cat </p> [SEG]. They run.', 0, 'Two men. They run.'],
      ['Sure, <p> dog </p> [SEG] and <p> cat </p> [SEG].', 0, 'Sure, it is <p> cat </p> [SEG].'],
      [
        "Sure, it is <p> dog </p> [SEG]. But I don't see any cat in this image.",
        0,
        "Sorry, I don't see any cat in this image.",
      ],
      [
        "A man and <p> dog </p> [SEG]. But I don't see any cat in this image.",
        0,
        "A man. Sorry, I don't see any cat in this image.",
      ],
    ])('takes its words along: %j, %i', (answer, phrase, wanted) => {
      const changed = gone(around(answer), phrase, 'remove');
      expect(answersOf(changed)).toEqual([wanted]);
      expect(masksOf(changed)).toEqual(masksOf(around(answer)).filter((_, i) => i !== phrase));
      expect(errorCodes(changed)).toEqual([]);
    });

    it('leaves its words', () => {
      const document = around(
        "I see <p>a dog</p>[SEG]and <p> a cat </p> [SEG] [SEG]. But I don't see any bus in this image.",
      );
      expect(answersOf(gone(document, 0, 'keep'))).toEqual([
        "I see a dog and <p> a cat </p> [SEG] [SEG]. But I don't see any bus in this image.",
      ]);
      const bare = gone(gone(document, 1, 'keep'), 0, 'keep');
      expect(answersOf(bare)).toEqual(["I see a dog and a cat. Sorry, I don't see any bus in this image."]);
      expect(masksOf(bare)).toEqual([]);
      expect(errorCodes(bare)).toEqual([]);
    });

    it('leaves its mask at the end of the list', () => {
      const changed = gone(around('I see <p> a dog </p> [SEG] and <p> a cat </p> [SEG].'), 0, 'keep', 'keep');
      expect(masksOf(changed)).toEqual([1, 0].map(tinyMask));
      expect(errorCodes(changed)).toEqual(['mask-count']);
      const back = stepped(changed, { kind: 'giveMask', mask: 1, to: { name: 'a dog' } });
      expect(back.text()).toBe(around('I see <p> a dog </p> [SEG] and <p> a cat </p> [SEG].').text());
    });
  });

  it('makes one mask of several', () => {
    const document = around('I see <p> a dog </p> [SEG] and <p> two cats </p> [SEG] [SEG] [SEG].', {
      masks: [tinyMask(0), { size: [2, 2], counts: [1, 1, 2], label: 'cat' }, tinyMask(2), tinyMask(1)],
    });
    const changed = stepped(document, { kind: 'mergeMasks', phrase: 1 });
    expect(answersOf(changed)).toEqual(['I see <p> a dog </p> [SEG] and <p> two cats </p> [SEG].']);
    expect(masksOf(changed)).toEqual([tinyMask(0), { size: [2, 2], counts: [1, 2, 1], label: 'cat' }]);
    expect(errorCodes(changed)).toEqual([]);
  });

  it.each([
    [
      'I see <p> dogs </p> [SEG] on sand.',
      'I see <p> dogs </p> [SEG], <p> dogs </p> [SEG], and <p> dogs </p> [SEG] on sand.',
    ],
    ['Sure, it is <p> dogs </p> [SEG].', 'Sure, <p> dogs </p> [SEG], <p> dogs </p> [SEG], and <p> dogs </p> [SEG].'],
  ])('makes several masks of one: %j', (answer, wanted) => {
    const edit: ShapeEdit = { kind: 'splitMask', mask: 0, parts: [1, 2, 3].map(drawnPixel) };
    const changed = stepped(around(answer), edit);
    expect(answersOf(changed)).toEqual([wanted]);
    expect(masksOf(changed)).toEqual([{ size: [2, 2], counts: [1, 1, 2] }, drawnPixel(2), DRAWN]);
    expect(errorCodes(changed)).toEqual([]);
  });

  it.each<[string, ShapeEdit, string]>([
    ['An empty drawing', { kind: 'setMask', mask: 0, drawn: { size: [2, 2], counts: '4' } }, 'Nothing is drawn'],
    ['A drawing of another size', { kind: 'setMask', mask: 0, drawn: drawn(3, 2, [[0, 0]]) }, '3 × 2'],
    ['Broken runs', { kind: 'setMask', mask: 0, drawn: { size: [2, 2], counts: 'PP' } }, 'cannot be read'],
    ['A huge drawing', { kind: 'setMask', mask: 0, drawn: { size: [20_000, 20_000], counts: '1' } }, '100,000,000'],
    ['A mask that is gone', { kind: 'setMask', mask: 7, drawn: drawnPixel(0) }, 'not in the record any more'],
    ['A phrase that is gone', { kind: 'movePhrase', phrase: 0, to: 7 }, 'not in the record any more'],
    ['A name with a tag', { kind: 'nameMask', name: 'a <p> dog', drawn: drawnPixel(1) }, 'without tags'],
    ['A name without a letter', { kind: 'nameMask', name: ' , ', drawn: drawnPixel(1) }, 'has no name'],
    ['The only words', { kind: 'removePhrase', phrase: 0, words: 'remove', mask: 'remove' }, 'is all that'],
    ['A phrase with its mask', { kind: 'groundPhrase', phrase: 0, drawn: drawnPixel(1) }, 'has its mask'],
    ['One mask alone', { kind: 'mergeMasks', phrase: 0 }, 'nothing to merge'],
    ['One part alone', { kind: 'splitMask', mask: 0, parts: [drawnPixel(1)] }, 'one piece'],
    [
      'Words of a question',
      { kind: 'groundWords', words: { turn: 0, part: 0, start: 0, end: 6 }, drawn: drawnPixel(1) },
      'question',
    ],
  ])('%s is refused with a sentence', (_, edit, words) => {
    expect(shaped(around('Sure, it is <p> a dog </p> [SEG].'), edit)).toContain(words);
  });

  it('refuses a record that does not parse, and one that is not there', () => {
    const broken = new UscdfDocument(kind, around('A <p> dog </p> [SEG].').text().replace('width', '"{'));
    const edit: ShapeEdit = { kind: 'removeMask', mask: 0 };
    expect(shaped(broken, edit)).toContain('correct its errors');
    expect(shaped(broken, edit, 9)).toContain('not in the file any more');
  });
});
