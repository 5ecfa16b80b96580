import { describe, expect, it } from 'vitest';
import { looseKey, oneHoldsOther } from '../../text/sameReferent.ts';
import { COCO_THINGS } from '../classNames/coco.ts';
import { Random } from '../random.ts';
import { classThings, KnownImage } from './absence.ts';
import { type MultiReferenceOptions, multiReference, type ReferenceSample, type Referent } from './multiReference.ts';
import { CLASS_WORDS } from './nouns.ts';
import { NegativePool } from './pool.ts';

const OPTIONS: MultiReferenceOptions = {
  seed: 1,
  multi: 0.3,
  empty: 0.1,
  mostPositives: 3,
  mostNegatives: 3,
  proven: false,
};
const LOOKED_FOR = classThings(COCO_THINGS);

function sample(name: string, texts: readonly string[], absent: readonly string[] = []): ReferenceSample {
  const [referent, ...others] = [
    ...texts.map((text, i): Referent => ({ text, mask: i, shows: String(i) })),
    ...absent.map((text): Referent => ({ text, mask: undefined, shows: '' })),
  ];
  return { name, referent: referent!, others, image: new KnownImage(texts, LOOKED_FOR) };
}

/** Images with objects of several classes, each with an expression; words of a class by chance, as people name things. */
interface MadeImage {
  readonly classes: readonly string[];
  readonly expressions: readonly string[];
}

function madeImage(number: number): MadeImage {
  const random = new Random(9, `image ${number}`);
  const classes = random.sample(COCO_THINGS, 1 + random.below(6));
  const places = ['on the left', 'in red', 'behind the tree', 'second from right', ''];
  const expressions = classes.map((name) => {
    const words = [name, ...(CLASS_WORDS[name]?.split(', ') ?? [])];
    return `${random.pick(['the ', 'a ', ''])}${random.pick(words)} ${random.pick(places)}`.trim();
  });
  return { classes, expressions };
}

describe('multiReference', () => {
  it('asks for positives and negatives mixed, and answers each', () => {
    const pool = NegativePool.ofExpressions(['zebra in front', 'the big bus', 'a man', 'sky']);
    const turn = multiReference(sample('a', ['the man', 'dog', 'couch']), pool, {
      ...OPTIONS,
      multi: 1,
      empty: 0,
      seed: 4,
    });
    expect([turn.question, turn.answer]).toMatchInlineSnapshot(`
      [
        "Please segment the big bus, couch, zebra in front, dog, and the man in this image.",
        "Sure, <p> couch </p> [SEG], <p> dog </p> [SEG], and <p> the man </p> [SEG]. But I don't see any big bus and zebra in front in this image.",
      ]
    `);
    expect(turn.negatives.every((text) => ['zebra in front', 'big bus'].includes(text))).toBe(true);
  });

  it('denies alone where all are to be absent', () => {
    const pool = NegativePool.ofClasses(['zebra', 'bus', 'person']);
    const turn = multiReference(sample('a', ['the man']), pool, { ...OPTIONS, multi: 1, empty: 1 });
    expect(turn.positives).toEqual([]);
    expect(turn.answer).toMatch(/^Sorry, I don't see any (?:zebra|bus)(?: and (?:zebra|bus))? in this image\.$/);
  });

  it('denies what the dataset itself says is absent', () => {
    const turn = multiReference(sample('a', ['the man'], ['cat on a chair']), NegativePool.ofClasses([]), {
      ...OPTIONS,
      multi: 1,
      empty: 0,
    });
    expect(turn.negatives).toEqual(['cat on a chair']);
    const own = { ...sample('b', ['the dog']), referent: { text: 'a cat', mask: undefined, shows: '' }, others: [] };
    expect(multiReference(own, NegativePool.ofClasses([]), { ...OPTIONS, multi: 0 }).answer).toBe(
      "Sorry, I don't see any cat in this image.",
    );
  });

  it('denies an absent thing once, though the pool holds its words too', () => {
    const pool = NegativePool.ofExpressions(['the cat on the chair', 'a cat', 'zebra in front', 'the big bus']);
    for (let i = 0; i < 200; i++) {
      const one = sample(`s${i}`, ['the man'], ['the big bus']);
      const absent = { text: 'the cat on the chair', mask: undefined, shows: '' };
      const own = { ...one, referent: absent, others: [one.referent, ...one.others] };
      const { negatives } = multiReference(own, pool, { ...OPTIONS, multi: 1, empty: 0.5 });
      const keys = negatives.map(looseKey);
      expect(keys.every((key, at) => keys.slice(at + 1).every((other) => !oneHoldsOther(key, other)))).toBe(true);
      expect(keys).toContain(looseKey(absent.text));
    }
  });

  it('asks for one thing where there is nothing to add', () => {
    const turn = multiReference(sample('a', ['the man']), NegativePool.ofExpressions(['a woman', 'sky']), {
      ...OPTIONS,
      multi: 1,
      empty: 0,
    });
    expect(turn).toMatchObject({ kind: 'single', answer: 'Sure, it is <p> the man </p> [SEG].' });
  });

  it('never asks for the same thing twice, and keeps to its counts', () => {
    for (let i = 0; i < 300; i++) {
      const one = sample(`s${i}`, ['the man', 'dog', 'couch', 'a bus', 'the tv']);
      const twice = { ...one, others: [...one.others, { text: 'that guy', mask: 9, shows: '0' }] };
      const turn = multiReference(twice, NegativePool.ofClasses(COCO_THINGS), {
        ...OPTIONS,
        multi: 1,
        empty: 0,
        mostPositives: 2,
        mostNegatives: 1,
      });
      expect(new Set(turn.positives.map(({ shows }) => shows)).size).toBe(turn.positives.length);
      expect(turn.positives.length).toBeLessThanOrEqual(2);
      expect(turn.negatives.length).toBeLessThanOrEqual(1);
      expect(turn.positives.map(({ text }) => text)).toContain('the man');
    }
  });

  it.each([
    [1, 0, ['the man']],
    [2, 0, ['the man', 'dog']],
  ])('asks for no more than %i positives and %i negatives', (mostPositives, mostNegatives, texts) => {
    const one = sample('a', ['the man', 'dog']);
    const turn = multiReference(one, NegativePool.ofClasses(['zebra']), {
      ...OPTIONS,
      multi: 1,
      empty: 1,
      mostPositives,
      mostNegatives,
    });
    expect(turn.positives.map(({ text }) => text).sort()).toEqual([...texts].sort());
    expect(turn.negatives).toEqual([]);
  });

  it('does not depend on the order of the pool', () => {
    const texts = Array.from({ length: 1000 }, (_, i) => `zebra number${i} of herd${i}`);
    const one = multiReference(sample('a', ['the man']), NegativePool.ofExpressions(texts), { ...OPTIONS, multi: 1 });
    const other = multiReference(sample('a', ['the man']), NegativePool.ofExpressions([...texts].reverse()), {
      ...OPTIONS,
      multi: 1,
    });
    expect(other).toEqual(one);
  });

  it('converts 30 % of 100,000 samples, and denies nothing that is there', () => {
    const images = Array.from({ length: 20_000 }, (_, i) => madeImage(i));
    const expressions = images.flatMap((image) => image.expressions);
    const pool = NegativePool.ofExpressions(expressions);
    const classOf = new Map(
      [...COCO_THINGS.map((name) => [name, name] as const), ...wordsOfClasses()].map(([word, name]) => [
        looseKey(word),
        name,
      ]),
    );
    let samples = 0;
    let multi = 0;
    let denied = 0;
    const contradicted: string[] = [];
    for (let i = 0; samples < 100_000; i++) {
      const image = images[i % images.length]!;
      const known = new KnownImage([...image.classes, ...image.expressions], LOOKED_FOR);
      const referents = image.expressions.map((text, n): Referent => ({ text, mask: n, shows: String(n) }));
      for (const referent of referents) {
        if (samples === 100_000) break;
        const others = referents.filter((other) => other !== referent);
        const turn = multiReference({ name: `${samples++}`, referent, others, image: known }, pool, OPTIONS);
        if (turn.kind === 'multi') multi++;
        denied += turn.negatives.length;
        for (const negative of turn.negatives) if (isThere(negative, image, classOf)) contradicted.push(negative);
      }
    }
    expect(contradicted).toEqual([]);
    expect(denied).toBeGreaterThan(40_000);
    expect(Math.abs(multi / samples - 0.3)).toBeLessThan(0.005);
  }, 120_000);
});

function wordsOfClasses(): readonly (readonly [string, string])[] {
  return Object.entries(CLASS_WORDS).flatMap(([name, words]) => words.split(', ').map((word) => [word, name] as const));
}

/** By a table of its own: the class whose words begin the expression, and the words themselves. */
function isThere(text: string, { classes, expressions }: MadeImage, classOf: ReadonlyMap<string, string>): boolean {
  const words = looseKey(text).split(' ');
  for (let count = Math.min(3, words.length); count > 0; count--) {
    const name = classOf.get(words.slice(0, count).join(' '));
    if (name === undefined) continue;
    return classes.includes(name) || expressions.some((other) => oneHoldsOther(looseKey(other), looseKey(text)));
  }
  return true;
}
