/**
 * Where the images and annotations of a COCO-like file stand, so that each image is read together with its annotations
 * whatever their order in the file. A million annotations take some 20 MB.
 */
import { isObject } from '../../records/isObject.ts';
import { DatasetError, type DatasetFiles } from '../format.ts';
import type { JsonEntry } from '../json/jsonEntries.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface CocoCategory {
  readonly id: number;
  readonly name: string;
  readonly value: Fields;
}

/** An annotation whose image the file does not have; its place in `annotations`, from 0. */
export interface Orphan {
  readonly index: number;
  readonly imageId: unknown;
}

const decoder = new TextDecoder();
/** So many annotations without an image are told one by one. */
const MOST_ORPHANS = 1000;

export class CocoIndex {
  readonly categories = new Map<number, CocoCategory>();
  readonly orphans: Orphan[] = [];
  orphanCount = 0;
  /** What else stands in the file's object: `info`, keys of other programs. */
  readonly others: Record<string, unknown> = {};
  private readonly quotedImageKey: Uint8Array;
  private readonly imageNumbers = new Map<unknown, number>();
  private readonly images = new Places();
  private readonly items = new Places();
  /** The number of each annotation's image; -1 for none. */
  private owners = new Int32Array(1024);
  /** Annotations sorted by image: those of image i are `order[starts[i]]` to `order[starts[i + 1]]`. */
  private order = new Uint32Array(0);
  private starts = new Uint32Array(1);

  private constructor(
    private readonly files: DatasetFiles,
    readonly path: string,
    private readonly annotationKey: string,
    private readonly imageKey: string,
  ) {
    this.quotedImageKey = new TextEncoder().encode(JSON.stringify(imageKey));
  }

  /**
   * Reads the file once. Throws a `DatasetError` where it is no JSON, or has no `images`.
   *
   * @param annotationKey The list whose items name an image, and `imageKey` the key by which they do.
   */
  static async open(
    files: DatasetFiles,
    path: string,
    { annotationKey = 'annotations', imageKey = 'image_id' } = {},
  ): Promise<CocoIndex> {
    const index = new CocoIndex(files, path, annotationKey, imageKey);
    const pending: unknown[] = [];
    for await (const entry of files.entries(path)) index.take(entry, pending);
    index.assign(pending);
    if (index.images.count === 0)
      throw new DatasetError(`${path} has no list "images": it is no COCO file. Name another one, or another --from.`);
    index.sort();
    return index;
  }

  get imageCount(): number {
    return this.images.count;
  }

  get annotationCount(): number {
    return this.items.count;
  }

  /** An image by its number, from 0, in the order of the file. */
  image(number: number): Promise<Fields> {
    return this.parsed(this.images, number);
  }

  /** The annotations of an image in the order of the file, and the place of each in `annotations`. */
  async annotations(number: number): Promise<readonly { readonly index: number; readonly value: Fields }[]> {
    const found: { index: number; value: Fields }[] = [];
    for (let i = this.starts[number]!; i < this.starts[number + 1]!; i++) {
      const index = this.order[i]!;
      found.push({ index, value: await this.parsed(this.items, index) });
    }
    return found;
  }

  /** An image's number by its id. */
  numberOf(imageId: unknown): number | undefined {
    return this.imageNumbers.get(imageId);
  }

  private take(entry: JsonEntry, pending: unknown[]): void {
    if (entry.key === 'images' && entry.index >= 0) {
      const value = entryValue(entry);
      if (isObject(value)) this.imageNumbers.set(value['id'], this.images.count);
      this.images.add(entry.offset, entry.bytes.length);
    } else if (entry.key === this.annotationKey && entry.index >= 0) {
      const number = this.items.add(entry.offset, entry.bytes.length);
      const imageId = quickNumber(entry.bytes, this.quotedImageKey) ?? imageIdOf(entryValue(entry), this.imageKey);
      const owner = this.imageNumbers.get(imageId);
      // Its image may stand further down in the file.
      if (owner === undefined) pending.push(number, imageId);
      this.own(number, owner ?? -1);
    } else if (entry.key === 'categories' && entry.index >= 0) {
      const value = entryValue(entry);
      if (isObject(value) && typeof value['id'] === 'number')
        this.categories.set(value['id'], { id: value['id'], name: String(value['name'] ?? ''), value });
    } else if (entry.index < 0) this.others[entry.key] = entryValue(entry);
  }

  private own(item: number, owner: number): void {
    if (item >= this.owners.length) {
      const larger = new Int32Array(this.owners.length * 2);
      larger.set(this.owners);
      this.owners = larger;
    }
    this.owners[item] = owner;
  }

  private assign(pending: readonly unknown[]): void {
    for (let i = 0; i < pending.length; i += 2) {
      const item = pending[i] as number;
      const owner = this.imageNumbers.get(pending[i + 1]);
      if (owner !== undefined) this.owners[item] = owner;
      else if (++this.orphanCount <= MOST_ORPHANS) this.orphans.push({ index: item, imageId: pending[i + 1] });
    }
  }

  /** By counting: in the order of the file within each image. */
  private sort(): void {
    const { count } = this.items;
    this.starts = new Uint32Array(this.images.count + 1);
    for (let i = 0; i < count; i++) if (this.owners[i]! >= 0) this.starts[this.owners[i]! + 1]!++;
    for (let i = 1; i < this.starts.length; i++) this.starts[i]! += this.starts[i - 1]!;
    const next = this.starts.slice();
    this.order = new Uint32Array(this.starts[this.images.count]!);
    for (let i = 0; i < count; i++) if (this.owners[i]! >= 0) this.order[next[this.owners[i]!]!++] = i;
  }

  private async parsed(places: Places, number: number): Promise<Fields> {
    const bytes = await this.files.slice(this.path, places.offset(number), places.length(number));
    const value = this.value(bytes, places === this.images ? 'images' : this.annotationKey, number);
    return isObject(value) ? value : {};
  }

  private value(bytes: Uint8Array, key: string, number: number): unknown {
    try {
      return JSON.parse(decoder.decode(bytes)) as unknown;
    } catch (error) {
      throw new DatasetError(
        `${this.path}, ${key}[${number}], is no JSON (${(error as Error).message}): mend it, or write the file anew.`,
      );
    }
  }
}

/** Offsets and lengths of a list's items in a file. */
class Places {
  count = 0;
  private offsets = new Float64Array(1024);
  private lengths = new Uint32Array(1024);

  add(offset: number, length: number): number {
    if (this.count === this.offsets.length) {
      const offsets = new Float64Array(this.count * 2);
      offsets.set(this.offsets);
      const lengths = new Uint32Array(this.count * 2);
      lengths.set(this.lengths);
      this.offsets = offsets;
      this.lengths = lengths;
    }
    this.offsets[this.count] = offset;
    this.lengths[this.count] = length;
    return this.count++;
  }

  offset(number: number): number {
    return this.offsets[number]!;
  }

  length(number: number): number {
    return this.lengths[number]!;
  }
}

function entryValue({ bytes, key, index }: JsonEntry): unknown {
  try {
    return JSON.parse(decoder.decode(bytes)) as unknown;
  } catch (error) {
    throw new DatasetError(
      `${key}[${index}] is no JSON (${(error as Error).message}): write the file anew, or name another one.`,
    );
  }
}

function imageIdOf(value: unknown, key: string): unknown {
  return isObject(value) ? value[key] : undefined;
}

/**
 * The whole number that stands behind a key of an object, without the rest of it being read; `undefined` where the key
 * stands not once, or something else behind it: then the object is read as a whole.
 */
function quickNumber(bytes: Uint8Array, key: Uint8Array): number | undefined {
  let at = -1;
  for (let quote = bytes.indexOf(QUOTE); quote >= 0; quote = bytes.indexOf(QUOTE, quote + 1)) {
    if (!standsAt(bytes, quote, key)) continue;
    if (at >= 0) return undefined;
    at = quote + key.length;
  }
  if (at < 0) return undefined;
  while (bytes[at] === SPACE) at++;
  if (bytes[at++] !== COLON) return undefined;
  while (bytes[at] === SPACE) at++;
  let value = 0;
  const first = at;
  for (; bytes[at]! >= ZERO && bytes[at]! <= ZERO + 9; at++) value = value * 10 + bytes[at]! - ZERO;
  const end = bytes[at];
  return at > first && at - first < 16 && (end === COMMA || end === CLOSE || end === SPACE) ? value : undefined;
}

const QUOTE = 0x22;
const SPACE = 0x20;
const COLON = 0x3a;
const COMMA = 0x2c;
const CLOSE = 0x7d;
const ZERO = 0x30;

function standsAt(bytes: Uint8Array, at: number, text: Uint8Array): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text[i]) return false;
  return true;
}
