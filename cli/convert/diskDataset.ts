/** The files of a dataset on disk, for the converters. */
import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { decodeCp1252 } from '../../core/datasets/cp1252.ts';
import { DatasetError, type DatasetFiles } from '../../core/datasets/format.ts';
import { type JsonEntry, JsonEntryError, jsonEntries } from '../../core/datasets/json/jsonEntries.ts';
import { Utf8Check } from './utf8Check.ts';

const PIECE = 8 << 20;
const DEFAULT_LIMIT = 500e6;
/** Characters; a longer line can hardly be held in memory. */
const LONGEST_LINE = 400e6;

export class DiskDataset implements DatasetFiles {
  private readonly opened = new Map<string, number>();

  /** @param read Told how many bytes of a file are read, as far as a reader goes through it. */
  constructor(private readonly read: (path: string, byte: number) => void = () => undefined) {}

  async kind(path: string): Promise<'file' | 'folder' | undefined> {
    try {
      const found = await stat(path);
      return found.isDirectory() ? 'folder' : found.isFile() ? 'file' : undefined;
    } catch {
      return undefined;
    }
  }

  async list(folder: string): Promise<readonly { readonly name: string; readonly kind: 'file' | 'folder' }[]> {
    try {
      const entries = await readdir(folder, { withFileTypes: true });
      return entries
        .filter(
          (entry) => !entry.name.startsWith('.') && (entry.isFile() || entry.isDirectory() || entry.isSymbolicLink()),
        )
        .map((entry) => ({ name: entry.name, kind: entry.isDirectory() ? ('folder' as const) : ('file' as const) }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw new DatasetError(sentence(folder, error));
    }
  }

  async bytes(path: string, limit = DEFAULT_LIMIT): Promise<Uint8Array> {
    try {
      const { size } = await stat(path);
      if (size > limit)
        throw new DatasetError(
          `${path} has ${megabytes(size)}; at most ${megabytes(limit)} are read at once: split it.`,
        );
      return await readFile(path);
    } catch (error) {
      throw asDatasetError(path, error);
    }
  }

  async json(path: string): Promise<unknown> {
    const text = await this.text(path);
    try {
      return JSON.parse(text) as unknown;
    } catch (error) {
      throw new DatasetError(`${path} is no JSON (${(error as Error).message}): write it anew, or name another file.`);
    }
  }

  async text(path: string, options: { readonly fallback?: 'cp1252' } = {}): Promise<string> {
    const bytes = await this.bytes(path);
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      if (options.fallback !== undefined) return decodeCp1252(bytes);
      throw new DatasetError(`${path} is not UTF-8 text: save it as UTF-8, or name another file.`);
    }
  }

  async *lines(path: string): AsyncGenerator<{ readonly text: string; readonly line: number }> {
    const decoder = new TextDecoder('utf-8');
    // The beginnings of a line that is not whole yet; joined once, so that long lines take no longer than short ones.
    let begun: string[] = [];
    let length = 0;
    let line = 0;
    for await (const piece of this.pieces(path)) {
      const found = decoder.decode(piece, { stream: true }).split('\n');
      const rest = found.pop()!;
      for (const end of found) {
        const text = begun.length === 0 ? end : begun.join('') + end;
        begun = [];
        length = 0;
        yield { text: text.endsWith('\r') ? text.slice(0, -1) : text, line: line++ };
      }
      begun.push(rest);
      length += rest.length;
      if (length > LONGEST_LINE)
        throw new DatasetError(
          `${path}: line ${line + 1} has more than ${megabytes(LONGEST_LINE)}, so this is no file of lines: name another file, or another --from.`,
        );
    }
    const text = begun.join('') + decoder.decode();
    if (text !== '') yield { text, line };
  }

  async *entries(path: string): AsyncGenerator<JsonEntry> {
    try {
      yield* jsonEntries(this.utf8Pieces(path));
    } catch (error) {
      if (error instanceof JsonEntryError)
        throw new DatasetError(`${path} is no JSON (${error.message}): write it anew, or name another file.`);
      throw error;
    }
  }

  async slice(path: string, offset: number, length: number): Promise<Uint8Array> {
    try {
      const file = this.opened.get(path) ?? openSync(path, 'r');
      this.opened.set(path, file);
      const bytes = Buffer.allocUnsafe(length);
      // Waiting for each of a million small reads would take longer than reading them.
      for (let done = 0; done < length; ) {
        const read = readSync(file, bytes, done, length - done, offset + done);
        if (read === 0) throw new DatasetError(`${path} became shorter while it was read: run this again.`);
        done += read;
      }
      return bytes;
    } catch (error) {
      throw asDatasetError(path, error);
    }
  }

  close(): void {
    for (const file of this.opened.values()) closeSync(file);
    this.opened.clear();
  }

  /** Throws a `DatasetError` at bytes that are no UTF-8, for they would become question marks without a word. */
  private async *utf8Pieces(path: string): AsyncGenerator<Buffer> {
    const check = new Utf8Check();
    for await (const piece of this.pieces(path)) {
      if (!check.add(piece))
        throw new DatasetError(`${path} is not UTF-8 text: save it as UTF-8, or name another file.`);
      yield piece;
    }
  }

  private async *pieces(path: string): AsyncGenerator<Buffer> {
    let done = 0;
    try {
      for await (const piece of createReadStream(path, { highWaterMark: PIECE }) as AsyncIterable<Buffer>) {
        yield piece;
        done += piece.length;
        this.read(path, done);
      }
    } catch (error) {
      throw asDatasetError(path, error);
    }
  }
}

function asDatasetError(path: string, error: unknown): unknown {
  if (error instanceof DatasetError || (error as NodeJS.ErrnoException).code === undefined) return error;
  return new DatasetError(sentence(path, error));
}

function sentence(path: string, error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `${path} is not there: check the path.`;
    case 'EISDIR':
      return `${path} is a folder: name a file.`;
    case 'ESPIPE':
      return `${path} can be read only once, and a dataset is read from several places: save it as a file first.`;
    case 'EACCES':
    case 'EPERM':
      return `${path} may not be read: change its permissions.`;
    default:
      return `${path} cannot be read (${(error as Error).message}).`;
  }
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
