import { describe, expect, it } from 'vitest';
import { COCO80 } from '../testing/scene.ts';
import { type Detection, finds, strongest } from './boxes.ts';
import type { Look } from './ends.ts';
import { mergeLooks } from './merge.ts';

const SETTINGS = { ...COCO80.detector, size: [64, 64] as [number, number], bins: 4, maxBoxes: 5 };
const WHOLE: Detection['box'] = [0, 0, 1, 1];

interface Find {
  readonly row: number;
  readonly column: number;
  readonly score: number;
  readonly classIndex?: number;
}

/** One level of stride 16 (4 × 4 cells, 2 classes); a find reaches half a stride, 8 pixels of 64, to each side of its cell's centre. */
function lookOf(region: Detection['box'], found: readonly Find[], mirrored = false): Look {
  const scores = new Float32Array(16 * 2);
  const distances = new Float32Array(16 * 4 * 4);
  for (const { row, column, score, classIndex = 0 } of found) {
    const cell = row * 4 + column;
    scores[cell * 2 + classIndex] = score;
    for (let edge = 0; edge < 4; edge++) distances.set([50, 50, -50, -50], (cell * 4 + edge) * 4);
  }
  return { region, mirrored, levels: [{ stride: 16, scores, distances }] };
}

const merge = (looks: readonly Look[], threshold = 0.4, asked?: ReadonlySet<number>) =>
  mergeLooks(looks, SETTINGS, 2, threshold, asked);
const near = (box: readonly number[]) => box.map((share) => expect.closeTo(share, 5));

describe('mergeLooks', () => {
  it('of one look gives what that look found', () => {
    let seed = 7;
    const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
    for (let round = 0; round < 50; round++) {
      const look = lookOf(WHOLE, []);
      for (const { scores, distances } of look.levels) {
        for (let i = 0; i < scores.length; i++) scores[i] = random();
        for (let i = 0; i < distances.length; i++) distances[i] = 4 * random();
      }
      expect(merge([look], 0.3)).toMatchObject(strongest(finds(look.levels, SETTINGS, 2, 0.3), SETTINGS));
    }
  });

  it('puts the finds of a part and of a mirrored look where they lie in the photograph', () => {
    const find = { row: 1, column: 0, score: 0.9 };
    expect(merge([lookOf([0.5, 0, 1, 1], [{ ...find, column: 1 }])])[0]!.box).toEqual(near([0.625, 0.25, 0.75, 0.5]));
    expect(merge([lookOf(WHOLE, [find], true)])[0]!.box).toEqual(near([0.75, 0.25, 1, 0.5]));
    expect(merge([lookOf([0, 0.5, 1, 1], [find], true)])[0]!.box).toEqual(near([0.75, 0.625, 1, 0.75]));
  });

  it('takes the mean score and the box of the surest', () => {
    const looks = [
      lookOf(WHOLE, [{ row: 1, column: 1, score: 0.5 }]),
      lookOf(WHOLE, [{ row: 1, column: 2, score: 0.9 }], true),
    ];
    expect(merge(looks)).toMatchObject([
      { classIndex: 0, score: expect.closeTo(0.7), box: near([0.25, 0.25, 0.5, 0.5]) },
    ]);
  });

  it('counts a look that could have seen a thing and did not', () => {
    const found = lookOf(WHOLE, [{ row: 1, column: 1, score: 0.7 }]);
    expect(merge([found, lookOf([0, 0, 0.6, 1], [])], 0.3)).toMatchObject([{ score: expect.closeTo(0.35) }]);
    expect(merge([found, lookOf([0, 0, 0.6, 1], [])])).toEqual([]);
    // Half of it lies beyond that part.
    expect(merge([found, lookOf([0, 0, 0.4, 1], [])])).toMatchObject([{ score: expect.closeTo(0.7) }]);
  });

  it('leaves what the border of a part cuts to the other looks, not what the border of the photograph cuts', () => {
    const right = lookOf([0, 0, 0.6, 1], [{ row: 0, column: 3, score: 0.9 }]);
    const left = lookOf([0, 0, 0.6, 1], [{ row: 0, column: 0, score: 0.9 }]);
    expect(merge([lookOf(WHOLE, []), right])).toEqual([]);
    expect(merge([left])).toHaveLength(1);
  });

  it('keeps the surer of two classes at one place, and only the classes asked for', () => {
    const look = lookOf(WHOLE, [
      { row: 1, column: 1, score: 0.9 },
      { row: 1, column: 1, score: 0.6, classIndex: 1 },
      { row: 3, column: 3, score: 0.5, classIndex: 1 },
    ]);
    expect(merge([look, look]).map(({ score }) => Math.round(score * 10))).toEqual([9, 5]);
    expect(merge([look, look], 0.4, new Set([1]))).toHaveLength(1);
  });
});
