import { decodePixels } from '../images/png.ts';
import { fail, ok, type Result } from '../result.ts';
import { fromBitmap } from './bitmap.ts';
import type { RunLengthMask } from './foreground.ts';

/** A PNG in which a pixel's value names the segment it belongs to. */
export interface LabelMap {
  readonly width: number;
  readonly height: number;
  /** Row-major, one value a pixel. */
  readonly values: Uint32Array;
}

/**
 * The values of a label map: of a grey PNG the grey level as stored (1 to 16 bits), of a palette PNG the index and not
 * the colour, of an RGB or RGBA PNG of 8 bits R + 256 G + 65536 B, which is COCO panoptic's segment id. Fails on
 * anything else, on damaged files, and over 100 megapixels, before the pixels are unpacked.
 */
export function decodeLabelMap(png: Uint8Array): Result<LabelMap> {
  const decoded = decodePixels(png);
  if (!decoded.ok) return decoded;
  const { width, height, channels, samples, depth } = decoded.value;
  if (channels >= 3 && depth === 16) {
    return fail(
      'The label map is an RGB PNG of 16 bits; segment ids are coded in 8-bit RGB. Save it with 8 bits a channel.',
    );
  }
  const values = new Uint32Array(width * height);
  for (let i = 0, s = 0; i < values.length; i++, s += channels) {
    values[i] = channels >= 3 ? samples[s]! | (samples[s + 1]! << 8) | (samples[s + 2]! << 16) : samples[s]!;
  }
  return ok({ width, height, values });
}

/** The pixels of a label map that hold `value`; an empty mask where none does. */
export function maskOfValue(map: LabelMap, value: number): RunLengthMask {
  const bitmap = new Uint8Array(map.values.length);
  for (let i = 0; i < bitmap.length; i++) bitmap[i] = map.values[i] === value ? 1 : 0;
  return fromBitmap(bitmap, map.height, map.width);
}
