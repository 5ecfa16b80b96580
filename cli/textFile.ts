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
import { firstInvalid } from '../core/files/encoding.ts';
import { fail, ok, type Result } from '../core/result.ts';
import { keep, removeAtEnd } from './temporaryFile.ts';

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
export interface FileStamp {
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
  return { text, byteOrderMark, invalidAt: firstInvalid(byteOrderMark ? bytes.subarray(3) : bytes, text) };
}

/**
 * Replaces the file that `read` came from, whole or not at all: written beside it, synced, then renamed. It stays as it is
 * where the user may not write it, or where another program has changed it since it was read.
 */
export function replaceTextFile(path: string, text: string, read: TextFile): Result<void> {
  const replacement = new Replacement(path, read.stamp);
  try {
    replacement.write(new TextEncoder().encode((read.byteOrderMark ? '\ufeff' : '') + text));
  } catch (error) {
    return replacement.giveUp(error);
  }
  return replacement.finish();
}

/** Writes a file anew, piece by piece, beside the old one, which stays until all is there. */
export class Replacement {
  private target = '';
  private temporary: string | undefined;
  private descriptor = -1;

  /** `stamp` is what the file was like when it was read. */
  constructor(
    private readonly path: string,
    private readonly stamp: FileStamp | undefined,
  ) {}

  /** Throws what the system says; `giveUp` makes a sentence of it. */
  write(bytes: Uint8Array): void {
    if (this.temporary === undefined) this.begin();
    writeWhole(this.descriptor, bytes);
  }

  /** Puts the new file in the old one's place. */
  finish(): Result<void> {
    if (this.temporary === undefined) return ok(undefined);
    try {
      fsyncSync(this.descriptor);
      this.close();
      keepOwnerAndMode(this.target, this.temporary);
      if (!isUnchanged(this.target, this.stamp)) {
        this.discard();
        return fail(`${this.path} was changed by another program meanwhile, so it was left as it is: run this again.`);
      }
      renameSync(this.temporary, this.target);
      keep(this.temporary);
      return ok(undefined);
    } catch (error) {
      return this.giveUp(error);
    }
  }

  /** Leaves the old file as it is; the failure says why. */
  giveUp(error: unknown): Result<void> {
    this.discard();
    return fail(reason(this.path, error, 'written'));
  }

  /** Leaves the old file as it is. */
  discard(): void {
    this.close();
    if (this.temporary === undefined) return;
    rmSync(this.temporary, { force: true });
    keep(this.temporary);
  }

  private begin(): void {
    this.target = realpathSync(this.path);
    accessSync(this.target, constants.W_OK);
    const temporary = join(dirname(this.target), `.uscdf-${randomBytes(6).toString('hex')}.tmp`);
    this.descriptor = openSync(temporary, 'wx', 0o600);
    this.temporary = temporary;
    removeAtEnd(temporary);
  }

  private close(): void {
    if (this.descriptor >= 0) closeSync(this.descriptor);
    this.descriptor = -1;
  }
}

function writeWhole(file: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}

/** What a file is like now; throws where it is not there. */
export function stampOf(path: string): FileStamp {
  return statSync(path, { bigint: true });
}

function isUnchanged(path: string, stamp: FileStamp | undefined): boolean {
  const now = stampOf(path);
  return stamp === undefined || (now.size === stamp.size && now.mtimeNs === stamp.mtimeNs && now.ino === stamp.ino);
}

/** Gives a file that is about to replace another one that one's owner, group and permissions, as far as the system lets us. */
export function keepOwnerAndMode(path: string, temporary: string): void {
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
