/** Finds where the records of a `.uscdf.jsonl` begin, as fast as it can be read: the very lines that `LineReader` finds. */
import { readSync } from 'node:fs';

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const CHUNK_BYTES = 1 << 22;
const SPACE = 0x20;
const DELETE = 0x7f;

/** Takes the place of a record: the byte where its line begins, the bytes without the line's ending, and the line from 0. */
export type AddPlace = (offset: number, length: number, line: number) => void;

/** One pass over an open file, chunk by chunk; the memory is shared by all passes. */
export class LineScan {
  /** How many bytes are read. */
  done = 0;
  private lineStart = 0;
  private line = 0;
  /** The first byte of a line that began in a chunk before. */
  private firstByte = 0;
  /** The chunk before ended in a carriage return, whose line feed may come now. */
  private afterReturn = false;

  constructor(
    private readonly handle: number,
    /** Bytes; what the file has grown by since is not read. */
    private readonly size: number,
    private readonly add: AddPlace,
    /** How many are read at a time; a byte-order mark fits into them. */
    private readonly chunkBytes = CHUNK_BYTES,
  ) {}

  /** Reads the next chunk; returns whether there is more. Throws what reading throws. */
  step(): boolean {
    const bytes = chunk.subarray(0, Math.min(this.chunkBytes, this.size - this.done));
    const length = bytes.length === 0 ? 0 : readSync(this.handle, bytes, 0, bytes.length, this.done);
    if (length > 0) this.scan(bytes.subarray(0, length));
    this.done += length;
    if (length > 0 && this.done < this.size) return true;
    if (this.lineStart < this.done) this.endLine(this.done, bytes.subarray(0, length), this.done - length);
    return false;
  }

  private scan(bytes: Buffer): void {
    const base = this.done;
    let at = this.beginOf(bytes);
    let nextReturn = bytes.indexOf(CARRIAGE_RETURN, at);
    for (let feed = bytes.indexOf(LINE_FEED, at); feed >= 0 || nextReturn >= 0; ) {
      const isReturn = nextReturn >= 0 && (feed < 0 || nextReturn < feed);
      const end = isReturn ? nextReturn : feed;
      this.endLine(base + end, bytes, base);
      at = end + 1;
      if (isReturn) {
        if (at === bytes.length) this.afterReturn = true;
        else if (at === feed) at++;
        nextReturn = bytes.indexOf(CARRIAGE_RETURN, at);
      }
      if (at > feed) feed = bytes.indexOf(LINE_FEED, at);
      this.lineStart = base + at;
    }
    const first = this.lineStart - base;
    if (first >= 0 && first < bytes.length) this.firstByte = bytes[first]!;
  }

  /** Where the chunk's first line begins or goes on: behind a byte-order mark, and behind the rest of a line ending. */
  private beginOf(bytes: Buffer): number {
    let begin = 0;
    if (this.done === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) begin = 3;
    if (this.afterReturn && bytes[0] === LINE_FEED) begin = 1;
    this.afterReturn = false;
    if (begin > 0) this.lineStart = this.done + begin;
    return begin;
  }

  /** `end` is the file's byte behind the line, `bytes` the chunk that it lies in or behind, which begins at `base`. */
  private endLine(end: number, bytes: Buffer, base: number): void {
    const start = this.lineStart;
    const line = this.line++;
    if (end === start) return;
    const first = start >= base ? bytes[start - base]! : this.firstByte;
    const isText = (first > SPACE && first < DELETE) || !this.isBlank(start, end);
    if (isText) this.add(start, end - start, line);
  }

  /** Whether a line that begins with a blank holds nothing else. */
  private isBlank(start: number, end: number): boolean {
    const step = 1 << 16;
    for (let at = start; at < end; at += step) {
      const part = Buffer.allocUnsafe(Math.min(step, end - at));
      const length = readSync(this.handle, part, 0, part.length, at);
      // A letter that the border cuts in two is no blank of one byte, and shows as a replacement character.
      if (part.toString('utf8', 0, length).trim() !== '') return false;
    }
    return true;
  }
}

const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
