import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { decodeImage } from '../../core/images/decode.ts';
import type { Raster } from '../../core/images/raster.ts';
import { ImageError } from './errors.ts';

/** Reading stops here; a photograph of 100 megapixels is far smaller. */
const MAX_IMAGE_BYTES = 512 * 2 ** 20;

/** Opens and decodes a photograph. Throws an `ImageError` for anything that is no readable JPEG or PNG. */
export async function readImage(path: string): Promise<Raster> {
  return decodeBytes(await readImageBytes(path), path);
}

/** Decodes a photograph's bytes; the path is for the message. Throws an `ImageError` for anything that is no JPEG or PNG. */
export function decodeBytes(bytes: Uint8Array, path: string): Raster {
  const decoded = decodeImage(bytes);
  if (!decoded.ok) throw new ImageError(`${path}: ${decoded.message}`);
  return decoded.value;
}

/** A photograph's bytes. Throws an `ImageError` where there is no file, or one that cannot be read. */
export async function readImageBytes(path: string): Promise<Uint8Array> {
  try {
    // Non-blocking, or a pipe would hold the process forever.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const found = await file.stat();
      if (!found.isFile()) throw new ImageError(`${path} is not a file. Choose a JPEG or PNG.`);
      if (found.size > MAX_IMAGE_BYTES)
        throw new ImageError(
          `${path} has ${found.size} bytes, more than are read (${MAX_IMAGE_BYTES}). Scale it down.`,
        );
      const bytes = await file.readFile();
      return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof ImageError) throw error;
    const code = error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error);
    throw new ImageError(
      code === 'ENOENT'
        ? `There is no image at ${path}. Check the path.`
        : `${path} cannot be read (${code}). Check the file and its permissions.`,
    );
  }
}
