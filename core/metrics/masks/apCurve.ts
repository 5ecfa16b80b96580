import { IGNORED, type ImageOutcome, IOU_THRESHOLDS, MATCHED } from './apMatching.ts';
import type { Protocol } from './example.ts';

/** Points of recall at which precision is read: 0, .01 … 1, in the doubles that numpy's linspace makes. */
export const RECALL_POINTS: readonly number[] = Array.from({ length: 101 }, (_, i) => (i === 100 ? 1 : i * 0.01));

/** The distance from 1 to the next double above it: the reference adds it to a divisor so that it is never 0. */
const SPACING = 2 ** -52;

/** How precision falls as recall grows, at one threshold. */
export interface Curve {
  /** The overlap from which on a match counts. */
  readonly iou: number;
  /** Precision at the 101 points of recall, never rising. */
  readonly precision: readonly number[];
  /** The mean of `precision`. */
  readonly ap: number;
  /** The share of truths that were found. */
  readonly recall: number;
}

/** The predictions of all images, ranked by falling score; of equals those of the first image first. */
interface Pool {
  readonly scores: Float64Array;
  readonly outcomes: Uint32Array;
}

/**
 * The curves of one area range, one a threshold, from images in the order of their ids; of each image the first `most`
 * predictions count. Undefined where nothing is to be found.
 */
export function curvesOf(
  images: readonly ImageOutcome[],
  range: number,
  most: number,
  protocol: Protocol,
): Curve[] | undefined {
  let positives = 0;
  for (const image of images) positives += image.positives[range]!;
  if (positives === 0) return undefined;
  const pool = poolOf(images, range, most);
  return IOU_THRESHOLDS.map((iou, t) => curveAt(iou, t, pool, positives, protocol));
}

function poolOf(images: readonly ImageOutcome[], range: number, most: number): Pool {
  let length = 0;
  for (const { scores } of images) length += Math.min(scores.length, most);
  const pool = { scores: new Float64Array(length), outcomes: new Uint32Array(length) };
  let at = 0;
  for (const { scores, outcomes } of images) {
    const kept = Math.min(scores.length, most);
    const first = range * scores.length;
    pool.scores.set(scores.subarray(0, kept), at);
    pool.outcomes.set(outcomes.subarray(first, first + kept), at);
    at += kept;
  }
  return isRanked(pool.scores) ? pool : ranked(pool);
}

function isRanked(scores: Float64Array): boolean {
  for (let i = 1; i < scores.length; i++) if (scores[i]! > scores[i - 1]!) return false;
  return true;
}

function ranked({ scores, outcomes }: Pool): Pool {
  const order = Uint32Array.from(scores, (_, i) => i);
  order.sort((a, b) => (scores[a] === scores[b] ? a - b : scores[a]! > scores[b]! ? -1 : 1));
  return {
    scores: Float64Array.from(order, (i) => scores[i]!),
    outcomes: Uint32Array.from(order, (i) => outcomes[i]!),
  };
}

function curveAt(iou: number, t: number, pool: Pool, positives: number, protocol: Protocol): Curve {
  const { recalls, precisions, length } = pointsOf(pool, t, positives, protocol);
  for (let i = length - 1; i > 0; i--) {
    if (precisions[i]! > precisions[i - 1]!) precisions[i - 1] = precisions[i]!;
  }
  let at = 0;
  let sum = 0;
  const precision = RECALL_POINTS.map((point) => {
    while (at < length && recalls[at]! < point) at++;
    const value = at < length ? precisions[at]! : 0;
    sum += value;
    return value;
  });
  return { iou, precision, ap: sum / RECALL_POINTS.length, recall: length > 0 ? recalls[length - 1]! : 0 };
}

/**
 * Recall and precision after each prediction. In `strict` predictions of one score come as one: a curve through them
 * would say something of their order in the file and nothing of the model.
 */
function pointsOf(
  { scores, outcomes }: Pool,
  t: number,
  positives: number,
  protocol: Protocol,
): { recalls: Float64Array; precisions: Float64Array; length: number } {
  const recalls = new Float64Array(scores.length);
  const precisions = new Float64Array(scores.length);
  let [right, wrong, length] = [0, 0, 0];
  for (let i = 0; i < scores.length; i++) {
    if ((outcomes[i]! & (IGNORED << t)) === 0) {
      if ((outcomes[i]! & (MATCHED << t)) === 0) wrong++;
      else right++;
    }
    if (protocol === 'strict' && i + 1 < scores.length && scores[i + 1] === scores[i]) continue;
    recalls[length] = right / positives;
    precisions[length++] = right / (wrong + right + SPACING);
  }
  return { recalls, precisions, length };
}
