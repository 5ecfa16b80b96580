import type { MaskPatch } from '../paste.ts';

/** Half the side of the window, in cells of 112. */
const REACH = 1 / 12;
/** Greys that differ less are one surface: a variance, with greys from 0 to 1. */
const SMOOTH = 3e-4;

/**
 * A patch whose border follows the edges of the picture: a guided filter (He et al., "Guided Image Filtering", 2010) over its grey.
 * Within each window the mask is a linear function of the grey. Probabilities may leave 0 to 1 by a little.
 *
 * @param colours Three planes, as `coloursOf` gives them.
 */
export function alongEdges(patch: MaskPatch, colours: readonly Float32Array[]): MaskPatch {
  const { rows, columns } = patch;
  const reach = Math.max(1, Math.round(REACH * Math.min(rows, columns)));
  const mean = (values: Float32Array) => windowMeans(values, rows, columns, reach);
  const mask = patch.probabilities;
  const guide = mask.map((_, i) => colours.reduce((sum, plane) => sum + plane[i]!, 0) / (255 * colours.length));
  const meanMask = mean(mask);
  const meanGuide = mean(guide);
  const meanProduct = mean(guide.map((value, i) => value * mask[i]!));
  const meanSquare = mean(guide.map((value) => value * value));
  const slope = new Float32Array(mask.length);
  const offset = new Float32Array(mask.length);
  for (let i = 0; i < mask.length; i++) {
    const covariance = meanProduct[i]! - meanGuide[i]! * meanMask[i]!;
    const variance = meanSquare[i]! - meanGuide[i]! * meanGuide[i]!;
    slope[i] = covariance / (variance + SMOOTH);
    offset[i] = meanMask[i]! - slope[i]! * meanGuide[i]!;
  }
  const meanSlope = mean(slope);
  const meanOffset = mean(offset);
  const probabilities = guide.map((value, i) => meanSlope[i]! * value + meanOffset[i]!);
  return { ...patch, probabilities };
}

/** The mean of each cell's window, `2 * reach + 1` cells a side, cut at the border. */
function windowMeans(values: Float32Array, rows: number, columns: number, reach: number): Float32Array {
  const across = new Float32Array(values.length);
  const down = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) meansAlong(values, across, row * columns, 1, columns, reach);
  for (let column = 0; column < columns; column++) meansAlong(across, down, column, columns, rows, reach);
  return down;
}

/** Sliding means over `count` values that begin at `start` and lie `step` apart. */
function meansAlong(
  from: Float32Array,
  to: Float32Array,
  start: number,
  step: number,
  count: number,
  reach: number,
): void {
  let sum = 0;
  for (let i = 0; i < Math.min(reach, count); i++) sum += from[start + i * step]!;
  for (let i = 0; i < count; i++) {
    if (i + reach < count) sum += from[start + (i + reach) * step]!;
    if (i - reach > 0) sum -= from[start + (i - reach - 1) * step]!;
    const cells = Math.min(count - 1, i + reach) - Math.max(0, i - reach) + 1;
    to[start + i * step] = sum / cells;
  }
}
