import { area, type Box, boundingBox, intersectionArea, type RunLengthMask } from '../../masks/runLengthMask.ts';
import type { MaskExample } from './example.ts';

/**
 * How every predicted mask of an image lies over every true one; computed once, read by all metrics. Most pairs share
 * nothing, so only those that do are listed, prediction by prediction and by truth within one.
 */
export interface Overlaps {
  readonly predictions: number;
  readonly truths: number;
  /** Where each prediction's pairs begin; behind the last prediction the number of pairs. */
  readonly starts: Uint32Array;
  /** The truth of each pair. */
  readonly truthOf: readonly number[];
  /** The pixels that each pair shares, at least one. */
  readonly shared: readonly number[];
  /** Pixels of each predicted mask. */
  readonly predictionAreas: Float64Array;
  /** Pixels of each true mask. */
  readonly truthAreas: Float64Array;
  /** Whether a predicted mask and a true one are of different image sizes; such pairs share nothing. */
  readonly sizesDiffer: boolean;
}

const known = new WeakMap<MaskExample, Overlaps>();

/** The overlaps of an example's masks, computed once an example. */
export function overlapsOf(example: MaskExample): Overlaps {
  const seen = known.get(example);
  if (seen !== undefined) return seen;
  const overlaps = compare(
    example.predictions.map(({ mask }) => mask),
    example.truth.map(({ mask }) => mask),
  );
  known.set(example, overlaps);
  return overlaps;
}

/** Calls `visit` for every pair that shares a pixel with its intersection over union, above 0 to 1. */
export function forEachPair(overlaps: Overlaps, visit: (prediction: number, truth: number, iou: number) => void): void {
  const { starts, truthOf, shared, predictionAreas, truthAreas } = overlaps;
  for (let prediction = 0; prediction < overlaps.predictions; prediction++) {
    for (let i = starts[prediction]!; i < starts[prediction + 1]!; i++) {
      const truth = truthOf[i]!;
      const both = shared[i]!;
      visit(prediction, truth, both / (predictionAreas[prediction]! + truthAreas[truth]! - both));
    }
  }
}

/** The indices of masks without a pixel, in order. */
export function emptyMasks(areas: Float64Array): number[] {
  const indices: number[] = [];
  for (let i = 0; i < areas.length; i++) if (areas[i] === 0) indices.push(i);
  return indices;
}

function compare(predictions: readonly RunLengthMask[], truths: readonly RunLengthMask[]): Overlaps {
  const starts = new Uint32Array(predictions.length + 1);
  const truthOf: number[] = [];
  const shared: number[] = [];
  const truthBoxes = truths.map(boundingBox);
  let sizesDiffer = false;
  for (let p = 0; p < predictions.length; p++) {
    const prediction = predictions[p]!;
    const box = boundingBox(prediction);
    for (let t = 0; t < truths.length; t++) {
      const truth = truths[t]!;
      if (truth.height !== prediction.height || truth.width !== prediction.width) {
        sizesDiffer = true;
        continue;
      }
      if (!boxesMeet(box, truthBoxes[t]!)) continue;
      const pixels = intersectionArea(prediction, truth);
      if (pixels === 0) continue;
      truthOf.push(t);
      shared.push(pixels);
    }
    starts[p + 1] = truthOf.length;
  }
  return {
    predictions: predictions.length,
    truths: truths.length,
    starts,
    truthOf,
    shared,
    predictionAreas: Float64Array.from(predictions, area),
    truthAreas: Float64Array.from(truths, area),
    sizesDiffer,
  };
}

/** Whether two boxes share a pixel. */
export function boxesMeet(a: Box, b: Box): boolean {
  return a[0] < b[0] + b[2] && b[0] < a[0] + a[2] && a[1] < b[1] + b[3] && b[1] < a[1] + a[3];
}
