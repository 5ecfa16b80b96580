import { encode as encodePngData } from 'fast-png';
import { encode as encodeJpegData } from 'jpeg-js';
import type { Raster } from './raster.ts';

/** The raster as a PNG file, RGBA of 8 bits. */
export function encodePng(raster: Raster): Uint8Array {
  return encodePngData({ width: raster.width, height: raster.height, data: raster.data, channels: 4, depth: 8 });
}

/** The raster as a baseline JPEG file, quality 1 to 100; alpha is dropped. */
export function encodeJpeg(raster: Raster, quality: number): Uint8Array {
  const { width, height, data } = raster;
  return withBuffer(() => new Uint8Array(encodeJpegData({ width, height, data }, quality).data));
}

/** Bytes in base64, with padding. */
export function toBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  // A multiple of three, so that only the last part is padded, and short enough for an argument list.
  const step = 3 * 8192;
  for (let i = 0; i < bytes.length; i += step) {
    parts.push(btoa(String.fromCharCode(...bytes.subarray(i, i + step))));
  }
  return parts.join('');
}

/** A `data:` URI of bytes of a media type such as `image/png`. */
export function toDataUri(bytes: Uint8Array, mime: string): string {
  return `data:${mime};base64,${toBase64(bytes)}`;
}

/**
 * jpeg-js hands its result to `Buffer.from`. Where there is no Buffer (a web page) a stand-in takes its place for the
 * call.
 */
function withBuffer<T>(encode: () => T): T {
  const scope = globalThis as { Buffer?: unknown };
  if (scope.Buffer !== undefined) return encode();
  scope.Buffer = { from: (bytes: readonly number[]) => Uint8Array.from(bytes) };
  try {
    return encode();
  } finally {
    delete scope.Buffer;
  }
}
