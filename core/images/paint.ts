import { walkRowSpans } from '../masks/columns.ts';
import { difference, dilated, eroded } from '../masks/morphology.ts';
import { cropMask, resizeMask } from '../masks/reshape.ts';
import { boundingBox, type RunLengthMask } from '../masks/runLengthMask.ts';
import type { Rgb } from './fill.ts';
import type { Raster } from './raster.ts';
import { crop, resize } from './resize.ts';

export interface PaintOptions {
  /** Also draw the mask's edge in the full colour, with a thin light line outside it. */
  readonly outline?: boolean;
}

const WHITE: Rgb = [255, 255, 255];

/** Masks are painted from a grid this many times as fine, so that what is drawn along an edge is antialiased. */
const FINER = 2;

/**
 * Paints a mask into the raster itself (copy it first to keep the photograph): `opacity` 0 to 1 of the colour over
 * every foreground pixel. A mask of another size is stretched to the raster's.
 */
export function paintMask(
  raster: Raster,
  mask: RunLengthMask,
  rgb: Rgb,
  opacity: number,
  options: PaintOptions = {},
): void {
  const fine = resizeMask(mask, raster.height * FINER, raster.width * FINER);
  tint(raster, fine, rgb, opacity);
  if (options.outline !== true) return;
  const thickness = Math.max(1.5, Math.min(4, Math.max(raster.width, raster.height) / 400));
  tint(raster, difference(dilated(fine, FINER), fine), WHITE, 0.8);
  tint(raster, difference(fine, eroded(fine, thickness * FINER)), rgb, 1);
}

export interface CropOptions {
  /** Room round the mask as a share of its longer side; 0.15 where nothing is said. */
  readonly padding?: number;
  /**
   * The longer side of the result in pixels; 320 where nothing is said. Small parts are enlarged four times at most.
   */
  readonly maxSide?: number;
}

/** The part of a picture round a mask, and the mask in it, both scaled alike. An empty mask gives the whole picture. */
export function cropToMask(
  raster: Raster,
  mask: RunLengthMask,
  options: CropOptions = {},
): { raster: Raster; mask: RunLengthMask } {
  const { padding = 0.15, maxSide = 320 } = options;
  const fitted = resizeMask(mask, raster.height, raster.width);
  const box = paddedBox(boundingBox(fitted), padding, raster);
  const scale = Math.min(4, maxSide / Math.max(box[2], box[3]));
  const width = Math.max(1, Math.round(box[2] * scale));
  const height = Math.max(1, Math.round(box[3] * scale));
  return {
    raster: resize(crop(raster, box), width, height),
    mask: resizeMask(cropMask(fitted, box), height, width),
  };
}

/** Whole pixels, inside the picture, never empty. */
function paddedBox(
  box: readonly [number, number, number, number],
  padding: number,
  raster: Raster,
): [number, number, number, number] {
  const [x, y, width, height] = box;
  if (width === 0 || height === 0) return [0, 0, raster.width, raster.height];
  const room = Math.ceil(Math.max(width, height, 16) * padding);
  const left = Math.max(0, x - room);
  const top = Math.max(0, y - room);
  const right = Math.min(raster.width, x + width + room);
  const bottom = Math.min(raster.height, y + height + room);
  return [left, top, right - left, bottom - top];
}

/** Mixes a colour in, `opacity` of it where all of a pixel's finer pixels are foreground and less where fewer are. */
function tint(raster: Raster, fine: RunLengthMask, [red, green, blue]: Rgb, opacity: number): void {
  const [fineLeft, fineTop, fineWidth, fineHeight] = boundingBox(fine);
  const left = fineLeft >> 1;
  const top = fineTop >> 1;
  const width = ((fineLeft + fineWidth + 1) >> 1) - left;
  const height = ((fineTop + fineHeight + 1) >> 1) - top;
  const coverage = new Uint8Array(width * height);
  walkRowSpans(fine, (y, from, to) => {
    addSpan(coverage, ((y >> 1) - top) * width, from - 2 * left, to - 2 * left);
  });
  const shares = Array.from({ length: FINER * FINER + 1 }, (_, covered) => (opacity * covered) / (FINER * FINER));
  const { data } = raster;
  for (let y = 0, pixel = 0; y < height; y++) {
    for (let i = ((top + y) * raster.width + left) * 4, end = i + width * 4; i < end; i += 4, pixel++) {
      const covered = coverage[pixel]!;
      if (covered === 0) continue;
      const share = shares[covered]!;
      data[i] = data[i]! + (red - data[i]!) * share + 0.5;
      data[i + 1] = data[i + 1]! + (green - data[i + 1]!) * share + 0.5;
      data[i + 2] = data[i + 2]! + (blue - data[i + 2]!) * share + 0.5;
    }
  }
}

/** Counts the finer pixels `left` to `right - 1` of a finer row in the pixels of the row that begins at `row`. */
function addSpan(coverage: Uint8Array, row: number, left: number, right: number): void {
  if (left & 1) coverage[row + (left >> 1)]! += 1;
  for (let x = (left + 1) >> 1; x < right >> 1; x++) coverage[row + x]! += 2;
  if (right & 1) coverage[row + (right >> 1)]! += 1;
}
