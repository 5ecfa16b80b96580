import { decode } from 'fast-png';
import { fail, ok, type Result } from '../result.ts';
import { inflatedSize } from './inflatedSize.ts';

/** A PNG's samples as stored, unpacked to one array element each. */
export interface PngPixels {
  readonly width: number;
  readonly height: number;
  /** 1 grey or palette index, 2 grey and alpha, 3 RGB, 4 RGBA. */
  readonly channels: number;
  /** Bits a sample: 1, 2, 4, 8 or 16. */
  readonly depth: number;
  /** `width * height * channels` samples, row-major. */
  readonly samples: Uint8Array | Uint16Array;
  /** RGB or RGBA by index, where samples are indices. */
  readonly palette?: readonly (readonly number[])[];
  /** The one colour that is see-through, a sample a channel. */
  readonly transparent?: ArrayLike<number>;
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/**
 * The chunks that hold the picture. Profiles, texts and animations are left out: they are never needed and can be made
 * to unpack without end.
 */
const PICTURE_CHUNKS = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND']);

/** Deflate makes data at most this many times smaller. */
const MOST_PACKED = 1032;

/** Image data that cannot unpack to more bytes than this is unpacked without counting it first. */
const HARMLESS = 128_000_000;

/** Channels by colour type. */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Whether bytes begin as a PNG does. */
export function isPng(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, i) => bytes[i] === byte);
}

/**
 * A PNG's samples. The picture's size is checked against `maxPixels`, and the packed data against the size, before
 * anything is unpacked. Fails on bytes that are no PNG, on cut-off and damaged files.
 */
export function decodePixels(bytes: Uint8Array, maxPixels = 100_000_000): Result<PngPixels> {
  const picture = pictureChunks(bytes, maxPixels);
  if (!picture.ok) return picture;
  try {
    const png = decode(picture.value.file);
    const unpacked =
      png.depth < 8 ? unpack(png.data, png.width, png.height, png.depth * png.channels, png.depth) : png.data;
    return ok({
      width: png.width,
      height: png.height,
      channels: png.channels,
      depth: png.depth,
      samples:
        unpacked instanceof Uint16Array
          ? unpacked
          : new Uint8Array(unpacked.buffer, unpacked.byteOffset, unpacked.length),
      ...(picture.value.colorType === 3 && png.palette !== undefined ? { palette: png.palette } : {}),
      ...(png.transparency !== undefined ? { transparent: png.transparency } : {}),
    });
  } catch (error) {
    return fail(`The PNG is damaged (${error instanceof Error ? error.message : String(error)}). Export it again.`);
  }
}

/** Whether a PNG ends with its end chunk, so that it was not cut off. */
export function hasPngEnd(bytes: Uint8Array): boolean {
  let offset = 8;
  while (offset + 12 <= bytes.length) {
    if (chunkType(bytes, offset) === 'IEND') return true;
    offset += 12 + readUint32(bytes, offset);
  }
  return false;
}

interface PictureFile {
  readonly file: Uint8Array;
  readonly colorType: number;
}

function pictureChunks(bytes: Uint8Array, maxPixels: number): Result<PictureFile> {
  if (!isPng(bytes)) return fail('The file is not a PNG. Save it as PNG, or correct the name.');
  if (bytes.length < 33 || chunkType(bytes, 8) !== 'IHDR' || readUint32(bytes, 8) !== 13) {
    return fail('The PNG has no header: it was cut off or is damaged. Export it again.');
  }
  const width = readUint32(bytes, 16);
  const height = readUint32(bytes, 20);
  const depth = bytes[24]!;
  const colorType = bytes[25]!;
  const channels = CHANNELS[colorType];
  if (width === 0 || height === 0 || channels === undefined || ![1, 2, 4, 8, 16].includes(depth)) {
    return fail(
      `The PNG's header is damaged (${width} × ${height}, ${depth} bits, colour type ${colorType}). Export it again.`,
    );
  }
  if (width * height > maxPixels) {
    return fail(`The PNG has ${width} × ${height} pixels; the limit is ${maxPixels / 1e6} megapixels. Scale it down.`);
  }
  if (depth < 8 && bytes[28] === 1) {
    return fail(
      `The PNG is interlaced and has ${depth} bits a sample, which is not supported. Save it without interlacing.`,
    );
  }
  // Interlaced rows are shorter, so there are more of them, each with its filter byte.
  const raw = 2 * height * (1 + Math.ceil((width * channels * depth) / 8));
  return keepPicture(bytes, colorType, raw + 4096);
}

/** The picture's chunks alone; refused where the image data unpacks to more than `mostBytes`. */
function keepPicture(bytes: Uint8Array, colorType: number, mostBytes: number): Result<PictureFile> {
  const kept: Uint8Array[] = [bytes.subarray(0, 8)];
  const data: Uint8Array[] = [];
  for (let offset = 8; ; ) {
    if (offset + 12 > bytes.length) return fail('The PNG ends before its end chunk: it was cut off. Copy it again.');
    const type = chunkType(bytes, offset);
    const end = offset + 12 + readUint32(bytes, offset);
    if (end > bytes.length) return fail(`The PNG ends inside its ${type} chunk: it was cut off. Copy it again.`);
    if (type === 'IDAT') data.push(bytes.subarray(offset + 8, end - 4));
    if (PICTURE_CHUNKS.has(type)) kept.push(bytes.subarray(offset, end));
    if (type === 'IEND') break;
    offset = end;
  }
  const packed = data.reduce((sum, part) => sum + part.length, 0);
  const suspect = packed * MOST_PACKED > Math.max(mostBytes, HARMLESS);
  if (suspect && inflatedSize(concatenated(data), mostBytes) > mostBytes) {
    return fail('The PNG holds far more data than its size has pixels: it is damaged. Export it again.');
  }
  return ok({ file: concatenated(kept), colorType });
}

/** Samples of under 8 bits stand packed in bytes, rows padded to whole bytes. */
function unpack(
  packed: ArrayLike<number>,
  width: number,
  height: number,
  bitsPerPixel: number,
  depth: number,
): Uint8Array {
  const samplesPerRow = (width * bitsPerPixel) / depth;
  const rowBytes = Math.ceil((width * bitsPerPixel) / 8);
  const samples = new Uint8Array(samplesPerRow * height);
  const most = (1 << depth) - 1;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < samplesPerRow; x++) {
      const bit = x * depth;
      samples[i++] = (packed[y * rowBytes + (bit >> 3)]! >> (8 - depth - (bit & 7))) & most;
    }
  }
  return samples;
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

function chunkType(bytes: Uint8Array, offset: number): string {
  return String.fromCharCode(...bytes.subarray(offset + 4, offset + 8));
}

function readUint32(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset]! << 24) | (bytes[offset + 1]! << 16) | (bytes[offset + 2]! << 8) | bytes[offset + 3]!) >>> 0;
}
