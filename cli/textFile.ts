/** Reads and writes text files without losing a byte: byte-order mark, invalid UTF-8, a full disk. */
import { randomBytes } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  chownSync,
  closeSync,
  constants,
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
  /** What the file on disk was like when it was read. */
  readonly stamp?: FileStamp;
}

/** Tells whether a file is still the one that was read. */
interface FileStamp {
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ino: bigint;
}

/** The longest text that the engine can hold in one piece, in bytes; larger files must be split. */
const MAX_BYTES = 500e6;

/** Reads a file that is one: a pipe would never end, a device could hang or fill the memory. */
export function readTextFile(path: string): Result<TextFile> {
  try {
    const stamp = statSync(path, { bigint: true });
    if (stamp.isDirectory()) return fail(`${path} is a folder: name a file.`);
    if (!stamp.isFile())
      return fail(`${path} is a pipe or a device, not a file: name a file, or write - and pipe into it.`);
    if (stamp.size > MAX_BYTES) {
      return fail(`${path} is larger than 500 MB: split it, for example with \`split -l 100000\`, and name the parts.`);
    }
    return ok({ ...decodeText(readFileSync(path)), stamp });
  } catch (error) {
    return fail(reason(path, error, 'read'));
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

/**
 * Replaces the file that `read` came from, whole or not at all: written beside it, synced, then renamed. It stays as it is
 * where the user may not write it, or where another program has changed it since it was read.
 */
export function replaceTextFile(path: string, text: string, read: TextFile): Result<void> {
  let temporary: string | undefined;
  try {
    const target = realpathSync(path);
    accessSync(target, constants.W_OK);
    temporary = join(dirname(target), `.uscdf-${randomBytes(6).toString('hex')}.tmp`);
    const file = openSync(temporary, 'wx', 0o600);
    try {
      writeWhole(file, new TextEncoder().encode((read.byteOrderMark ? '\ufeff' : '') + text));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    keepOwnerAndMode(target, temporary);
    if (!isUnchanged(target, read.stamp)) {
      rmSync(temporary, { force: true });
      return fail(`${path} was changed by another program meanwhile, so it was left as it is: run this again.`);
    }
    renameSync(temporary, target);
    return ok(undefined);
  } catch (error) {
    if (temporary !== undefined) rmSync(temporary, { force: true });
    return fail(reason(path, error, 'written'));
  }
}

function writeWhole(file: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}

function isUnchanged(path: string, stamp: FileStamp | undefined): boolean {
  const now = statSync(path, { bigint: true });
  return stamp === undefined || (now.size === stamp.size && now.mtimeNs === stamp.mtimeNs && now.ino === stamp.ino);
}

function keepOwnerAndMode(path: string, temporary: string): void {
  const { uid, gid, mode } = statSync(path);
  // Only the superuser may give files away; anyone may keep a group of their own.
  for (const owner of [uid, -1]) {
    try {
      chownSync(temporary, owner, gid);
      break;
    } catch {
      // Then the file belongs to the one who runs this.
    }
  }
  try {
    // After the owner, for a change of owner clears mode bits.
    chmodSync(temporary, mode);
  } catch {
    // Some network disks know no modes.
  }
}

function reason(path: string, error: unknown, doing: 'read' | 'written'): string {
  switch ((error as NodeJS.ErrnoException | undefined)?.code) {
    case 'ENOENT':
      return `${path} is not there: check the path.`;
    case 'EISDIR':
      return `${path} is a folder: name a file.`;
    case 'EACCES':
    case 'EPERM':
      return `${path} may not be ${doing}: change its permissions, or those of its folder.`;
    case 'EROFS':
      return `${path} is on a read-only disk: copy it to another one.`;
    case 'ENOSPC':
      return `The disk is full, so ${path} was left as it is: make room and run this again.`;
    default:
      return `${path} cannot be ${doing} (${error instanceof Error ? error.message : String(error)}).`;
  }
}
