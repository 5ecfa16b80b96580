/** Reads and writes text files without losing a byte: byte-order mark, invalid UTF-8, a full disk. */
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fail, ok, type Result } from '../core/result.ts';

export interface TextFile {
  /** The text without its byte-order mark. */
  readonly text: string;
  readonly byteOrderMark: boolean;
  /** Where the first byte that is no UTF-8 would stand in `text`; such a file is never written back. */
  readonly invalidAt: number | undefined;
}

/** The longest text that the engine can hold in one piece, in bytes; larger files must be split. */
const MAX_BYTES = 500e6;

export function readTextFile(path: string): Result<TextFile> {
  try {
    if (path !== '-' && statSync(path).size > MAX_BYTES) {
      return fail(`${path} is larger than 500 MB: split it, for example with \`split -l 100000\`, and name the parts.`);
    }
    return ok(decodeText(readFileSync(path === '-' ? 0 : path)));
  } catch (error) {
    return fail(reason(path, error));
  }
}

export function decodeText(bytes: Uint8Array): TextFile {
  const text = new TextDecoder('utf-8').decode(bytes);
  const byteOrderMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return { text, byteOrderMark, invalidAt: text.includes('\ufffd') ? firstInvalid(bytes, text) : undefined };
}

/** A replacement character may stand in the file itself; only one that the decoder made is an error. */
function firstInvalid(bytes: Uint8Array, text: string): number | undefined {
  const encoder = new TextEncoder();
  const mark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  for (let at = text.indexOf('\ufffd'), offset = mark, from = 0; at >= 0; at = text.indexOf('\ufffd', at + 1)) {
    offset += encoder.encode(text.slice(from, at)).length;
    if (bytes[offset] !== 0xef || bytes[offset + 1] !== 0xbf || bytes[offset + 2] !== 0xbd) return at;
    offset += 3;
    from = at + 1;
  }
  return undefined;
}

/** Replaces a file whole or not at all: written beside it, synced, then renamed. */
export function writeTextFile(path: string, text: string, byteOrderMark = false): Result<void> {
  let temporary: string | undefined;
  try {
    const target = realPath(path);
    temporary = join(dirname(target), `.uscdf-${randomBytes(6).toString('hex')}.tmp`);
    const file = openSync(temporary, 'wx');
    try {
      writeWhole(file, new TextEncoder().encode((byteOrderMark ? '\ufeff' : '') + text));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    keepMode(target, temporary);
    renameSync(temporary, target);
    return ok(undefined);
  } catch (error) {
    if (temporary !== undefined) rmSync(temporary, { force: true });
    return fail(reason(path, error));
  }
}

function writeWhole(file: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}

/** A link stays a link: what it points to is replaced. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function keepMode(path: string, temporary: string): void {
  try {
    chmodSync(temporary, statSync(path).mode);
  } catch {
    // A new file has no mode to keep.
  }
}

function reason(path: string, error: unknown): string {
  switch ((error as NodeJS.ErrnoException | undefined)?.code) {
    case 'ENOENT':
      return `${path} is not there: check the path.`;
    case 'EISDIR':
      return `${path} is a folder: name a file.`;
    case 'EACCES':
    case 'EPERM':
      return `${path} may not be read or written: check its permissions.`;
    case 'ENOSPC':
      return `The disk is full, so ${path} was left as it is: make room and run this again.`;
    default:
      return `${path} cannot be read or written (${error instanceof Error ? error.message : String(error)}).`;
  }
}
