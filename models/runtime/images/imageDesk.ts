import { stat } from 'node:fs/promises';
import type { Raster } from '../../../core/images/raster.ts';
import { ImageError } from '../errors.ts';
import { decodeBytes, readImageBytes } from '../imageFile.ts';
import type { SourceImage } from '../model.ts';
import { ImageThread, keyOf, type ReadImage } from './imageThread.ts';

/** Photographs that are read ahead and not asked for yet: no more, or a cancelled batch would keep them. */
const MAX_AHEAD = 2;
/** Photographs that were asked for and are kept: the one on the screen, and the one that was encoded ahead. */
const KEPT = 2;

/**
 * Hands out photographs: the last two again as they are, one that was read ahead without a wait, any other read at once. A file
 * that changed since is read anew.
 */
export class ImageDesk {
  readonly #thread: ImageThread;
  readonly #ahead = new Map<string, { readonly stamp: string; readonly image: Promise<ReadImage | undefined> }>();
  /** By stamp. */
  readonly #kept = new Map<string, SourceImage>();

  /** `script` is a file that serves as `ImageThread` needs it. */
  constructor(script: string) {
    this.#thread = new ImageThread(script);
  }

  /** Begins to read a photograph that will be asked for. */
  async prepare(path: string): Promise<void> {
    if (this.#ahead.has(path)) return;
    const stamp = await stampOf(path);
    if (stamp === undefined || this.#kept.has(stamp) || this.#ahead.has(path)) return;
    this.#ahead.set(path, { stamp, image: this.#thread.read(path) });
    for (const oldest of this.#ahead.keys()) {
      if (this.#ahead.size > MAX_AHEAD) this.#ahead.delete(oldest);
    }
  }

  /** The photograph at a path. Throws an `ImageError` where it cannot be read. */
  async open(path: string): Promise<SourceImage> {
    const stamp = await stampOf(path);
    if (stamp === undefined) return readNow(path);
    const image = this.#kept.get(stamp) ?? (await this.#readAhead(path, stamp)) ?? (await readNow(path));
    // Back to the end: what was used last is dropped last.
    this.#kept.delete(stamp);
    this.#kept.set(stamp, image);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size > KEPT) this.#kept.delete(oldest);
    }
    return image;
  }

  async #readAhead(path: string, stamp: string): Promise<SourceImage | undefined> {
    const ahead = this.#ahead.get(path);
    this.#ahead.delete(path);
    if (ahead === undefined || ahead.stamp !== stamp) return undefined;
    const image = await ahead.image;
    if (image === undefined) return undefined;
    if ('message' in image) throw new ImageError(image.message);
    return { path, key: image.key, raster: () => Promise.resolve(image.raster) };
  }
}

async function readNow(path: string): Promise<SourceImage> {
  const bytes = await readImageBytes(path);
  let raster: Raster | undefined;
  return {
    path,
    key: keyOf(bytes),
    raster: async () => {
      raster ??= decodeBytes(bytes, path);
      return raster;
    },
  };
}

/** Tells a file from another, and from itself before a change. */
async function stampOf(path: string): Promise<string | undefined> {
  try {
    const { dev, ino, size, mtimeNs } = await stat(path, { bigint: true });
    return `${dev} ${ino} ${size} ${mtimeNs} ${path}`;
  } catch {
    // The reader says what is wrong with it.
    return undefined;
  }
}
