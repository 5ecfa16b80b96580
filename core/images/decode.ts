import { decode as decodeJpegData } from 'jpeg-js';
import { fail, ok, type Result } from '../result.ts';
import { decodePixels, isPng, type PngPixels } from './png.ts';
import type { Raster } from './raster.ts';

/** A JPEG spends at least one bit on a block of 64 pixels of one channel, so a byte holds no more pixels than this. */
const MOST_PIXELS_PER_BYTE = 1024;

/** What the JPEG decoder keeps a pixel: three channels of 32-bit coefficients, the planes, and the result. */
const DECODER_BYTES_PER_PIXEL = 20;

/**
 * The pixels of a JPEG or PNG as 8-bit RGBA. The orientation that a camera notes in EXIF is not applied: masks are in
 * the pixels as stored (COCO's are). Of 16-bit PNGs the high byte is kept. Fails, with what is wrong, on other formats,
 * on cut-off and damaged files and over `maxPixels`.
 */
export function decodeImage(bytes: Uint8Array, options: { readonly maxPixels?: number } = {}): Result<Raster> {
  const maxPixels = options.maxPixels ?? 100_000_000;
  if (isJpeg(bytes)) return decodeJpeg(bytes, maxPixels);
  if (isPng(bytes)) {
    const pixels = decodePixels(bytes, maxPixels);
    return pixels.ok ? ok(rgbaOf(pixels.value)) : pixels;
  }
  if (bytes.length === 0) return fail('The image file is empty. Copy it again.');
  return fail('The image is not a JPEG or PNG. Convert it to one of them.');
}

/** Whether bytes begin as a JPEG does. */
export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}

function decodeJpeg(bytes: Uint8Array, maxPixels: number): Result<Raster> {
  const most = Math.min(maxPixels, bytes.length * MOST_PIXELS_PER_BYTE);
  try {
    const { width, height, data } = decodeJpegData(bytes, {
      useTArray: true,
      formatAsRGBA: true,
      tolerantDecoding: false,
      maxResolutionInMP: most / 1e6,
      maxMemoryUsageInMB: 64 + (most * DECODER_BYTES_PER_PIXEL) / 2 ** 20,
    });
    if (width === 0 || height === 0) return fail('The JPEG has no pixels: it is damaged. Export it again.');
    return ok({ width, height, data });
  } catch (error) {
    return fail(jpegMessage(error instanceof Error ? error.message : String(error), most === maxPixels, maxPixels));
  }
}

function jpegMessage(reason: string, limited: boolean, maxPixels: number): string {
  if (/maxResolution|maxMemory/.test(reason)) {
    return limited
      ? `The JPEG is larger than the limit of ${maxPixels / 1e6} megapixels. Scale it down.`
      : 'The JPEG is far too short for the size its header gives: it was cut off. Copy it again.';
  }
  return `The JPEG is cut off or damaged (${reason.trim()}). Copy or export it again.`;
}

function rgbaOf(png: PngPixels): Raster {
  const { width, height, channels, samples, depth, palette, transparent } = png;
  const data = new Uint8Array(width * height * 4);
  if (palette !== undefined) {
    for (let i = 0, o = 0; i < samples.length; i++, o += 4) {
      const entry = palette[samples[i]!];
      data[o] = entry?.[0] ?? 0;
      data[o + 1] = entry?.[1] ?? 0;
      data[o + 2] = entry?.[2] ?? 0;
      data[o + 3] = entry?.[3] ?? 255;
    }
    return { width, height, data };
  }
  const toByte = depth === 16 ? 1 / 256 : 255 / ((1 << depth) - 1);
  const colors = channels >= 3 ? 3 : 1;
  for (let i = 0, o = 0; o < data.length; i += channels, o += 4) {
    const seeThrough = transparent !== undefined && matches(samples, i, transparent, colors);
    data[o] = samples[i]! * toByte;
    data[o + 1] = samples[colors === 3 ? i + 1 : i]! * toByte;
    data[o + 2] = samples[colors === 3 ? i + 2 : i]! * toByte;
    data[o + 3] = channels === colors ? (seeThrough ? 0 : 255) : samples[i + colors]! * toByte;
  }
  return { width, height, data };
}

function matches(samples: ArrayLike<number>, at: number, color: ArrayLike<number>, length: number): boolean {
  for (let i = 0; i < length; i++) if (samples[at + i] !== color[i]) return false;
  return true;
}
