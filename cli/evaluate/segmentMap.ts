/** Reads COCO's panoptic maps. There are two an image, so that the kind that all of them are has a reader of its own. */
import { inflateSync } from 'node:zlib';
import { hasPngEnd, isPng } from '../../core/images/png.ts';
import { decodeSegmentMap, type SegmentMap } from '../../core/metrics/evaluate/official/panoptic.ts';
import { segmentMasksOfRgb } from '../../core/metrics/masks/labelSegments.ts';
import { ok, type Result } from '../../core/result.ts';

/** Where the first chunk ends, which says what kind of PNG it is. */
const HEADER_END = 33;
const CHANNELS = 3;
/** As many as a mask may have. */
const MOST_PIXELS = 100_000_000;

/** The segments of a map, lying on their side. Fails on what is no PNG of a map, with a sentence for the user. */
export function readSegmentMap(png: Buffer): Result<SegmentMap> {
  return readPlainRgb(png) ?? decodeSegmentMap(png);
}

/** Used for every map: there are thousands, and a fresh megabyte for each keeps the garbage collector busy. */
let scratch = new Uint8Array(0);

function scratchOf(length: number): Uint8Array {
  if (scratch.length < length) scratch = new Uint8Array(length);
  return scratch.subarray(0, length);
}

/** A whole PNG of 8 bits, red, green and blue, not interlaced; undefined for any other. */
function readPlainRgb(png: Buffer): Result<SegmentMap> | undefined {
  if (png.length < HEADER_END || !isPng(png) || !hasPngEnd(png)) return undefined;
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  // Depth, colour type, compression, filter, interlace.
  const isPlain = png[24] === 8 && png[25] === 2 && png[26] === 0 && png[27] === 0 && png[28] === 0;
  if (!isPlain || width === 0 || height === 0 || width * height > MOST_PIXELS) return undefined;
  const rowBytes = CHANNELS * width;
  const rows = inflated(png, height * (rowBytes + 1));
  if (rows === undefined) return undefined;
  const rgb = scratchOf(height * rowBytes);
  for (let y = 0; y < height; y++) {
    const from = y * (rowBytes + 1);
    const to = y * rowBytes;
    rgb.set(rows.subarray(from + 1, from + 1 + rowBytes), to);
    if (!unfilter(rows[from]!, rgb, to, rowBytes)) return undefined;
  }
  return ok({ height: width, width: height, masks: segmentMasksOfRgb(rgb, height, width) });
}

/** The image data, unpacked; undefined where it is damaged or not of this length. */
function inflated(png: Buffer, length: number): Buffer | undefined {
  const parts: Buffer[] = [];
  for (let at = 8; at + 12 <= png.length; ) {
    const size = png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + size));
    at += 12 + size;
  }
  try {
    const packed = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    const rows = inflateSync(packed, { chunkSize: Math.max(64, length + 1), maxOutputLength: length + 1 });
    return rows.length === length ? rows : undefined;
  } catch {
    return undefined;
  }
}

/** Undoes a row's filter in place, as the PNG specification has it; false for one that there is not. */
function unfilter(filter: number, rgb: Uint8Array, at: number, length: number): boolean {
  const above = at - length;
  const end = at + length;
  switch (filter) {
    case 0:
      return true;
    case 1:
      for (let i = at + CHANNELS; i < end; i++) rgb[i]! += rgb[i - CHANNELS]!;
      return true;
    case 2:
      if (above >= 0) for (let i = at; i < end; i++) rgb[i]! += rgb[i - length]!;
      return true;
    case 3:
      for (let i = at; i < end; i++) rgb[i]! += (leftOf(rgb, i, at) + aboveOf(rgb, i, length)) >> 1;
      return true;
    case 4:
      for (let i = at; i < end; i++) {
        const corner = i - CHANNELS >= at && above >= 0 ? rgb[i - CHANNELS - length]! : 0;
        rgb[i]! += paeth(leftOf(rgb, i, at), aboveOf(rgb, i, length), corner);
      }
      return true;
    default:
      return false;
  }
}

function leftOf(rgb: Uint8Array, i: number, rowStart: number): number {
  return i - CHANNELS >= rowStart ? rgb[i - CHANNELS]! : 0;
}

function aboveOf(rgb: Uint8Array, i: number, length: number): number {
  return i >= length ? rgb[i - length]! : 0;
}

/** Of the three the nearest to left + above − corner; of equals the first. */
function paeth(left: number, above: number, corner: number): number {
  const [toLeft, toAbove] = [Math.abs(above - corner), Math.abs(left - corner)];
  const toCorner = Math.abs(left + above - 2 * corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}
