import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { processorMs } from '../testing/processorMs.ts';
import { joinList, referentKey } from './compose.ts';
import { listReadings, splitList } from './lists.ts';

const texts = (text: string, known?: readonly string[]) =>
  splitList(text, known && new Set(known.map(referentKey))).map((item) => item.text);

describe('a list', () => {
  it.each([
    ['dog', ['dog']],
    ['dog and cat', ['dog', 'cat']],
    ['dog, cat and bus', ['dog', 'cat', 'bus']],
    ['dog, cat, and bus', ['dog', 'cat', 'bus']],
    ['dog,cat,bus', ['dog', 'cat', 'bus']],
    ['dog, cat, or bus', ['dog', 'cat', 'bus']],
    ['dog, cat or bus', ['dog', 'cat', 'bus']],
    ['the red or blue car', ['the red or blue car']],
    ['DOG AND CAT', ['DOG', 'CAT']],
    ['  dog ,  cat  and\nbus ', ['dog', 'cat', 'bus']],
    ['sand and islands', ['sand', 'islands']],
    ['salt and pepper shaker, dog, and cat', ['salt and pepper shaker', 'dog', 'cat']],
    ['dog, and salt and pepper shaker', ['dog', 'salt and pepper shaker']],
    ['dog and cat and bus', ['dog and cat', 'bus']],
    ['the man and the woman in black and white', ['the man', 'the woman in black and white']],
    ['the man in black and white and the dog', ['the man in black and white', 'the dog']],
    ['the "black, white and grey" cat and the dog', ['the "black, white and grey" cat', 'the dog']],
    ['the cat (black, white and grey) and the dog', ['the cat (black, white and grey)', 'the dog']],
    ['the cat (black, the dog', ['the cat (black', 'the dog']],
    ['a 15" screen, a 24" screen, and a dog', ['a 15" screen', 'a 24" screen', 'a dog']],
    [', dog,, cat, ', ['dog', 'cat']],
    ['dog and', ['dog and']],
    ['and', ['and']],
    ['', []],
    [' , ', []],
  ])('%j is %j', (text, items) => expect(texts(text)).toEqual(items));

  it.each([
    ['salt and pepper shaker', ['salt and pepper shaker'], ['salt and pepper shaker']],
    ['dog and salt and pepper shaker', ['dog'], ['dog', 'salt and pepper shaker']],
    ['dog and salt and pepper shaker', ['salt and pepper shaker'], ['dog', 'salt and pepper shaker']],
    ['dog, salt and pepper shaker', ['The Salt and pepper shaker'], ['dog', 'salt and pepper shaker']],
    ['dog and cat and bus', ['cat', 'bus', 'dog'], ['dog', 'cat', 'bus']],
    ['zebra or bus', ['zebra', 'bus'], ['zebra', 'bus']],
    ['a tall, dark man and dog', ['tall, dark man'], ['a tall, dark man', 'dog']],
    ['dog and cat', ['horse'], ['dog', 'cat']],
  ])('%j, where %j is known, is %j', (text, known, items) => expect(texts(text, known)).toEqual(items));

  it('gives each item its place', () => {
    const list = ' the dog , "a, b" and  the cat ';
    for (const { text, start, end } of splitList(list)) expect(list.slice(start, end)).toBe(text);
  });

  it('lists the other ways to read a bare "and", the default one first', () => {
    const readings = listReadings('salt and pepper shaker').map((items) => items.map((item) => item.text));
    expect(readings[0]).toEqual(['salt', 'pepper shaker']);
    expect(readings).toContainEqual(['salt and pepper shaker']);
    expect(listReadings('a and b and c').map((items) => items.map((item) => item.text))).toContainEqual([
      'a',
      'b',
      'c',
    ]);
    expect(listReadings('a, b, and c')).toHaveLength(1);
  });
});

/** Words that are no conjunction and no article. */
const word = fc.constantFrom('dog', 'red', 'bus', 'person-1', 'Hand', 'band', 'zebra', "man's", 'no. 7', 'ökologie');
const plain = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(' '));
const withAnd = fc.tuple(plain, plain).map(([a, b]) => `${a} and ${b}`);
const referents = fc.uniqueArray(fc.oneof(plain, withAnd), { minLength: 3, maxLength: 8, selector: referentKey });

describe('lists of random things', () => {
  it('come back from a list with the Oxford comma, "and" inside them included', () => {
    fc.assert(
      fc.property(referents, (items) => {
        expect(texts(joinList(items))).toEqual(items);
      }),
    );
  });

  it('come back from any list where they are known, unless they can be read into each other', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.oneof(plain, withAnd), { minLength: 1, maxLength: 6, selector: referentKey }),
        (items) => {
          const apart = items.every((a) =>
            items.every((b) => a === b || !joinList([a], { oxfordComma: false }).includes(b)),
          );
          fc.pre(apart);
          const seams = items.slice(1).map((item, i) => `${items[i]!} and ${item}`);
          fc.pre(
            !items.some((item) =>
              seams.some((seam) => seam.includes(item) && !seam.startsWith(item) && !seam.endsWith(item)),
            ),
          );
          expect(texts(joinList(items, { oxfordComma: false }), items)).toEqual(items);
        },
      ),
    );
  });

  it('take any text, in time linear in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.string()), (text, known) => {
        for (const item of splitList(text, new Set(known))) expect(text.slice(item.start, item.end)).toBe(item.text);
      }),
    );
    const started = processorMs();
    for (const piece of ['(', '"', ' and ', ',', ', and ', ' ', 'a and b, ']) splitList(piece.repeat(20_000));
    expect(processorMs() - started).toBeLessThan(3_000);
  });
});
