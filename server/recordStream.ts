/**
 * Reads the records of a `.uscdf.jsonl` of any size from disk, in the memory of one block of lines. Lines, columns and
 * record borders are those that `UscdfDocument` finds in the same text.
 */
import { isAscii, isUtf8 } from 'node:buffer';
import { readSync } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { firstInvalid } from '../core/files/encoding.ts';

/** One record: a line that is not blank. */
export interface StreamedRecord {
  /** The line without the blanks around it. */
  readonly source: string;
  /** From 0. */
  readonly line: number;
  /** Where `source` begins in its line, in UTF-16 units; a byte-order mark at the file's start does not count. */
  readonly character: number;
  /** Where the line begins in the file, in bytes, for `LineFile.recordAt`. */
  readonly byteOffset: number;
  /** Where in the line the first bytes stand that are no UTF-8, in UTF-16 units; `undefined` where all are. */
  readonly invalidAt: number | undefined;
}

export interface StreamOptions {
  readonly signal?: AbortSignal;
  /** Only the records of lines that begin in these bytes, `end` excluded; the whole file without. */
  readonly start?: number;
  readonly end?: number;
  /** How many bytes are read at a time. */
  readonly blockBytes?: number;
}

/** A file that cannot be read; the message is a sentence for people that says what to do. */
export class RecordStreamError extends Error {}

/** A line that cannot be held; those before it can still be read. */
export class LineTooLongError extends RecordStreamError {
  constructor(
    message: string,
    /** Where it begins in the file, in bytes. */
    readonly byteOffset: number,
  ) {
    super(message);
  }
}

/** A line that is longer cannot be held as one text. */
export const MAX_LINE_BYTES = 400e6;
const BLOCK_BYTES = 1 << 20;
/** Most records are shorter. */
const RECORD_BYTES = 4096;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/**
 * The records of a `.uscdf.jsonl`, in order. Ends early, without an error, when the signal is aborted. With `start` the lines
 * before it are counted first, so that `line` is the file's. Rejects with a `RecordStreamError` where the file cannot be read
 * or a line is longer than `MAX_LINE_BYTES`.
 */
export async function* streamRecords(path: string, options: StreamOptions = {}): AsyncGenerator<StreamedRecord> {
  const { signal, start = 0, blockBytes = BLOCK_BYTES } = options;
  const isStopped = () => signal?.aborted === true;
  const file = await LineFile.open(path);
  try {
    const end = Math.min(options.end ?? file.size, file.size);
    let line = start === 0 ? 0 : await file.countLines(start, blockBytes);
    for (let at = start; at < end && !isStopped(); at += blockBytes) {
      const reader = new LineReader(await file.lines(at, Math.min(at + blockBytes, end)), line);
      for (let record = reader.next(); record !== undefined; record = reader.next()) {
        if (isStopped()) return;
        yield record;
      }
      line = reader.line;
    }
  } finally {
    await file.close();
  }
}

/** Whole lines of a file, each with its ending; the last one of the file may have none. */
export interface Lines {
  /** Valid until the next call of what gave them. */
  readonly bytes: Buffer;
  /** Where they begin in the file. */
  readonly byteOffset: number;
}

/** A file as lines. A block holds the lines that *begin* in a stretch of bytes, so blocks need not know of each other. */
export class LineFile {
  private buffer = Buffer.alloc(0);

  private constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
    /** In bytes, when it was opened. */
    readonly size: number,
  ) {}

  static async open(path: string): Promise<LineFile> {
    let handle: FileHandle | undefined;
    try {
      // Before it is opened, for a pipe would wait for its writer.
      const found = await stat(path);
      if (found.isDirectory()) throw new RecordStreamError(`${path} is a folder: name a file.`);
      if (!found.isFile()) throw new RecordStreamError(notAFile(path));
      handle = await open(path, 'r');
      return new LineFile(path, handle, (await handle.stat()).size);
    } catch (error) {
      await handle?.close();
      throw unreadable(path, error);
    }
  }

  close(): Promise<void> {
    return this.handle.close();
  }

  /** The lines that begin at the bytes `start` to `end`, the last one whole. */
  async lines(start: number, end: number): Promise<Lines> {
    // The byte before tells whether a line begins at `start`.
    const from = Math.max(0, start - 1);
    let length = this.fill(0, from, Math.min(end, this.size) - from);
    const before = start === 0 ? -1 : this.buffer.subarray(0, length).indexOf(LINE_FEED);
    const first = before + 1;
    if ((start > 0 && before < 0) || first >= length) return { bytes: this.buffer.subarray(0, 0), byteOffset: end };
    length = this.finishLine(from, length);
    return { bytes: this.buffer.subarray(first, length), byteOffset: from + first };
  }

  /** Reads the record whose line begins at a byte, at once; `undefined` where the file has changed and none begins there. */
  recordAt(byteOffset: number, line: number): StreamedRecord | undefined {
    let bytes = Buffer.allocUnsafe(RECORD_BYTES);
    let length = 0;
    try {
      for (;;) {
        const read = readSync(this.handle.fd, bytes, length, bytes.length - length, byteOffset + length);
        length += read;
        if (read === 0 || bytes.subarray(length - read, length).includes(LINE_FEED)) break;
        if (length === bytes.length) bytes = Buffer.concat([bytes], 2 * length);
      }
    } catch (error) {
      throw unreadable(this.path, error);
    }
    return new LineReader({ bytes: bytes.subarray(0, length), byteOffset }, line).next();
  }

  /** How many lines begin before a byte. */
  async countLines(before: number, blockBytes: number = BLOCK_BYTES): Promise<number> {
    let count = 0;
    for (let at = 0; at < before; at += blockBytes) {
      count += countLines((await this.lines(at, Math.min(at + blockBytes, before))).bytes);
    }
    return count;
  }

  /** Reads on to the end of the last line that the buffer holds; returns the new length. */
  private finishLine(from: number, length: number): number {
    if (this.buffer[length - 1] === LINE_FEED) return length;
    const lineStart = this.buffer.lastIndexOf(LINE_FEED, length - 1) + 1;
    for (let step = 64 * 1024; from + length < this.size; step = Math.min(2 * step, 1 << 24)) {
      const grown = length + this.fill(length, from + length, step);
      if (grown === length) break;
      const found = this.buffer.subarray(length, grown).indexOf(LINE_FEED);
      if (found >= 0) return length + found + 1;
      length = grown;
      if (length - lineStart > MAX_LINE_BYTES)
        throw new LineTooLongError(tooLong(this.path, from + lineStart), from + lineStart);
    }
    return length;
  }

  /** Reads bytes of the file to a place in the buffer; returns how many there were. */
  private fill(at: number, position: number, wanted: number): number {
    this.makeRoom(at, at + wanted);
    let read = 0;
    while (read < wanted) {
      const bytesRead = this.readAt(at + read, wanted - read, position + read);
      if (bytesRead === 0) break;
      read += bytesRead;
    }
    return read;
  }

  /** At once: whoever reads a whole file has nothing else to do, and the way to another thread and back takes longer. */
  private readAt(at: number, length: number, position: number): number {
    try {
      return readSync(this.handle.fd, this.buffer, at, length, position);
    } catch (error) {
      throw unreadable(this.path, error);
    }
  }

  private makeRoom(used: number, needed: number): void {
    // One huge line must not hold its memory for the rest of the file.
    const fits = needed <= this.buffer.length && (used > 0 || this.buffer.length <= 4 * needed + BLOCK_BYTES);
    if (fits) return;
    const larger = Buffer.allocUnsafeSlow(used > 0 ? Math.max(needed, 2 * this.buffer.length) : needed + 128 * 1024);
    this.buffer.copy(larger, 0, 0, used);
    this.buffer = larger;
  }
}

/** How many lines begin in whole lines. */
function countLines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) count++;
  for (let at = bytes.indexOf(CARRIAGE_RETURN); at >= 0; at = bytes.indexOf(CARRIAGE_RETURN, at + 1)) {
    if (bytes[at + 1] !== LINE_FEED) count++;
  }
  const last = bytes[bytes.length - 1];
  return last === undefined || last === LINE_FEED || last === CARRIAGE_RETURN ? count : count + 1;
}

/** Steps through the records of whole lines. Lines end at `\n`, `\r\n` or `\r`, as in the LSP. */
export class LineReader {
  private at = 0;
  private nextReturn: number;
  private readonly ascii: boolean;
  private readonly valid: boolean;
  private readonly bytes: Buffer;
  private readonly byteOffset: number;

  constructor(
    { bytes, byteOffset }: Lines,
    /** The line that comes next; behind the last record, the first line of what follows. */
    public line: number,
  ) {
    this.bytes = bytes;
    this.byteOffset = byteOffset;
    if (byteOffset === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) this.at = 3;
    this.ascii = isAscii(bytes);
    this.valid = this.ascii || isUtf8(bytes);
    this.nextReturn = bytes.indexOf(CARRIAGE_RETURN);
  }

  next(): StreamedRecord | undefined {
    while (this.at < this.bytes.length) {
      const start = this.at;
      const end = this.passLine();
      const line = this.line++;
      if (start === end) continue;
      const text = this.bytes.toString(this.ascii ? 'latin1' : 'utf8', start, end);
      const source = text.trim();
      if (source === '') continue;
      return {
        source,
        line,
        character: source.length === text.length ? 0 : text.indexOf(source),
        byteOffset: this.byteOffset + start,
        invalidAt: this.valid ? undefined : firstInvalid(this.bytes.subarray(start, end), text),
      };
    }
    return undefined;
  }

  /** Goes to the next line; returns where the line at hand ends, without its ending. */
  private passLine(): number {
    let feed = this.bytes.indexOf(LINE_FEED, this.at);
    if (feed < 0) feed = this.bytes.length;
    const end = this.nextReturn >= 0 && this.nextReturn < feed ? this.nextReturn : feed;
    this.at = end === feed || end + 1 === feed ? feed + 1 : end + 1;
    if (end === this.nextReturn) this.nextReturn = this.bytes.indexOf(CARRIAGE_RETURN, end + 1);
    return end;
  }
}

function tooLong(path: string, byteOffset: number): string {
  return `${path}: the line that begins at byte ${byteOffset} is longer than ${MAX_LINE_BYTES / 1e6} MB, more than one text can hold: split the record, or move its masks to a sidecar.`;
}

function notAFile(path: string): string {
  return `${path} is a pipe or a device, not a file: name a file, or write - and pipe into it.`;
}

function unreadable(path: string, error: unknown): RecordStreamError {
  if (error instanceof RecordStreamError) return error;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return new RecordStreamError(`${path} is not there: check the path.`);
  if (code === 'EISDIR') return new RecordStreamError(`${path} is a folder: name a file.`);
  if (code === 'EACCES' || code === 'EPERM')
    return new RecordStreamError(`${path} may not be read: change its permissions, or those of its folder.`);
  return new RecordStreamError(`${path} cannot be read (${code ?? String(error)}): check the disk and the path.`);
}
