/** Reads records of one file for the browser: stretches of lines, or whole files of the other kinds. */
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { UscdfDocument } from '../../core/records/document.ts';
import type { FileKind } from '../../core/records/fileKind.ts';
import { LineReader, MAX_LINE_BYTES, RecordStreamError } from '../recordStream.ts';

/** The longest text that the engine can hold in one piece, in bytes. */
const MAX_WHOLE_BYTES = 500e6;
const MOST_HANDLES = 16;
/** A longer stretch has memory of its own. */
const MOST_KEPT_BYTES = 1 << 23;

/** Open files, the one that was used last at the end. */
export class OpenFiles {
  private readonly handles = new Map<string, number>();
  private kept = Buffer.allocUnsafeSlow(1 << 16);

  /** Throws what opening throws. */
  handle(path: string): number {
    const known = this.handles.get(path);
    if (known !== undefined) {
      this.handles.delete(path);
      this.handles.set(path, known);
      return known;
    }
    const handle = openSync(path, 'r');
    this.handles.set(path, handle);
    if (this.handles.size > MOST_HANDLES) this.close(this.handles.keys().next().value!);
    return handle;
  }

  close(path: string): void {
    const handle = this.handles.get(path);
    if (handle === undefined) return;
    closeSync(handle);
    this.handles.delete(path);
  }

  closeAll(): void {
    for (const path of [...this.handles.keys()]) this.close(path);
  }

  /** The bytes of a stretch, or as many of them as there are; valid until the next call. */
  read(path: string, start: number, length: number): Buffer {
    const handle = this.handle(path);
    const bytes = this.room(length);
    let done = 0;
    while (done < length) {
      const read = readSync(handle, bytes, done, length - done, start + done);
      if (read === 0) break;
      done += read;
    }
    return bytes.subarray(0, done);
  }

  /** Memory that is used again, for what one call leaves behind the collector would find late. */
  private room(length: number): Buffer {
    if (length > MOST_KEPT_BYTES) return Buffer.allocUnsafeSlow(length);
    if (length > this.kept.length) this.kept = Buffer.allocUnsafeSlow(Math.max(length, 2 * this.kept.length));
    return this.kept.subarray(0, length);
  }

  /** The lines of a stretch, whose first one begins at its first byte. Throws where they cannot be held. */
  lines(path: string, start: number, end: number): LineReader {
    if (end - start > MAX_LINE_BYTES) throw new RecordStreamError(tooLong(end - start));
    return new LineReader({ bytes: this.read(path, start, end - start), byteOffset: start }, 0);
  }
}

export function tooLong(bytes: number): string {
  return `This record takes ${Math.round(bytes / 1e6)} MB, more than one text can hold: split it, or move its masks to a sidecar.`;
}

/** A file whose records are no lines. Throws a `RecordStreamError`, or what reading throws. */
export function readWhole(path: string, kind: FileKind): UscdfDocument {
  if (statSync(path).size > MAX_WHOLE_BYTES)
    throw new RecordStreamError(
      `${path} is larger than 500 MB, more than one text can hold: split it, or convert it to .uscdf.jsonl.`,
    );
  return new UscdfDocument(kind, new TextDecoder('utf-8').decode(readFileSync(path)));
}
