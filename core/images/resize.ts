import type { Raster } from './raster.ts';

/** Weights are whole numbers with this many fractional bits, so that every machine computes the same bytes. */
const WEIGHT_BITS = 22;

/**
 * The raster at another size, antialiased bilinear: a triangle filter that widens with the reduction, so that every
 * source pixel counts. First across, then down, rounded to bytes in between; equal to Pillow 11's `BILINEAR` on opaque
 * pictures (alpha is filtered like a colour; Pillow 13 goes down first where the width grows and the height shrinks,
 * one level apart). Sizes are whole numbers from 1.
 */
export function resize(raster: Raster, width: number, height: number): Raster {
  if (!(Number.isInteger(width) && Number.isInteger(height) && width >= 1 && height >= 1)) {
    throw new RangeError(`A raster cannot be resized to ${width} × ${height}: sides are whole numbers from 1.`);
  }
  const across = width === raster.width ? raster : filterAcross(raster, width);
  if (height !== across.height) return filterDown(across, height);
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

/** For every output position the first input position, and its weights, `taps` of them. */
interface Kernel {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly weights: Int32Array;
  readonly taps: number;
}

function triangleKernel(from: number, to: number): Kernel {
  const scale = from / to;
  const reach = Math.max(scale, 1);
  const taps = Math.ceil(reach) * 2 + 1;
  const first = new Int32Array(to);
  const count = new Int32Array(to);
  const weights = new Int32Array(to * taps);
  const exact = new Float64Array(taps);
  for (let i = 0; i < to; i++) {
    const center = (i + 0.5) * scale;
    const low = Math.max(Math.trunc(center - reach + 0.5), 0);
    const high = Math.min(Math.trunc(center + reach + 0.5), from);
    let sum = 0;
    for (let j = low; j < high; j++) {
      const weight = Math.max(0, 1 - Math.abs((j - center + 0.5) * (1 / reach)));
      exact[j - low] = weight;
      sum += weight;
    }
    for (let j = 0; j < high - low; j++) {
      weights[i * taps + j] = Math.trunc(0.5 + (exact[j]! / sum) * 2 ** WEIGHT_BITS);
    }
    first[i] = low;
    count[i] = high - low;
  }
  return { first, count, weights, taps };
}

function filterAcross(raster: Raster, width: number): Raster {
  const { first, count, weights, taps } = triangleKernel(raster.width, width);
  const source = raster.data;
  const data = new Uint8Array(width * raster.height * 4);
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
  return { width, height: raster.height, data };
}

function filterDown(raster: Raster, height: number): Raster {
  const { first, count, weights, taps } = triangleKernel(raster.height, height);
  const source = raster.data;
  const rowBytes = raster.width * 4;
  const data = new Uint8Array(rowBytes * height);
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
  return { width: raster.width, height, data };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
