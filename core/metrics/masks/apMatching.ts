import { isCounted, type MaskExample, type Protocol, type TruthMask } from './example.ts';
import { type Overlaps, overlapsOf } from './overlaps.ts';

/** Overlaps from which on a match counts: .50, .55 … .95, in the doubles that numpy's linspace makes. */
export const IOU_THRESHOLDS: readonly number[] = Array.from({ length: 10 }, (_, i) => (i === 9 ? 0.95 : step(i)));

function step(i: number): number {
  return 0.5 + i * ((0.95 - 0.5) / 9);
}

/** Pixels of a truth or prediction, from and to: all, small, medium, large. */
export const AREA_RANGES: readonly (readonly [from: number, to: number])[] = [
  [0, 1e10],
  [0, 32 ** 2],
  [32 ** 2, 96 ** 2],
  [96 ** 2, 1e10],
];

/** Predictions of an image that pycocotools looks at. */
const MOST_PREDICTIONS = 100;

/** What became of an image's predictions, ranked by falling score. */
export interface ImageOutcome {
  readonly scores: Float64Array;
  /**
   * Area ranges × predictions, range by range. Bit t: matched at threshold t; bit 16 + t: left out of the count there.
   */
  readonly outcomes: Uint32Array;
  /** Truths to be found in each area range. */
  readonly positives: readonly number[];
}

/** Matched at threshold t, and left out at threshold t. */
export const MATCHED = 1;
export const IGNORED = 1 << 16;

/** Matches an image's predictions to its truths in every area range and at every threshold (facts, metrics §1.3). */
export function matchImage(example: MaskExample, protocol: Protocol): ImageOutcome {
  const overlaps = overlapsOf(example);
  const truths = indices(example.truth.length).filter((i) => isCounted(example.truth[i]!.category));
  const ranked = rankedPredictions(example, overlaps, protocol);
  // What does not reach the lowest threshold is not looked at again.
  const candidates = ranked.map((prediction) =>
    overlapping(prediction, example, overlaps).filter(({ iou }) => iou >= IOU_THRESHOLDS[0]!),
  );
  const outcomes = new Uint32Array(AREA_RANGES.length * ranked.length);
  const positives = AREA_RANGES.map((range, r) => {
    const ignored = example.truth.map((truth, i) => isIgnored(truth, overlaps.truthAreas[i]!, range));
    const row = outcomes.subarray(r * ranked.length, (r + 1) * ranked.length);
    for (let t = 0; t < IOU_THRESHOLDS.length; t++) matchAt(t, candidates, ignored, example.truth, protocol, row);
    ignoreOutside(row, ranked, overlaps.predictionAreas, range);
    return truths.reduce((sum, i) => sum + (ignored[i] ? 0 : 1), 0);
  });
  return { scores: Float64Array.from(ranked, (i) => scoreOf(example, i)), outcomes, positives };
}

function indices(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}

function scoreOf(example: MaskExample, prediction: number): number {
  const score = example.predictions[prediction]!.score ?? 1;
  return Number.isNaN(score) ? Number.NEGATIVE_INFINITY : score;
}

/**
 * Predictions by falling score. Of equals the first in the file comes first and only 100 count; in `strict` the one
 * that overlaps a truth most comes first, so that the file's order does not matter, and all count.
 */
function rankedPredictions(example: MaskExample, overlaps: Overlaps, protocol: Protocol): number[] {
  const counted = indices(example.predictions.length).filter((i) => isCounted(example.predictions[i]!.category));
  const byScore = (a: number, b: number) => descending(scoreOf(example, a), scoreOf(example, b));
  if (protocol === 'paper') return counted.sort(byScore).slice(0, MOST_PREDICTIONS);
  const best = counted.map((i) => bestOverlap(i, example, overlaps));
  const place = new Map(counted.map((prediction, i) => [prediction, best[i]!]));
  return counted.sort((a, b) => byScore(a, b) || descending(place.get(a)!, place.get(b)!));
}

/** For sorting: infinities of one sign are equal. */
function descending(a: number, b: number): number {
  return a === b ? 0 : a > b ? -1 : 1;
}

function bestOverlap(prediction: number, example: MaskExample, overlaps: Overlaps): number {
  let best = 0;
  for (const { iou } of overlapping(prediction, example, overlaps)) best = Math.max(best, iou);
  return best;
}

/** A truth that a prediction overlaps, and by how much as pycocotools has it: for a crowd over the prediction's area. */
interface Candidate {
  readonly truth: number;
  readonly iou: number;
}

function overlapping(prediction: number, example: MaskExample, overlaps: Overlaps): Candidate[] {
  const { starts, truthOf, shared, predictionAreas, truthAreas } = overlaps;
  const own = predictionAreas[prediction]!;
  const candidates: Candidate[] = [];
  for (let i = starts[prediction]!; i < starts[prediction + 1]!; i++) {
    const truth = truthOf[i]!;
    const { crowd, category } = example.truth[truth]!;
    if (!isCounted(category)) continue;
    const divisor = crowd === true ? own : own + truthAreas[truth]! - shared[i]!;
    candidates.push({ truth, iou: shared[i]! / divisor });
  }
  return candidates;
}

function isIgnored(truth: TruthMask, area: number, [from, to]: readonly [number, number]): boolean {
  const stated = truth.area ?? area;
  return truth.crowd === true || stated < from || stated > to;
}

/** Sets the bits of threshold `t` in `row`, a place a prediction. */
function matchAt(
  t: number,
  candidates: readonly (readonly Candidate[])[],
  ignored: readonly boolean[],
  truths: readonly TruthMask[],
  protocol: Protocol,
  row: Uint32Array,
): void {
  const threshold = Math.min(IOU_THRESHOLDS[t]!, 1 - 1e-10);
  const taken = new Uint8Array(truths.length);
  for (let p = 0; p < candidates.length; p++) {
    const truth = bestFree(candidates[p]!, threshold, ignored, truths, taken);
    if (truth < 0) continue;
    taken[truth] = 1;
    if (ignored[truth]) row[p]! |= IGNORED << t;
    // pycocotools notes the truth's number as the match, so that number 0 reads as "none".
    if (protocol === 'strict' || truths[truth]!.annotation !== 0) row[p]! |= MATCHED << t;
  }
}

/**
 * The truth that overlaps most, of equals the last; one that is ignored only where none that counts is found. -1 where
 * nothing reaches the threshold.
 */
function bestFree(
  candidates: readonly Candidate[],
  threshold: number,
  ignored: readonly boolean[],
  truths: readonly TruthMask[],
  taken: Uint8Array,
): number {
  for (const wanted of [false, true]) {
    let best = -1;
    let most = threshold;
    for (const { truth, iou } of candidates) {
      if (ignored[truth] !== wanted || iou < most) continue;
      if (taken[truth] === 1 && truths[truth]!.crowd !== true) continue;
      best = truth;
      most = iou;
    }
    if (best >= 0) return best;
  }
  return -1;
}

/** A prediction that matched nothing and lies outside the area range is neither right nor wrong. */
function ignoreOutside(
  row: Uint32Array,
  ranked: readonly number[],
  areas: Float64Array,
  [from, to]: readonly [number, number],
): void {
  ranked.forEach((prediction, p) => {
    const area = areas[prediction]!;
    if (area >= from && area <= to) return;
    for (let t = 0; t < IOU_THRESHOLDS.length; t++) if ((row[p]! & (MATCHED << t)) === 0) row[p]! |= IGNORED << t;
  });
}
