import { rasterisePolygons } from '../../core/masks/polygons.ts';
import type { RunLengthMask } from '../../core/masks/runLengthMask.ts';

/** Masks of one image size: what annotators drew, and for each what a model might answer. */
export interface MaskSet {
  readonly height: number;
  readonly width: number;
  readonly truth: readonly RunLengthMask[];
  /** As many as `truth`; mask i is the i-th truth with its outline shaken, its place and size a little off. */
  readonly predictions: readonly RunLengthMask[];
}

/** Points of an outline: what COCO's annotators take for an object. */
const POINTS = 45;

/** Every so many objects one that something in front of it parts in two. */
const PARTED = 5;

/**
 * `count` outlines as people draw them, in sizes from 1/20 to 1/2 of the image's height, small ones as often as large
 * ones; the same masks for the same arguments.
 */
export function maskSet(height: number, width: number, count: number, seed = 1): MaskSet {
  const random = randomNumbers(seed);
  const truth: RunLengthMask[] = [];
  const predictions: RunLengthMask[] = [];
  for (let i = 0; i < count; i++) {
    const parts = Array.from({ length: i % PARTED === 0 ? 2 : 1 }, () => outline(random, height, width));
    truth.push(rasterisePolygons(parts, height, width));
    const shaken = parts.map((part) => shake(part, random, height / 200));
    predictions.push(rasterisePolygons(shaken, height, width));
  }
  return { height, width, truth, predictions };
}

/** `[x1, y1, x2, y2, …]` round a middle point, the distance to it swinging in waves of four lengths. */
function outline(random: () => number, height: number, width: number): number[] {
  const [middleX, middleY] = [random() * width, random() * height];
  const radius = (height / 40) * 10 ** random();
  const waves = [1, 2, 3, 5].map((length) => ({ length, height: 0.25 * random(), phase: 2 * Math.PI * random() }));
  const points: number[] = [];
  for (let i = 0; i < POINTS; i++) {
    const angle = (2 * Math.PI * i) / POINTS;
    let distance = 0.96 + 0.08 * random();
    for (const wave of waves) distance += wave.height * Math.cos(wave.length * angle + wave.phase);
    points.push(middleX + radius * distance * Math.cos(angle), middleY + radius * distance * Math.sin(angle));
  }
  return points;
}

function shake(points: readonly number[], random: () => number, most: number): number[] {
  const [aside, down] = [2 * most * (random() - 0.5), 2 * most * (random() - 0.5)];
  return points.map((value, i) => value + (i % 2 === 0 ? aside : down) + most * (random() - 0.5));
}

/** Numbers from 0 to 1, the same row of them for a seed on every machine. Marsaglia's xorshift with 32 bits. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
