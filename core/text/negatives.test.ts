import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { processorMs } from '../testing/processorMs.ts';
import { negativeClause } from './compose.ts';
import { clauseReferents, exactClause, findNegativeClauses } from './negatives.ts';

const only = (text: string) => {
  const clauses = findNegativeClauses(text);
  expect(clauses).toHaveLength(1);
  return clauses[0]!;
};

describe('negative clauses', () => {
  it('reads the two exact forms', () => {
    const but = only("Sure, <p> dog </p> [SEG]. But I don't see any zebra, bus, and tree in this image.");
    expect(but).toMatchObject({ lead: 'but', exact: true });
    expect(but.referents.map((r) => r.text)).toEqual(['zebra', 'bus', 'tree']);
    const sorry = only("Sorry, I don't see any the zebra eating grass in this image.");
    expect(sorry).toMatchObject({ start: 0, lead: 'sorry', exact: true });
    expect(sorry.referents.map((r) => r.text)).toEqual(['the zebra eating grass']);
  });

  it.each([
    ['But I do not see any zebra in this image.', "But I don't see any zebra in this image."],
    ["But I can't see any zebra in this image.", "But I don't see any zebra in this image."],
    ['But I don\u2019t see any zebra in this image.', "But I don't see any zebra in this image."],
    ["But I don't see any zebra in the image.", "But I don't see any zebra in this image."],
    ["ButI don't see any zebra in this image.", "But I don't see any zebra in this image."],
    ["I don't see any zebra in this image.", "But I don't see any zebra in this image."],
    ['But there is no zebra in this image.', "But I don't see any zebra in this image."],
    ['There are no zebras in the picture.', "But I don't see any zebras in this image."],
    ["but I don't see a zebra in this image", "But I don't see any zebra in this image."],
    ['But I cannot find the zebra and a bus in this photo.', "But I don't see any zebra and bus in this image."],
    ['But I dont see any zebra in this image.', "But I don't see any zebra in this image."],
    ['But I don t see any zebra in this image.', "But I don't see any zebra in this image."],
    ['But I don\u02bct see any zebra in this image.', "But I don't see any zebra in this image."],
    ['But I don\u00b4t see any zebra in this image.', "But I don't see any zebra in this image."],
    ['But I don`t see any zebra in this image.', "But I don't see any zebra in this image."],
    ['But I couldn\u2019t detect any zebra in this image.', "But I don't see any zebra in this image."],
    ['But I did not spot any zebra in this image.', "But I don't see any zebra in this image."],
    ["But, I don't see any zebra in this image!", "But I don't see any zebra in this image."],
    ["However, I don't see any zebra in this picture.", "But I don't see any zebra in this image."],
    ["I'm sorry, but I don't see any zebra in that photograph.", "But I don't see any zebra in this image."],
    ["But I don't see any zebra within this image.", "But I don't see any zebra in this image."],
    ['I am unable to see any zebra in this image.', "But I don't see any zebra in this image."],
    ["But I'm unable to find a zebra in this image.", "But I don't see any zebra in this image."],
    ['I was not able to spot the zebra in the picture.', "But I don't see any zebra in this image."],
    ["But I'm not seeing any zebra in this image.", "But I don't see any zebra in this image."],
    ['Sorry, but I am not finding any zebra in this photo', "But I don't see any zebra in this image."],
    ["But  I don't see any zebra in this image.", "But I don't see any zebra in this image."],
    ["But I don't see any  zebra in this image.", "But I don't see any zebra in this image."],
    ["But I don't see any zebra in this image", "But I don't see any zebra in this image."],
    ["BUT I DON'T SEE ANY zebra IN THIS IMAGE.", "But I don't see any zebra in this image."],
    ["But there isn't a zebra in this image.", "But I don't see any zebra in this image."],
    ["But there's no zebra in this image.", "But I don't see any zebra in this image."],
    ['But there are not any zebras and buses here.', "But I don't see any zebras and buses in this image."],
    ["I don't see a zebra, a bus, or a tree in this image.", "But I don't see any zebra, bus, and tree in this image."],
  ])('finds the near miss %j', (clause, exact) => {
    const found = only(`Sure, <p> dog </p> [SEG]. ${clause}`);
    expect(found.exact).toBe(false);
    expect(found.start).toBe(26);
    expect(found.end).toBe(26 + clause.length);
    expect(exactClause(found, true)).toBe(exact);
  });

  it.each([
    [
      "But I don't see any motorbike, bus, train and aeroplane in this image.",
      ['motorbike', 'bus', 'train', 'aeroplane'],
    ],
    ["But I don't see any dog, cat, and zebra in this image.", ['dog', 'cat', 'zebra']],
    ["Sorry, I don't see any zebra in this image.", ['zebra']],
    ["Sorry, I don't see any the zebra eating grass in this image.", ['the zebra eating grass']],
    ["Sorry, I don't see any man in the picture frame in this image.", ['man in the picture frame']],
    ["Sorry, I don't see any no. 7 shirt and st. bernard in this image.", ['no. 7 shirt', 'st. bernard']],
    ["Sorry, I don't see any 2.5 m tall tree in this image.", ['2.5 m tall tree']],
    ["Sorry, I don't see any of the 80 known objects in this image.", ['of the 80 known objects']],
  ])('reads the official %j', (text, referents) => {
    const clause = findNegativeClauses(text)[0];
    expect(clause?.exact && clause.referents.map((r) => r.text)).toEqual(referents);
    for (const { text: words, start, end } of clause?.referents ?? []) expect(text.slice(start, end)).toBe(words);
  });

  it('reads several clauses of one answer, wherever they stand', () => {
    const text =
      "But I don't see any zebra in this image. Sure, <p> dog </p> [SEG]. ButI don't see any bus in this image, but I can't see the tree in the photo. Sorry, I don't see any cat in this image.";
    const clauses = findNegativeClauses(text);
    expect(clauses.map((clause) => text.slice(clause.start, clause.end))).toEqual([
      "But I don't see any zebra in this image.",
      "ButI don't see any bus in this image",
      ", but I can't see the tree in the photo.",
      "Sorry, I don't see any cat in this image.",
    ]);
    expect(clauses.map(({ lead, exact }) => `${lead} ${exact}`)).toEqual([
      'but true',
      'but false',
      'but false',
      'sorry true',
    ]);
    expect(clauses.flatMap((clause) => clause.referents.map((r) => r.text))).toEqual(['zebra', 'bus', 'tree', 'cat']);
  });

  it('reads the list as the question asks for it', () => {
    const text = "But I don't see any dog, salt and pepper shaker in this image.";
    const { listStart, listEnd, referents } = only(text);
    expect(referents.map((r) => r.text)).toEqual(['dog', 'salt', 'pepper shaker']);
    const known = new Set(['salt and pepper shaker']);
    expect(clauseReferents(text, listStart, listEnd, known).map((r) => r.text)).toEqual([
      'dog',
      'salt and pepper shaker',
    ]);
  });

  it.each([
    ["But I don't see zebra in this image.", ['zebra']],
    ["I don't see zebras and the bus in this image", ['zebras', 'the bus']],
    ['I see no zebra in this image', ['zebra']],
    ['Sorry, I can see no zebra.', ['zebra']],
    ["we don't see any zebra in this image.", ['zebra']],
    ['No zebra in this image.', ['zebra']],
    ['Sorry, no zebra, bus, and tree are visible in this image!', ['zebra', 'bus', 'tree']],
    ['But no zebra can be seen in the picture', ['zebra']],
    ['The zebra is not in this image.', ['The zebra']],
    ["The zebra and the bus aren't visible in the photo.", ['The zebra', 'the bus']],
    ['I see no reason to look there.', ['reason to look there']],
  ])('takes %j for a clause only where it answers a question', (clause, referents) => {
    for (const before of ['', 'Sure, it is <p> dog </p> [SEG]. ', 'Sure, the dog (left) is here, but it is small.\n']) {
      const found = only(before + clause);
      expect(found).toMatchObject({ exact: false, certain: false, start: before.length, tokens: [] });
      expect(found.end).toBe(before.length + clause.length);
      expect(found.referents.map((r) => r.text)).toEqual(referents);
      for (const { text, start, end } of found.referents) expect((before + clause).slice(start, end)).toBe(text);
    }
  });

  it('reads what stands before "is not in this image" from its sentence on', () => {
    const text = 'Sure, it is <p> dog </p> [SEG], but the zebra is not in this image.';
    const found = only(text);
    expect(text.slice(found.start, found.end)).toBe(', but the zebra is not in this image.');
    expect(found).toMatchObject({ lead: 'but', referents: [{ text: 'the zebra' }] });
    expect(only('Sure, the zebra is not in this image.').referents.map((r) => r.text)).toEqual(['the zebra']);
  });

  it.each([
    ['There is no zebra.', false],
    ['There are no people in the image.', false],
    ['I cannot see any zebra here.', false],
    ["I don't see any zebra.", false],
    ["I don't see any zebra in this image, sadly.", true],
  ])('%j is certain: %j', (text, certain) => expect(only(text).certain).toBe(certain));

  it('takes in the comma that ties the clause to the sentence before', () => {
    const text = "Sure, <p> dog </p> [SEG], but I don't see any zebra in this image.";
    expect(text.slice(only(text).start)).toBe(", but I don't see any zebra in this image.");
  });

  it('finds tokens inside a clause and reads the referents without them', () => {
    const clause = only("Sorry, I don't see any <p> zebra </p> [SEG] and bus in this image.");
    expect(clause.tokens.map((t) => t.kind)).toEqual(['open', 'close', 'seg']);
    expect(clause.referents.map((r) => r.text)).toEqual(['zebra', 'bus']);
  });

  it.each([
    'The man sees a dog in this image.',
    'I foresee any zebra in this image.',
    "We didn't see him in this image.",
    'I am able to see any zebra in this image.',
    'He is unable to see any zebra in this image.',
    'A zebra is in this image.',
    'The dog has no collar in this image.',
    "I don't see any",
    "I don't see any in this image.",
    "I don't see any zebra\nThe dog is in this image.",
    'Therefore no zebra is in this image.',
    'Is there no zebra in this image?',
    'There was no zebra in this image.',
    "I don't see why one would sit in the dark. There is a lamp in this image.",
  ])('leaves %j alone', (text) => expect(findNegativeClauses(text)).toEqual([]));

  it('takes any text, in time linear in it', () => {
    const piece = fc.constantFrom(
      'I',
      ' ',
      "don't",
      'see',
      'any',
      'a',
      'zebra',
      ',',
      'and',
      'in',
      'this',
      'image',
      '.',
      'there',
      'is',
      'no',
      'not',
      'unable',
      'to',
      'But',
      'Sorry,',
      '<p>',
      '[SEG]',
      '\n',
      '\u2019',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ unit: 'binary', maxLength: 3 }))), (pieces) => {
        const text = pieces.join(' ');
        let from = 0;
        for (const clause of findNegativeClauses(text)) {
          expect(clause.start).toBeGreaterThanOrEqual(from);
          expect(clause.listStart).toBeGreaterThanOrEqual(clause.start);
          expect(clause.listEnd).toBeGreaterThan(clause.listStart);
          expect(clause.end).toBeGreaterThanOrEqual(clause.listEnd);
          from = clause.end;
        }
        expect(from).toBeLessThanOrEqual(text.length);
      }),
    );
    const started = processorMs();
    for (const piece of [
      "But I don't see any ",
      'see ',
      "I don't see any zebra, ",
      'there is no ',
      '. ',
      "I don't see any ....a",
      ' in this',
      'But ',
      ' ',
      'I see no ',
      'is not in this image ',
      'no in this image ',
    ])
      for (const end of ['see', 'in this image.'])
        findNegativeClauses(`I don't see any ${piece.repeat(20_000)} ${end}`);
    expect(processorMs() - started).toBeLessThan(5_000);
  });

  it('gives back what exact clauses were made of', () => {
    const referent = fc.constantFrom(
      'dog',
      'salt and pepper shaker',
      'the man in black and white',
      'person-1',
      "dog's red bus",
    );
    fc.assert(
      fc.property(fc.uniqueArray(referent, { minLength: 3 }), fc.boolean(), (referents, afterPositives) => {
        const clause = only(negativeClause(referents, { afterPositives }));
        expect(clause).toMatchObject({ exact: true, certain: true, lead: afterPositives ? 'but' : 'sorry' });
        expect(clause.referents.map((r) => r.text)).toEqual(referents);
      }),
    );
  });
});
