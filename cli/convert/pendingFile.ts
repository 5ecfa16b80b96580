/** A file that is written beside its place until it is whole. */
import { randomBytes } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatasetError, type OutputFile } from '../../core/datasets/format.ts';
import { keep, removeAtExit } from '../temporaryFile.ts';
import { keepOwnerAndMode } from '../textFile.ts';
import { realPath } from './samePath.ts';

/** Bytes that are gathered before they are written. */
const BUFFER = 1 << 18;

export class PendingFile implements OutputFile {
  /** Where a link leads to, so that the link stays one. */
  private readonly target: string;
  private readonly temporary: string;
  /** -1 while it is closed. */
  private descriptor = -1;
  private waiting: Uint8Array[] = [];
  private size = 0;

  /**
   * Throws a `DatasetError` where it cannot be written there.
   *
   * @param used Told when it is opened or written.
   */
  constructor(
    private readonly path: string,
    private readonly used: (file: PendingFile) => void,
  ) {
    this.target = realPath(path);
    this.temporary = join(dirname(this.target), `.uscdf-${randomBytes(6).toString('hex')}.tmp`);
    try {
      if (existsSync(this.target)) checkReplaceable(this.target);
      else mkdirSync(dirname(this.target), { recursive: true });
      this.descriptor = openSync(this.temporary, 'wx');
    } catch (error) {
      throw this.failed(error);
    }
    removeAtExit(this.temporary);
    used(this);
  }

  write(data: string | Uint8Array): void {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    this.used(this);
    this.waiting.push(bytes);
    this.size += bytes.length;
    if (this.size >= BUFFER) this.flush();
  }

  /** Everything is on the disk then; more can be written all the same. Throws a `DatasetError`. */
  close(): void {
    this.flush();
    if (this.descriptor < 0) return;
    try {
      fsyncSync(this.descriptor);
      closeSync(this.descriptor);
      this.descriptor = -1;
    } catch (error) {
      throw this.failed(error);
    }
  }

  /** Throws a `DatasetError`. */
  place(): void {
    try {
      if (existsSync(this.target)) keepOwnerAndMode(this.target, this.temporary);
      renameSync(this.temporary, this.target);
    } catch (error) {
      throw this.failed(error);
    }
    keep(this.temporary);
  }

  discard(): void {
    try {
      if (this.descriptor >= 0) closeSync(this.descriptor);
    } catch {
      // A disk that fails says so a second time; the file goes all the same.
    }
    this.descriptor = -1;
    rmSync(this.temporary, { force: true });
    keep(this.temporary);
  }

  private flush(): void {
    if (this.size === 0) return;
    const bytes = Buffer.concat(this.waiting);
    this.waiting = [];
    this.size = 0;
    try {
      if (this.descriptor < 0) this.descriptor = openSync(this.temporary, 'a');
      for (let written = 0; written < bytes.length; ) written += writeSync(this.descriptor, bytes, written);
    } catch (error) {
      throw this.failed(error);
    }
  }

  private failed(error: unknown): unknown {
    if (error instanceof DatasetError) return error;
    const code = (error as NodeJS.ErrnoException).code;
    switch (code) {
      case 'ENOSPC':
      case 'EDQUOT':
        return new DatasetError(
          `The disk is full, so ${basename(this.path)} was not written: make room and run this again.`,
        );
      case 'EACCES':
      case 'EPERM':
        return new DatasetError(`${this.path} may not be written: change its permissions, or choose another place.`);
      case 'EROFS':
        return new DatasetError(`${this.path} is on a read-only disk: choose another place.`);
      case 'EEXIST':
      case 'ENOTDIR':
        return new DatasetError(`${dirname(this.path)} is no folder: choose another place.`);
      default:
        return code === undefined
          ? error
          : new DatasetError(`${this.path} cannot be written (${(error as Error).message}): choose another place.`);
    }
  }
}

/** Throws where the file that is there cannot give its place to another one. */
function checkReplaceable(path: string): void {
  const found = statSync(path);
  if (found.isDirectory()) throw new DatasetError(`${path} is a folder: name the file that is to be written.`);
  // A device or a pipe would be replaced by a plain file.
  if (!found.isFile()) throw new DatasetError(`${path} is no plain file: name a file that can be written.`);
  accessSync(path, constants.W_OK);
}
