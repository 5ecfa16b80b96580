import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NearTexts } from './nearTexts.ts';
import { jaccard, shinglesOf, wordsOf } from './wording.ts';

const WORDS = 'a the dog cat man red small tree stands sits near on under grass table plays with ball two old'.split(
  ' ',
);
const words = (least: number, most: number) =>
  fc.array(fc.constantFrom(...WORDS), { minLength: least, maxLength: most });

describe('jaccard', () => {
  it('is that of the sets of word triples', () => {
    const triples = (all: readonly string[]) =>
      new Set(all.slice(0, Math.max(1, all.length - 2)).map((_, i) => all.slice(i, i + 3).join(' ')));
    fc.assert(
      fc.property(words(3, 30), words(3, 30), (a, b) => {
        const [first, second] = [triples(a), triples(b)];
        const shared = [...first].filter((each) => second.has(each)).length;
        expect(jaccard(shinglesOf(a), shinglesOf(b))).toBeCloseTo(shared / (first.size + second.size - shared), 12);
      }),
    );
  });

  it('is 0 for texts without words', () => {
    expect(jaccard(shinglesOf([]), shinglesOf([]))).toBe(0);
  });
});

describe('wordsOf', () => {
  it.each([
    ['The <p> dog </p> [SEG] on the <object3> sofa </object3>, a "T-shirt".', 'the dog on the sofa a t shirt'],
    ['<p>Café</p>[SEG0]', 'café'],
    ['', ''],
  ])('%s', (text, expected) => {
    expect(wordsOf(text).join(' ')).toBe(expected);
  });
});

describe('NearTexts', () => {
  it('finds texts of which one word was changed, and no others', () => {
    let found = 0;
    let wrong = 0;
    const rounds = 200;
    fc.assert(
      fc.property(words(40, 40), words(40, 40), fc.nat(39), (text, other, at) => {
        const near = new NearTexts();
        const changed = text.map((word, i) => (i === at ? 'zebra' : word));
        for (const each of [text, changed, other]) near.add(shinglesOf(each));
        const pairs = new Set([...near.pairs()].map(([a, b]) => `${a} ${b}`));
        if (pairs.has('0 1')) found++;
        if (pairs.has('0 2')) wrong++;
      }),
      { numRuns: rounds, seed: 1 },
    );
    // One word changes three triples of 38: a similarity of 35 / 41 = 0.85, of which one pair in 130,000 is missed.
    expect(found).toBe(rounds);
    expect(wrong).toBeLessThan(rounds / 20);
  });

  it('stays quick where very many texts are equal', () => {
    const near = new NearTexts();
    const text = shinglesOf('a dog plays with a ball on the grass'.split(' '));
    for (let i = 0; i < 5000; i++) near.add(text);
    let pairs = 0;
    for (const _ of near.pairs()) pairs++;
    expect(pairs).toBeGreaterThan(4999);
    expect(pairs).toBeLessThan(16 * 4 * 5000);
  });
});
