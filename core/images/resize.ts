import type { Raster } from './raster.ts';
import { antialiasedKernel, type Kernel, pointKernel, type ResizeFilter, WEIGHT_BITS } from './resizeKernel.ts';

export type { ResizeFilter } from './resizeKernel.ts';

export interface ResizeOptions {
  /** `bilinear` by default. */
  readonly filter?: ResizeFilter;
  /** Whether the filter widens where the picture shrinks, so that every pixel counts; so by default. Only bilinear can do without. */
  readonly antialias?: boolean;
}

/**
 * The raster at another size, antialiased bilinear where nothing else is asked for. First across, then down, rounded to
 * bytes in between; equal to Pillow 11's filters of the same names on opaque pictures (alpha is filtered like a colour;
 * Pillow 13 goes down first where the width grows and the height shrinks, one level apart). Sizes are whole numbers from 1.
 */
export function resize(raster: Raster, width: number, height: number, options: ResizeOptions = {}): Raster {
  if (!(Number.isInteger(width) && Number.isInteger(height) && width >= 1 && height >= 1)) {
    throw new RangeError(`A raster cannot be resized to ${width} × ${height}: sides are whole numbers from 1.`);
  }
  const { filter = 'bilinear', antialias = true } = options;
  const kernel = (from: number, to: number) =>
    antialias || filter !== 'bilinear' ? antialiasedKernel(from, to, filter) : pointKernel(from, to);
  const across = width === raster.width ? raster : filterAcross(raster, width, kernel(raster.width, width));
  if (height !== across.height) return filterDown(across, height, kernel(across.height, height));
  return across === raster ? { ...raster, data: raster.data.slice() } : across;
}

/**
 * The part of the raster inside a box `[x, y, width, height]` in pixels, which is cut at the border and to whole
 * pixels.
 */
export function crop(raster: Raster, box: readonly [number, number, number, number]): Raster {
  const left = clamp(Math.floor(box[0]), 0, raster.width);
  const top = clamp(Math.floor(box[1]), 0, raster.height);
  const right = clamp(Math.ceil(box[0] + box[2]), left, raster.width);
  const bottom = clamp(Math.ceil(box[1] + box[3]), top, raster.height);
  const width = right - left;
  const height = bottom - top;
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * raster.width + left) * 4;
    data.set(raster.data.subarray(from, from + width * 4), y * width * 4);
  }
  return { width, height, data };
}

function filterAcross(raster: Raster, width: number, kernel: Kernel): Raster {
  const { first, count, weights, taps } = kernel;
  const source = raster.data;
  // Cubic and sinc reach beyond the range of a byte: such values stop at its ends.
  const data = new Uint8ClampedArray(width * raster.height * 4);
  const half = 1 << (WEIGHT_BITS - 1);
  for (let y = 0, out = 0; y < raster.height; y++) {
    const row = y * raster.width * 4;
    for (let x = 0; x < width; x++, out += 4) {
      let red = half;
      let green = half;
      let blue = half;
      let alpha = half;
      let at = row + first[x]! * 4;
      const end = x * taps + count[x]!;
      for (let k = x * taps; k < end; k++, at += 4) {
        const weight = weights[k]!;
        red += source[at]! * weight;
        green += source[at + 1]! * weight;
        blue += source[at + 2]! * weight;
        alpha += source[at + 3]! * weight;
      }
      data[out] = red >> WEIGHT_BITS;
      data[out + 1] = green >> WEIGHT_BITS;
      data[out + 2] = blue >> WEIGHT_BITS;
      data[out + 3] = alpha >> WEIGHT_BITS;
    }
  }
  return { width, height: raster.height, data: new Uint8Array(data.buffer) };
}

function filterDown(raster: Raster, height: number, kernel: Kernel): Raster {
  const { first, count, weights, taps } = kernel;
  const source = raster.data;
  const rowBytes = raster.width * 4;
  const data = new Uint8ClampedArray(rowBytes * height);
  const sums = new Int32Array(rowBytes);
  for (let y = 0; y < height; y++) {
    sums.fill(1 << (WEIGHT_BITS - 1));
    for (let k = 0; k < count[y]!; k++) {
      const weight = weights[y * taps + k]!;
      const row = (first[y]! + k) * rowBytes;
      for (let i = 0; i < rowBytes; i++) sums[i]! += source[row + i]! * weight;
    }
    const out = y * rowBytes;
    for (let i = 0; i < rowBytes; i++) data[out + i] = sums[i]! >> WEIGHT_BITS;
  }
  return { width: raster.width, height, data: new Uint8Array(data.buffer) };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
