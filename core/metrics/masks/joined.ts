import { area, intersection, intersectionArea, type RunLengthMask, union } from '../../masks/runLengthMask.ts';

/** Pixels two regions share, and pixels in either. */
export interface PixelCounts {
  readonly intersection: number;
  readonly union: number;
  /** Whether the masks differ in size; they share nothing then, and the union is the sum of their areas. */
  readonly sizesDiffer: boolean;
}

const SOME_SIZE: RunLengthMask = { height: 0, width: 0, counts: new Uint32Array(0) };

/** Counts the union of some masks against the union of others; no mask on a side is an empty region. */
export function countJoined(truths: readonly RunLengthMask[], predictions: readonly RunLengthMask[]): PixelCounts {
  if (!areOfOneSize(truths, predictions)) return differing(truths, predictions);
  const truth = truths.length > 0 ? union(truths) : SOME_SIZE;
  const prediction = predictions.length > 0 ? union(predictions) : SOME_SIZE;
  const shared = intersectionArea(truth, prediction);
  return { intersection: shared, union: area(truth) + area(prediction) - shared, sizesDiffer: false };
}

/**
 * Counts pixels that exactly one of the parts covers against a prediction: what the paper's script makes of a target
 * whose parts overlap, since it adds them up and a pixel that holds 2 is neither background nor foreground.
 */
export function countSummed(parts: readonly RunLengthMask[], prediction: RunLengthMask | undefined): PixelCounts {
  const predictions = prediction === undefined ? [] : [prediction];
  const joined = countJoined(parts, predictions);
  if (parts.length < 2 || joined.sizesDiffer) return joined;
  const twice = coveredTwice(parts);
  const again = prediction === undefined ? 0 : intersectionArea(twice, prediction);
  // Predicted pixels stay in the union by the prediction; what only the target covers twice leaves it.
  return {
    intersection: joined.intersection - again,
    union: joined.union - (area(twice) - again),
    sizesDiffer: false,
  };
}

function coveredTwice(parts: readonly RunLengthMask[]): RunLengthMask {
  let covered = parts[0]!;
  let twice = intersection([covered, parts[1]!]);
  for (const part of parts.slice(1)) {
    twice = union([twice, intersection([covered, part])]);
    covered = union([covered, part]);
  }
  return twice;
}

function areOfOneSize(first: readonly RunLengthMask[], second: readonly RunLengthMask[]): boolean {
  const size = first[0] ?? second[0];
  const fits = ({ height, width }: RunLengthMask) => height === size!.height && width === size!.width;
  return first.every(fits) && second.every(fits);
}

function differing(first: readonly RunLengthMask[], second: readonly RunLengthMask[]): PixelCounts {
  let pixels = 0;
  for (const mask of [...first, ...second]) pixels += area(mask);
  return { intersection: 0, union: pixels, sizesDiffer: true };
}
