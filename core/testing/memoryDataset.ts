/** Datasets in memory, for tests of converters. */
import { decodeCp1252 } from '../datasets/cp1252.ts';
import {
  DatasetError,
  type DatasetFiles,
  type DatasetFormat,
  type FoundImage,
  type ImageFinder,
  type Loss,
  type NewRecord,
  type ReadEvent,
} from '../datasets/format.ts';
import { type JsonEntry, JsonEntryError, jsonEntries } from '../datasets/json/jsonEntries.ts';
import { readRecord } from '../datasets/readRecord.ts';
import { readOptions } from '../datasets/registry.ts';
import { RecordCell } from '../records/document.ts';
import { RecordModel } from '../records/recordModel.ts';

const PIECE = 97;

/** Files by their paths, such as `data/instances.json`; a value that is no text and no bytes is written as JSON. */
export class MemoryDataset implements DatasetFiles {
  private readonly contents = new Map<string, Uint8Array>();

  constructor(files: Readonly<Record<string, unknown>>) {
    for (const [path, content] of Object.entries(files)) {
      const bytes =
        content instanceof Uint8Array
          ? content
          : new TextEncoder().encode(typeof content === 'string' ? content : JSON.stringify(content));
      this.contents.set(path, bytes);
    }
  }

  async kind(path: string): Promise<'file' | 'folder' | undefined> {
    if (this.contents.has(path)) return 'file';
    return [...this.contents.keys()].some((each) => each.startsWith(`${path}/`)) ? 'folder' : undefined;
  }

  async list(folder: string): Promise<readonly { readonly name: string; readonly kind: 'file' | 'folder' }[]> {
    const names = new Map<string, 'file' | 'folder'>();
    for (const path of this.contents.keys()) {
      if (!path.startsWith(`${folder}/`)) continue;
      const [name = '', ...rest] = path.slice(folder.length + 1).split('/');
      names.set(name, rest.length > 0 ? 'folder' : 'file');
    }
    return [...names].map(([name, kind]) => ({ name, kind })).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async bytes(path: string): Promise<Uint8Array> {
    const found = this.contents.get(path);
    if (found === undefined) throw new DatasetError(`${path} is not there: check the path.`);
    return found;
  }

  async json(path: string): Promise<unknown> {
    try {
      return JSON.parse(await this.text(path)) as unknown;
    } catch (error) {
      if (error instanceof DatasetError) throw error;
      throw new DatasetError(`${path} is no JSON.`);
    }
  }

  async text(path: string, options: { readonly fallback?: 'cp1252' } = {}): Promise<string> {
    const bytes = await this.bytes(path);
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      if (options.fallback !== undefined) return decodeCp1252(bytes);
      throw new DatasetError(`${path} is not UTF-8 text.`);
    }
  }

  async *lines(path: string): AsyncGenerator<{ readonly text: string; readonly line: number }> {
    const lines = (await this.text(path)).split(/\r?\n/);
    if (lines[lines.length - 1] === '') lines.pop();
    for (const [line, text] of lines.entries()) yield { text, line };
  }

  async *entries(path: string): AsyncGenerator<JsonEntry> {
    const bytes = await this.bytes(path);
    async function* pieces() {
      for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
    }
    try {
      yield* jsonEntries(pieces());
    } catch (error) {
      if (!(error instanceof JsonEntryError)) throw error;
      throw new DatasetError(`${path}, ${error.message}.`);
    }
  }

  async slice(path: string, offset: number, length: number): Promise<Uint8Array> {
    return (await this.bytes(path)).subarray(offset, offset + length);
  }
}

/** Photographs by their names, with their sizes `[width, height]`; others are not found. */
export class MemoryImages implements ImageFinder {
  constructor(private readonly sizes: Readonly<Record<string, readonly [width: number, height: number]>> = {}) {}

  async find(...names: readonly string[]): Promise<FoundImage> {
    for (const name of names) {
      const size = this.sizes[name];
      if (size !== undefined) return { image: name, path: name, size: { width: size[0], height: size[1] } };
    }
    return { image: names[0] ?? '', path: undefined, size: undefined };
  }
}

export interface Reading {
  /** What the user names; every file by default. */
  readonly paths?: readonly string[];
  readonly images?: ImageFinder;
  /** As on the command line: `name=value`. */
  readonly set?: readonly string[];
  readonly seed?: number;
}

/** Everything that a format reads from files. */
export async function readEvents(
  format: DatasetFormat,
  files: Readonly<Record<string, unknown>>,
  { paths = Object.keys(files), images = new MemoryImages(), set = [], seed = 0 }: Reading = {},
): Promise<readonly ReadEvent[]> {
  const options = readOptions(format.readOptions ?? [], set);
  if (!options.ok) throw new Error(options.message);
  const events: ReadEvent[] = [];
  const input = {
    paths,
    files: new MemoryDataset(files),
    images,
    options: options.value,
    seed,
    relative: (path: string) => path,
    progress: () => undefined,
  };
  for await (const event of format.read!(input)) events.push(event);
  return events;
}

/** The records that a format reads from files. */
export async function readRecords(
  format: DatasetFormat,
  files: Readonly<Record<string, unknown>>,
  reading: Reading = {},
): Promise<readonly NewRecord[]> {
  return (await readEvents(format, files, reading)).flatMap((event) => (event.kind === 'record' ? [event.record] : []));
}

export interface Written {
  /** By name; the file that the user named has the name ''. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly losses: readonly Loss[];
}

/** Writes records with a format; paths stay as they are. */
export async function writeRecords(
  format: DatasetFormat,
  records: readonly Readonly<Record<string, unknown>>[],
  { set = [], seed = 0 }: { readonly set?: readonly string[]; readonly seed?: number } = {},
): Promise<Written> {
  const options = readOptions(format.writeOptions ?? [], set);
  if (!options.ok) throw new Error(options.message);
  const parts = new Map<string, Uint8Array[]>();
  const writer = format.write!({
    folder: 'out',
    file(name = '') {
      const pieces = parts.get(name) ?? [];
      parts.set(name, pieces);
      return {
        write: (data) => void pieces.push(typeof data === 'string' ? new TextEncoder().encode(data) : data.slice()),
      };
    },
    options: options.value,
    seed,
    relative: (path) => path,
  });
  const losses: Loss[] = [];
  for (const record of records) losses.push(...(await writer.add(asReadRecord(record))));
  await writer.end();
  return { files: Object.fromEntries([...parts].map(([name, pieces]) => [name, joined(pieces)])), losses };
}

/** A record as writers get it. */
export function asReadRecord(record: Readonly<Record<string, unknown>>) {
  const cell = new RecordCell('jsonl', JSON.stringify(record), { line: 0, character: 0 });
  return readRecord(new RecordModel(cell.record), undefined, async () => undefined);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
