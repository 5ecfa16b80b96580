/** What an index keeps of a mask: enough to know which masks are equal, and which cannot overlap much. */
import { foregroundOf, type RunLengthMask } from '../masks/foreground.ts';
import { area, boundingBox, boxIou } from '../masks/geometry.ts';
import { fingerprint, fingerprintOfNumbers } from './fingerprint.ts';

export interface MaskFacts {
  /** Equal for masks of one size with the same pixels, however their runs are written. */
  readonly fingerprint: number;
  /** Foreground pixels, more than 0. */
  readonly area: number;
  /** Pixels. */
  readonly box: readonly [x: number, y: number, width: number, height: number];
}

/** `undefined` for a mask without foreground, which is equal to every other one. */
export function maskFacts(mask: RunLengthMask): MaskFacts | undefined {
  const pixels = area(mask);
  if (pixels === 0) return undefined;
  const { starts, ends } = foregroundOf(mask);
  const parts = [fingerprintOfNumbers(starts), fingerprintOfNumbers(ends), mask.height, mask.width];
  return { fingerprint: fingerprint(parts.join(' ')), area: pixels, box: boundingBox(mask) };
}

/** Whether two masks can overlap by `least` (intersection over union, 0 to 1), as far as areas and boxes tell. */
export function mayOverlap(
  a: Pick<MaskFacts, 'area' | 'box'>,
  b: Pick<MaskFacts, 'area' | 'box'>,
  least: number,
): boolean {
  if (Math.min(a.area, b.area) < least * Math.max(a.area, b.area)) return false;
  // The intersection lies in both boxes, so that it is no larger than what these share.
  const shared = boxIou(a.box, b.box);
  if (shared === 0) return false;
  const boxes = a.box[2] * a.box[3] + b.box[2] * b.box[3];
  const common = (shared * boxes) / (1 + shared);
  const most = Math.min(common, a.area, b.area);
  return most >= least * (a.area + b.area - most) - 1e-6;
}
