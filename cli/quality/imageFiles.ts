/** Compares image files: their bytes, and how they look. */
import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { decodeImage } from '../../core/images/decode.ts';
import { type ImageHash, imageHash } from '../../core/quality/imageHash.ts';

/** In bytes; `undefined` for what is no file. */
export function fileSize(path: string): number | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isFile() ? found.size : undefined;
}

/** SHA-256; `undefined` where the file cannot be read. */
export async function contentHash(path: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  } catch {
    return undefined;
  }
  return hash.digest('base64');
}

/** `undefined` where the file is no JPEG or PNG that can be read. */
export async function lookOf(path: string): Promise<ImageHash | undefined> {
  try {
    const raster = decodeImage(await readFile(path));
    return raster.ok ? imageHash(raster.value) : undefined;
  } catch {
    return undefined;
  }
}
