/** Finds photographs on disk by the names that datasets give them. */
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { basename, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { FoundImage, ImageFinder } from '../../core/datasets/format.ts';
import { probeImage } from '../../core/images/probe.ts';
import { DiskFiles } from '../../server/files.ts';

const IMAGE_NAME = /\.(?:jpe?g|png|webp|gif|bmp|tiff?)$/i;
const COCO_PREFIX = /^COCO_(?:train|val|test)\d{4}_/;
/** COCO's numbers have twelve digits. */
const DIGITS = 12;
/** Nearly every image says its size in its first bytes; where one does not, more is read. */
const HEAD_BYTES = 16 * 1024;

export class DiskImages implements ImageFinder {
  /** Every image below the folders by its last part; made when a name is not found by its path. */
  private byName: ReadonlyMap<string, readonly string[]> | undefined;
  private readonly disk = new DiskFiles('.');
  private readonly head = Buffer.allocUnsafe(HEAD_BYTES);

  /**
   * @param folders Where images are looked for, in this order.
   * @param outputFolder Where the records will lie, for the paths that they will hold.
   * @param notFound Told the name of each photograph that is looked for in vain.
   */
  constructor(
    private readonly folders: readonly string[],
    private readonly outputFolder: string,
    private readonly notFound: (name: string) => void = () => undefined,
  ) {}

  async find(...names: readonly string[]): Promise<FoundImage> {
    for (const name of names) {
      const found = await this.at(name);
      if (found !== undefined) return found;
    }
    for (const name of names) {
      for (const spelling of spellings(name)) {
        const path = this.nearest(spelling, name);
        const found = path === undefined ? undefined : await this.probed(path);
        if (found !== undefined) return found;
      }
    }
    const image = slashed(names[0] ?? '');
    this.notFound(image);
    return { image, path: undefined, size: undefined };
  }

  /** By the whole path. */
  private async at(name: string): Promise<FoundImage | undefined> {
    if (name.includes('\0')) return undefined;
    const candidates = isAbsolute(name) ? [name] : this.folders.map((folder) => join(folder, name));
    for (const path of candidates) {
      const found = await this.probed(path);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Without waiting: with a hundred thousand images that takes longer than looking. */
  private async probed(path: string): Promise<FoundImage | undefined> {
    const head = this.headOf(path);
    if (head === undefined) return undefined;
    let probe = probeImage(head);
    if (!probe.ok && head.length === HEAD_BYTES) {
      const more = await this.disk.readEnds(resolve(path));
      if (more.ok) probe = probeImage(more.value);
    }
    const size = probe.ok ? { width: probe.value.width, height: probe.value.height } : undefined;
    return { image: this.relative(path), path, size };
  }

  /** The first bytes of a file, good until the next call; `undefined` where there is no file, or none that may be read. */
  private headOf(path: string): Uint8Array | undefined {
    let file: number | undefined;
    try {
      if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
      file = openSync(path, 'r');
      return this.head.subarray(0, readSync(file, this.head, 0, HEAD_BYTES, 0));
    } catch {
      return undefined;
    } finally {
      if (file !== undefined) closeSync(file);
    }
  }

  /** Of the images with this last part the one whose path ends most like the name. */
  private nearest(lastPart: string, name: string): string | undefined {
    this.byName ??= this.listed();
    const found = this.byName.get(lastPart) ?? [];
    if (found.length < 2) return found[0];
    const wanted = slashed(name).split('/').reverse();
    const common = (path: string) => {
      const parts = slashed(path).split('/').reverse();
      let count = 1;
      while (count < wanted.length && parts[count] === wanted[count]) count++;
      return count;
    };
    return [...found].sort((a, b) => common(b) - common(a))[0];
  }

  private listed(): ReadonlyMap<string, readonly string[]> {
    const byName = new Map<string, string[]>();
    for (const folder of this.folders) {
      for (const path of imagesBelow(folder)) {
        const key = basename(path);
        const same = byName.get(key);
        if (same === undefined) byName.set(key, [path]);
        else same.push(path);
      }
    }
    return byName;
  }

  private relative(path: string): string {
    return slashed(relative(this.outputFolder, resolve(path)));
  }
}

/** The last part of a name, and COCO's other spellings of it. */
function spellings(name: string): readonly string[] {
  const last = slashed(name).split('/').pop() ?? name;
  const bare = last.replace(COCO_PREFIX, '');
  const all = [last, bare];
  const number = /^(\d{1,12})(\.\w+)$/.exec(bare);
  if (number !== null) {
    const padded = `${number[1]!.padStart(DIGITS, '0')}${number[2]}`;
    all.push(padded);
    for (const split of ['train2014', 'val2014']) all.push(`COCO_${split}_${padded}`);
  }
  return [...new Set(all)];
}

function* imagesBelow(folder: string): Generator<string> {
  const todo = [folder];
  for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
    try {
      for (const entry of readdirSync(at, { withFileTypes: true })) {
        if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
        if (entry.isDirectory()) todo.push(join(at, entry.name));
        else if (IMAGE_NAME.test(entry.name)) yield join(at, entry.name);
      }
    } catch {
      // A folder that may not be entered holds no image for us; what is then missing is reported by its name.
    }
  }
}

function slashed(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}
