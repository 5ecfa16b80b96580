import { describe, expect, it } from 'vitest';
import { COCO80 } from '../../testing/scene.ts';
import type { DetectorGraphs } from '../graphs.ts';
import type { MaskPatch } from '../paste.ts';
import type { Sight } from '../sight.ts';
import { alongEdges } from './alongEdges.ts';
import { candidatesFor } from './candidates.ts';
import { cellAt, coloursOf } from './cells.ts';
import { confidenceOf, estimateOf } from './estimate.ts';
import { followPoints } from './followPoints.ts';

const SIDE = 28;
const THRESHOLD = 0.5;

/** A patch over a photograph of 280 × 280: ten pixels a cell. */
function patchOf(probability: (row: number, column: number) => number): MaskPatch {
  return {
    probabilities: Float32Array.from({ length: SIDE * SIDE }, (_, i) => probability(Math.floor(i / SIDE), i % SIDE)),
    rows: SIDE,
    columns: SIDE,
    region: [0, 0, 280, 280],
  };
}

/** Three equal planes. */
function greys(value: (row: number, column: number) => number): readonly Float32Array[] {
  const plane = patchOf(value).probabilities;
  return [plane, plane, plane];
}

const at = (patch: MaskPatch, row: number, column: number) => patch.probabilities[row * SIDE + column]!;
const even = greys(() => 128);
const leftHalf = patchOf((_, column) => (column < 14 ? 0.9 : 0.1));

describe('cells of a patch', () => {
  it('are found by pixels, and beyond its border the nearest', () => {
    expect(cellAt(leftHalf, 0, 0)).toEqual({ row: 0, column: 0 });
    expect(cellAt(leftHalf, 139, 279.9)).toEqual({ row: 27, column: 13 });
    expect(cellAt(leftHalf, -50, 1000)).toEqual({ row: 27, column: 0 });
  });

  it('have the colours of the picture under them', () => {
    const picture = new Float32Array(2 * 2 * 3);
    picture.set([10, 20, 30, 40, 50, 60], 6);
    const sight = { ...blankSight(), width: 280, height: 280, picture };
    const [red, green, blue] = coloursOf(leftHalf, sight, [2, 2]);
    expect([red![0], red![27], red![SIDE * SIDE - 1]]).toEqual([0, 0, 40]);
    expect([green![SIDE * 27], blue![SIDE * 27]]).toEqual([20, 30]);
  });
});

describe('a patch that follows points', () => {
  it('is left alone where it agrees with all of them', () => {
    const points = [
      { x: 15, y: 15, positive: true },
      { x: 265, y: 15, positive: false },
    ];
    expect(followPoints(leftHalf, points, even, THRESHOLD)).toBe(leftHalf);
  });

  it('changes around a point that it contradicts, the less the farther', () => {
    const taken = followPoints(leftHalf, [{ x: 15, y: 145, positive: false }], even, THRESHOLD);
    expect(at(taken, 14, 1)).toBeCloseTo(0.06, 1);
    expect(at(taken, 14, 3)).toBeLessThan(0.5);
    expect(at(taken, 14, 3)).toBeGreaterThan(at(taken, 14, 1));
    expect(at(taken, 0, 13)).toBeGreaterThan(0.5);
    const given = followPoints(leftHalf, [{ x: 265, y: 145, positive: true }], even, THRESHOLD);
    expect(at(given, 14, 26)).toBeCloseTo(0.94, 1);
    expect(at(given, 14, 1)).toBeCloseTo(0.9, 2);
  });

  it('leaves more of what has another colour', () => {
    const above = greys((row) => (row < 14 ? 250 : 5));
    const points = [{ x: 65, y: 145, positive: false }];
    const taken = followPoints(leftHalf, points, above, THRESHOLD);
    expect(at(taken, 17, 6)).toBeLessThan(at(taken, 11, 6));
    expect(at(taken, 13, 6)).toBeGreaterThan(0.5);
    expect(at(followPoints(leftHalf, points, even, THRESHOLD), 13, 6)).toBeLessThan(0.5);
  });

  it('keeps what points on their right side hold, in any order', () => {
    const points = [
      { x: 35, y: 145, positive: false },
      { x: 65, y: 145, positive: true },
    ];
    const taken = followPoints(leftHalf, points, even, THRESHOLD);
    expect(at(taken, 14, 6)).toBeGreaterThan(0.5);
    expect(at(taken, 14, 3)).toBeLessThan(0.5);
    const reversed = followPoints(leftHalf, points.toReversed(), even, THRESHOLD);
    expect(reversed.probabilities.every((value, i) => Math.abs(value - taken.probabilities[i]!) < 1e-6)).toBe(true);
  });

  it('bears points that contradict each other', () => {
    const here = { x: 35, y: 145 };
    const points = [true, false, true, false].map((positive) => ({ ...here, positive }));
    const taken = followPoints(leftHalf, points, even, THRESHOLD);
    expect(taken.probabilities.every((value) => value >= 0 && value <= 1)).toBe(true);
  });
});

describe('a border laid along the edges of the picture', () => {
  it('moves to an edge near it, and stays where there is none', () => {
    const blurred = patchOf((_, column) => 1 / (1 + Math.exp(column - 13.2)));
    const edge = alongEdges(
      blurred,
      greys((_, column) => (column < 15 ? 220 : 30)),
    );
    expect(at(blurred, 14, 14)).toBeLessThan(0.5);
    expect(at(edge, 14, 14)).toBeGreaterThan(0.5);
    expect(at(edge, 14, 15)).toBeLessThan(0.5);
    const flat = alongEdges(blurred, even);
    expect(at(flat, 14, 10)).toBeGreaterThan(0.5);
    expect(at(flat, 14, 16)).toBeLessThan(0.5);
  });

  it('keeps a mask that is everywhere or nowhere', () => {
    const guide = greys((row, column) => (row * 37 + column * 91) % 256);
    for (const value of [0, 1]) {
      const kept = alongEdges(
        patchOf(() => value),
        guide,
      );
      expect(kept.probabilities.every((probability) => Math.abs(probability - value) < 1e-3)).toBe(true);
    }
  });
});

describe('how good a mask is thought to be', () => {
  const centre = [{ x: 140, y: 140, positive: true }];
  const box = [0, 0, 1, 1] as const;
  const disc = (row: number, column: number) => patchOf((r, c) => (Math.hypot(r - row, c - column) < 7 ? 0.95 : 0.05));

  it('is best where the point lies in the middle of a sure mask that the detector is sure of', () => {
    const good = estimateOf(disc(14, 14), { box, score: 0.8 }, centre);
    expect(good).toBeGreaterThan(estimateOf(disc(14, 14), { box, score: 0.1 }, centre));
    expect(good).toBeGreaterThan(estimateOf(disc(14, 20), { box, score: 0.8 }, centre));
    expect(good).toBeGreaterThan(estimateOf(disc(5, 5), { box, score: 0.8 }, centre));
    expect(good).toBeGreaterThan(
      estimateOf(disc(14, 14), { box, score: 0.8 }, [...centre, { ...centre[0]!, positive: false }]),
    );
    expect(estimateOf(disc(14, 14), { box, score: 0 }, centre)).toBeLessThan(good);
  });

  it('is, of a box, how sure the head is of it', () => {
    expect(confidenceOf(leftHalf, THRESHOLD)).toBeCloseTo(0.9, 3);
    expect(
      confidenceOf(
        patchOf(() => 0.2),
        THRESHOLD,
      ),
    ).toBe(0);
  });
});

function blankSight(): Sight {
  const { size, bins, levels } = COCO80.detector;
  return {
    width: 640,
    height: 480,
    levels: levels.map(({ stride }) => {
      const cells = Math.ceil(size[0] / stride) * Math.ceil(size[1] / stride);
      return {
        stride,
        scores: new Float32Array(cells * COCO80.classes.length),
        distances: new Float32Array(cells * 4 * bins),
      };
    }),
    features: {},
    picture: new Float32Array(0),
  };
}

describe('the boxes that a prompt may mean', () => {
  const model = { manifest: COCO80 } as DetectorGraphs;
  const point = { x: 320, y: 240, positive: true };

  it('are the box that it gives, cut at the photograph', () => {
    const boxes = (box: readonly [number, number, number, number]) =>
      candidatesFor({ points: [point], box }, blankSight(), model).map((candidate) => candidate.box);
    expect(boxes([64, 48, 128, 96])).toEqual([[0.1, 0.1, 0.3, 0.3]]);
    expect(boxes([-100, 432, 420, 500])).toEqual([[0, 0.9, 0.5, 1]]);
    const [[left, top, right, bottom]] = boxes([900, 900, 0, 0]) as [[number, number, number, number]];
    expect([right - left > 0, bottom - top > 0, right <= 1, bottom <= 1]).toEqual([true, true, true, true]);
  });

  it('are finds of the detector that hold every point on the thing', () => {
    const sight = blankSight();
    // One find of a person about the photograph's middle, in the coarsest level: 13 cells a side, sides of three strides.
    const { scores, distances } = sight.levels[2]!;
    const cell = 6 * 13 + 6;
    scores[cell * COCO80.classes.length] = 0.6;
    for (let side = 0; side < 4; side++) distances[(cell * 4 + side) * COCO80.detector.bins + 3] = 50;
    const found = (points: readonly (typeof point)[]) =>
      candidatesFor({ points }, sight, model).filter(({ score }) => score > 0.5);
    expect(found([point])).toHaveLength(1);
    expect(found([point, { x: 2, y: 2, positive: false }])).toHaveLength(1);
    expect(found([point, { x: 2, y: 2, positive: true }])).toHaveLength(0);
  });

  it('are boxes around the points where nothing was found', () => {
    const guesses = candidatesFor({ points: [point, { ...point, x: 400 }] }, blankSight(), model);
    expect(guesses.length).toBeGreaterThan(3);
    for (const { box } of guesses) {
      expect(box[0]).toBeLessThan(0.5);
      expect(box[2]).toBeGreaterThan(400 / 640);
    }
    expect(candidatesFor({ points: [{ ...point, positive: false }] }, blankSight(), model).length).toBeGreaterThan(3);
  });
});
