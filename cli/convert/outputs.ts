/** The files that a command writes: beside their places until all is there, then all of them in place. */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { DatasetError, type OutputFile } from '../../core/datasets/format.ts';
import { keep, removeAtEnd } from '../temporaryFile.ts';

/** Bytes that are gathered before they are written. */
const BUFFER = 1 << 18;

export class Outputs {
  private readonly files = new Map<string, PendingFile>();
  readonly folder: string;

  /**
   * @param target The file that the user named, or the folder where the output is several files.
   * @param isFolder The output is several files.
   */
  constructor(
    private readonly target: string,
    private readonly isFolder: boolean,
  ) {
    this.folder = resolve(isFolder ? target : dirname(target));
  }

  /** Throws a `DatasetError` where it cannot be made. */
  file(name?: string): OutputFile {
    const path = this.isFolder ? this.inside(name ?? '') : resolve(this.target);
    let file = this.files.get(path);
    if (file === undefined) {
      file = new PendingFile(path);
      this.files.set(path, file);
    }
    return file;
  }

  relative(path: string): string {
    return relative(this.folder, resolve(path)).replaceAll(sep, '/');
  }

  /** Puts every file in its place; the names of those. Throws a `DatasetError`. */
  finish(): readonly string[] {
    for (const file of this.files.values()) file.close();
    for (const file of this.files.values()) file.place();
    return [...this.files.keys()];
  }

  /** Leaves everything as it was. */
  discard(): void {
    for (const file of this.files.values()) file.discard();
  }

  private inside(name: string): string {
    const path = resolve(this.folder, name);
    if (name === '' || !path.startsWith(this.folder + sep))
      throw new DatasetError(
        `"${name}" is no name for a file in ${this.target}: a record's id or image leads outside of it.`,
      );
    return path;
  }
}

class PendingFile implements OutputFile {
  private readonly temporary: string;
  private descriptor: number;
  private waiting: Uint8Array[] = [];
  private size = 0;

  constructor(private readonly path: string) {
    this.temporary = join(dirname(path), `.uscdf-${randomBytes(6).toString('hex')}.tmp`);
    try {
      if (existsSync(path) && statSync(path).isDirectory())
        throw new DatasetError(`${path} is a folder: name the file that is to be written.`);
      mkdirSync(dirname(path), { recursive: true });
      this.descriptor = openSync(this.temporary, 'wx');
    } catch (error) {
      throw this.failed(error);
    }
    removeAtEnd(this.temporary);
  }

  write(data: string | Uint8Array): void {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    this.waiting.push(bytes);
    this.size += bytes.length;
    if (this.size >= BUFFER) this.flush();
  }

  close(): void {
    this.flush();
    try {
      fsyncSync(this.descriptor);
      closeSync(this.descriptor);
      this.descriptor = -1;
    } catch (error) {
      throw this.failed(error);
    }
  }

  place(): void {
    try {
      renameSync(this.temporary, this.path);
    } catch (error) {
      throw this.failed(error);
    }
    keep(this.temporary);
  }

  discard(): void {
    if (this.descriptor >= 0) closeSync(this.descriptor);
    this.descriptor = -1;
    rmSync(this.temporary, { force: true });
    keep(this.temporary);
  }

  private flush(): void {
    const bytes = Buffer.concat(this.waiting);
    this.waiting = [];
    this.size = 0;
    try {
      for (let written = 0; written < bytes.length; ) written += writeSync(this.descriptor, bytes, written);
    } catch (error) {
      throw this.failed(error);
    }
  }

  private failed(error: unknown): unknown {
    if (error instanceof DatasetError) return error;
    const code = (error as NodeJS.ErrnoException).code;
    const name = basename(this.path);
    switch (code) {
      case 'ENOSPC':
        return new DatasetError(`The disk is full, so ${name} was not written: make room and run this again.`);
      case 'EACCES':
      case 'EPERM':
      case 'EROFS':
        return new DatasetError(`${this.path} may not be written: choose another place with -o.`);
      case 'EEXIST':
      case 'ENOTDIR':
        return new DatasetError(`${dirname(this.path)} is no folder: choose another place with -o.`);
      default:
        return code === undefined
          ? error
          : new DatasetError(`${this.path} cannot be written (${(error as Error).message}).`);
    }
  }
}
