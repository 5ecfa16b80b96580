import { describe, expect, it } from 'vitest';
import { drawnMask, type GcgCase, gcgExamples, vectorCases } from '../../testing/maskVectors.ts';
import { Accumulator } from './accumulator.ts';
import { type ApResult, averagePrecision } from './ap.ts';
import type { MaskExample, Protocol } from './example.ts';

function score(examples: readonly MaskExample[], protocol: Protocol = 'paper'): ApResult {
  const accumulator = new Accumulator(averagePrecision(protocol));
  for (const example of examples) accumulator.add(example);
  return accumulator.result();
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, i) => {
    expect(Math.abs(value - expected[i]!), `number ${i}: ${value} for ${expected[i]}`).toBeLessThanOrEqual(1e-12);
  });
}

const left = drawnMask('##..', '##..');
const right = drawnMask('..##', '..##');
const leftButOne = drawnMask('##..', '#...');

function image(id: number | string, more: Partial<MaskExample> = {}): MaskExample {
  return { id, order: 0, truth: [{ mask: left }], predictions: [{ mask: left }], ...more };
}

describe('equal to pycocotools', () => {
  it.each(vectorCases<GcgCase>('ap/gcg_masks').filter(({ expected }) => 'stats' in expected.ap))('$name', (given) => {
    const { ap } = given.expected;
    if ('error' in ap) throw new Error('The reference gives no numbers.');
    const result = score(gcgExamples(given));
    expectClose(result.summary, ap.stats);
    expectClose([result.AP!, result.AP50!, result.AP75!], ap.stats.slice(0, 3));
    const perIou = (value: (curve: ApResult['curves'][number]) => number) => result.curves.map(value);
    expectClose(
      perIou(({ ap: area }) => area),
      ap.per_iou_AP,
    );
    expectClose(
      perIou(({ recall }) => recall),
      ap.per_iou_recall,
    );
    if (ap.precision_at_iou50_101 !== undefined) {
      expectClose(result.curves[0]!.precision, ap.precision_at_iou50_101);
    }
  });

  it('gives 0 and says why where the reference stops: no prediction at all', () => {
    const given = vectorCases<GcgCase>('ap/gcg_masks').find(({ name }) => name === 'no_predictions_at_all')!;
    const result = score(gcgExamples(given));
    expect(given.expected.ap).toHaveProperty('error');
    expect(result.AP50).toBe(0);
    expect(result.notes.map(({ kind }) => kind)).toEqual(['no-predictions']);
  });

  it('takes annotation number 0 for no match', () => {
    const example = image(1, { truth: [{ mask: left, annotation: 0 }] });
    expect(score([example]).AP50).toBe(0);
    expect(score([example]).notes.map(({ kind }) => kind)).toEqual(['annotation-zero']);
    expect(score([example], 'strict').AP50).toBeCloseTo(1, 12);
  });

  it('reads the last of two annotations with one number in the place of both', () => {
    const truth = [
      { mask: left, annotation: 7 },
      { mask: right, annotation: 7 },
    ];
    const example = image(1, { truth, predictions: [{ mask: left }, { mask: right }] });
    // Two truths, both on the right: the prediction on the left is wrong and comes first.
    expect(score([example]).AP50).toBeCloseTo((51 / 101) * 0.5, 12);
    expect(score([example]).notes.map(({ kind }) => kind)).toEqual(['annotation-twice']);
    expect(score([example], 'strict').AP50).toBeCloseTo(1, 12);
  });
});

describe('strict', () => {
  const wrongFirst = image(1, { truth: [{ mask: left }], predictions: [{ mask: right }, { mask: left }] });
  const rightFirst = image(1, { truth: [{ mask: left }], predictions: [{ mask: left }, { mask: right }] });

  it('does not depend on the order of predictions with one score, as the paper does', () => {
    expect(score([wrongFirst]).AP50).toBeCloseTo(0.5, 12);
    expect(score([rightFirst]).AP50).toBeCloseTo(1, 12);
    expect(score([wrongFirst], 'strict').AP50).toBeCloseTo(0.5, 12);
    expect(score([rightFirst], 'strict').AP50).toBeCloseTo(0.5, 12);
  });

  it('matches what overlaps most first', () => {
    const predictions = [{ mask: leftButOne }, { mask: left }];
    expect(score([image(1, { predictions })]).curves[9]!.ap).toBeCloseTo(0.5, 12);
    expect(score([image(1, { predictions })]).perImage[0]).toMatchObject({ matched: 1, wrong: 1, missed: 0 });
    expect(score([image(1, { predictions: [...predictions].reverse() })], 'strict')).toEqual(
      score([image(1, { predictions })], 'strict'),
    );
  });

  it('does not depend on the ids of images, as the paper does', () => {
    const bad = { predictions: [{ mask: right }] };
    const ids = (good: string, other: string) => [image(good), image(other, { ...bad, order: 1 })];
    expect(score(ids('1', '2')).AP50).not.toBeCloseTo(score(ids('2', '1')).AP50!, 3);
    expect(score(ids('1', '2'), 'strict').AP50).toBe(score(ids('2', '1'), 'strict').AP50);
  });

  it('lets scores rank', () => {
    const predictions = [
      { mask: right, score: 0.2 },
      { mask: left, score: 0.9 },
    ];
    expect(score([image(1, { predictions })], 'strict').AP50).toBeCloseTo(1, 12);
  });
});

describe('odd data', () => {
  it('has no AP without a truth, and says so', () => {
    const result = score([image(1, { truth: [] })]);
    expect(result.AP).toBeUndefined();
    expect(result.summary[0]).toBe(-1);
    expect(result.notes.map(({ kind }) => kind)).toEqual(['no-truth']);
  });

  it('has no AP without an image, and says so', () => {
    const result = score([]);
    expect(result.AP50).toBeUndefined();
    expect(result.notes.map(({ kind }) => kind)).toEqual(['no-examples']);
  });

  it('never matches masks of different sizes, and says so', () => {
    const result = score([image(1, { predictions: [{ mask: drawnMask('##', '##') }] })]);
    expect(result.AP50).toBe(0);
    expect(result.notes[0]).toMatchObject({ kind: 'size-differs', count: 1, examples: [1] });
  });

  it('ranks a score that is no number last', () => {
    const predictions = [{ mask: right, score: Number.NaN }, { mask: left }];
    expect(score([image(1, { predictions })]).AP50).toBeCloseTo(1, 12);
  });

  it('counts the first of two images with one id, and says so', () => {
    const second = image(1, { order: 1, predictions: [{ mask: right }] });
    const result = score([second, image(1)]);
    expect(result.AP50).toBeCloseTo(1, 12);
    expect(result.notes.map(({ kind }) => kind)).toEqual(['duplicate-id']);
  });
});
