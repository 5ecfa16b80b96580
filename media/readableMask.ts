/** A mask of the shown record, decoded as far as picking and painting need it. */
import type { PreviewMask } from '../core/language/previewModel.ts';
import { boundingBox, decodeCounts, type RunLengthMask } from '../core/masks/runLengthMask.ts';

export interface ReadableMask {
  /** Its index in the record's `masks`. */
  readonly index: number;
  readonly runs: RunLengthMask;
  /** `[x, y, width, height]` in pixels. */
  readonly box: readonly [number, number, number, number];
  /** Pixels. */
  readonly area: number;
  /** The pixel, column by column, after which run `k` ends. */
  readonly ends: Uint32Array;
}

/** The decoded mask, or the sentence that says why there is none to paint. */
export type MaskReading = { readonly mask: ReadableMask } | { readonly problem: string };

const maxPixels = 100_000_000;

export function readPreviewMask(mask: PreviewMask, index: number): MaskReading {
  if (mask.problem !== undefined) return { problem: mask.problem };
  const [height, width] = mask.size;
  if (!(height > 0 && width > 0 && height * width <= maxPixels)) {
    return { problem: `A mask of ${width} × ${height} pixels cannot be shown.` };
  }
  const counts = decodeCounts(mask.counts);
  if (!counts.ok) return { problem: counts.message };
  const ends = new Uint32Array(counts.value.length);
  let total = 0;
  let area = 0;
  for (const [k, run] of counts.value.entries()) {
    total += run;
    if (k % 2 === 1) area += run;
    if (total > height * width) break;
    ends[k] = total;
  }
  if (total !== height * width) {
    return { problem: `The runs do not fill ${width} × ${height} pixels: draw the mask again or correct its size.` };
  }
  const runs: RunLengthMask = { height, width, counts: counts.value };
  return { mask: { index, runs, box: boundingBox(runs), area, ends } };
}

/** Whether the mask holds the pixel. */
export function holdsPixel(mask: ReadableMask, x: number, y: number): boolean {
  const { height, width } = mask.runs;
  if (x < 0 || y < 0 || x >= width || y >= height) return false;
  const pixel = x * height + y;
  let low = 0;
  let high = mask.ends.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (mask.ends[middle]! > pixel) high = middle;
    else low = middle + 1;
  }
  return low % 2 === 1;
}

/**
 * The smallest mask at a point of the picture (`u`, `v` from 0 to 1), so that a cup on a table can be picked; the picture's
 * fraction and not its pixel, because a faulty record may hold masks of other sizes than its photograph's.
 */
export function maskAt(masks: readonly ReadableMask[], u: number, v: number): ReadableMask | undefined {
  let best: ReadableMask | undefined;
  for (const mask of masks) {
    if (best !== undefined && mask.area >= best.area) continue;
    if (holdsPixel(mask, Math.floor(u * mask.runs.width), Math.floor(v * mask.runs.height))) best = mask;
  }
  return best;
}
