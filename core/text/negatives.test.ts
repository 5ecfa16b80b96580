import { describe, expect, it } from 'vitest';
import { exactClause, findNegativeClauses } from './negatives.ts';

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
  ])('finds the near miss %j', (clause, exact) => {
    const found = only(`Sure, <p> dog </p> [SEG]. ${clause}`);
    expect(found.exact).toBe(false);
    expect(found.start).toBe(26);
    expect(found.end).toBe(26 + clause.length);
    expect(exactClause(found, true)).toBe(exact);
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

    'I see no reason to look there.',
    "I don't see why one would sit in the dark. There is a lamp in this image.",
  ])('leaves %j alone', (text) => expect(findNegativeClauses(text)).toEqual([]));

  it('stays quick on a long text without an end', () => {
    const started = performance.now();
    findNegativeClauses("But I don't see any ".repeat(20_000));
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
