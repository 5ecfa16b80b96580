/** The part of a mask inside its box as a small bitmap, thinned out where it is large. */
import type { ReadableMask } from './readableMask.ts';

export interface MaskCrop {
  /** Row-major, 0 or 1. */
  readonly bits: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Every how many pixels of the mask one is kept, along both axes. */
  readonly step: number;
}

/** Neither side of the crop is longer than `longest`. */
export function cropMask(mask: ReadableMask, longest: number): MaskCrop {
  const [left, top, boxWidth, boxHeight] = mask.box;
  const step = Math.max(1, Math.ceil(Math.max(boxWidth, boxHeight) / longest));
  const width = Math.ceil(boxWidth / step);
  const height = Math.ceil(boxHeight / step);
  const bits = new Uint8Array(width * height);
  const rows = mask.runs.height;
  for (let k = 1; k < mask.ends.length; k += 2) {
    let from = mask.ends[k - 1]!;
    const to = mask.ends[k]!;
    while (from < to) {
      const x = Math.floor(from / rows);
      const end = Math.min(to, (x + 1) * rows);
      if ((x - left) % step === 0) {
        const column = (x - left) / step;
        const last = end - x * rows - top;
        for (let row = Math.ceil((from - x * rows - top) / step); row * step < last; row++)
          bits[row * width + column] = 1;
      }
      from = end;
    }
  }
  return { bits, width, height, step };
}

/**
 * The place for a mask's number: the pixel farthest from the mask's edge, as `[x, y]` in the mask's pixels, so that it lies inside
 * whatever the shape. Distances are counted in steps along rows, columns and diagonals (3 and 4 for 1 and √2).
 */
export function innermostPoint(mask: ReadableMask): [x: number, y: number] {
  const { bits, width, height, step } = cropMask(mask, 160);
  const across = width + 2;
  const distance = new Int32Array(across * (height + 2));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) if (bits[y * width + x] === 1) distance[(y + 1) * across + x + 1] = 1 << 29;
  }
  const relax = (at: number, beside: number, above: number): void => {
    distance[at] = Math.min(
      distance[at]!,
      distance[at + beside]! + 3,
      distance[at + above]! + 3,
      distance[at + above - 1]! + 4,
      distance[at + above + 1]! + 4,
    );
  };
  for (let y = 1; y <= height; y++) {
    for (let x = 1; x <= width; x++) if (distance[y * across + x]! > 0) relax(y * across + x, -1, -across);
  }
  let best = 0;
  for (let y = height; y >= 1; y--) {
    for (let x = width; x >= 1; x--) {
      const at = y * across + x;
      if (distance[at]! > 0) relax(at, 1, across);
      if (distance[at]! > distance[best]!) best = at;
    }
  }
  const x = (best % across) - 1;
  const y = Math.floor(best / across) - 1;
  return [mask.box[0] + x * step + 0.5, mask.box[1] + y * step + 0.5];
}
