import { describe, expect, it } from 'vitest';
import { COCO80 } from '../testing/scene.ts';
import { type Detection, finds, type LevelOutput, strongest, suppress } from './boxes.ts';

const SETTINGS = { ...COCO80.detector, size: [64, 64] as [number, number], bins: 4, maxBoxes: 3 };

/** One level of stride 16 (4 × 4 cells, 2 classes) whose finds have all four sides at bin `side`. */
function level(finds: readonly { cell: number; classIndex: number; score: number; side: number }[]) {
  const scores = new Float32Array(16 * 2);
  const distances = new Float32Array(16 * 4 * 4);
  for (const { cell, classIndex, score, side } of finds) {
    scores[cell * 2 + classIndex] = score;
    for (let edge = 0; edge < 4; edge++) distances[(cell * 4 + edge) * 4 + side] = 50;
  }
  return { stride: 16, scores, distances };
}

/** What one look at the whole photograph finds. */
function decodeBoxes(levels: readonly LevelOutput[], threshold: number, asked?: ReadonlySet<number>) {
  return strongest(finds(levels, SETTINGS, 2, threshold), SETTINGS, asked);
}

describe('finds', () => {
  it('measures sides from the centre of the cell, in shares of the image', () => {
    const [find] = decodeBoxes([level([{ cell: 5, classIndex: 1, score: 0.75, side: 1 }])], 0.4);
    expect(find).toMatchObject({ classIndex: 1, score: 0.75 });
    // Cell 5 is row 1, column 1: its centre is (24, 24), its sides are 16 pixels away.
    expect(find!.box.map((share) => share * 64)).toEqual([8, 8, 40, 40].map((side) => expect.closeTo(side, 4)));
  });

  it('takes the mean of the distribution, not its peak', () => {
    const flat = level([{ cell: 5, classIndex: 0, score: 0.5, side: 0 }]);
    flat.distances.fill(0);
    const [find] = decodeBoxes([flat], 0.4);
    // The mean of bins 0 to 3 is 1.5 strides.
    expect(find!.box.map((share) => share * 64)).toEqual([0, 0, 48, 48].map((side) => expect.closeTo(side, 4)));
  });

  it('drops what overlaps a better find and keeps the best of the rest', () => {
    const finds = [
      { cell: 5, classIndex: 0, score: 0.9, side: 1 },
      { cell: 5, classIndex: 1, score: 0.8, side: 1 },
      { cell: 0, classIndex: 0, score: 0.5, side: 0 },
      { cell: 3, classIndex: 0, score: 0.39, side: 1 },
      { cell: 15, classIndex: 1, score: 0.6, side: 1 },
    ];
    const kept = decodeBoxes([level(finds)], 0.4);
    expect(kept.map(({ score }) => Math.round(score * 100))).toEqual([90, 60, 50]);
    expect(decodeBoxes([level(finds)], 0.4, new Set([1])).map(({ classIndex }) => classIndex)).toEqual([1]);
  });

  it('is not led astray by broken numbers', () => {
    const broken = level([{ cell: 5, classIndex: 0, score: 0.9, side: 1 }]);
    broken.scores[0] = Number.NaN;
    broken.scores[2] = Number.POSITIVE_INFINITY;
    broken.distances.fill(Number.NaN);
    const kept = decodeBoxes([broken], 0.4);
    expect(kept).toHaveLength(1);
    expect(kept[0]!.box.every(Number.isFinite)).toBe(true);
  });

  it('is bounded in the number of finds', () => {
    const full = level([]);
    full.scores.fill(0.5);
    expect(decodeBoxes([full], 0).length).toBeLessThanOrEqual(3);
  });
});

describe('suppress', () => {
  it('compares rivals only', () => {
    const find = (classIndex: number): Detection => ({ classIndex, score: 0.5, box: [0, 0, 1, 1] });
    const both = [find(0), find(1)];
    expect(suppress(both, (a, b) => a.classIndex === b.classIndex, 0.5)).toHaveLength(2);
    expect(suppress(both, () => true, 0.5)).toHaveLength(1);
  });
});
