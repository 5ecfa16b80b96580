/** Files that last as long as the command runs. */
import { randomBytes } from 'node:crypto';
import { openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const living = new Set<string>();
let watches = false;
let watchesSignals = false;

/** No temporary file can be made or written; the message is a sentence for people. */
export class TemporaryFileError extends Error {
  constructor(error: unknown) {
    const code = (error as NodeJS.ErrnoException | undefined)?.code ?? String(error);
    super(
      `no temporary file can be written in ${tmpdir()} (${code}): make room there, or set TMPDIR to another folder.`,
    );
  }
}

/** An empty file in the system's folder for such, gone when the command ends. */
export class TemporaryFile {
  readonly path = join(tmpdir(), `uscdf-${randomBytes(9).toString('hex')}.tmp`);
  readonly descriptor: number;

  /** Throws a `TemporaryFileError`. */
  constructor() {
    try {
      this.descriptor = openSync(this.path, 'wx+', 0o600);
    } catch (error) {
      throw new TemporaryFileError(error);
    }
    removeAtEnd(this.path);
  }

  /** Adds bytes at the end. Throws a `TemporaryFileError`. */
  append(bytes: Uint8Array): void {
    try {
      for (let written = 0; written < bytes.length; ) written += writeSync(this.descriptor, bytes, written);
    } catch (error) {
      throw new TemporaryFileError(error);
    }
  }
}

/** Removes a file when the command ends, unless it is kept before; for a command that ends at a signal by itself. */
export function removeAtExit(path: string): void {
  living.add(path);
  if (watches) return;
  watches = true;
  process.on('exit', removeAll);
}

/** Removes a file when the command ends, also by Ctrl-C, unless it is kept before. */
export function removeAtEnd(path: string): void {
  removeAtExit(path);
  if (watchesSignals) return;
  watchesSignals = true;
  // A signal ends the process without 'exit'.
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)
    process.once(signal, () => process.exit(code));
}

/** The file has found its place, or is gone. */
export function keep(path: string): void {
  living.delete(path);
}

function removeAll(): void {
  for (const path of living) {
    try {
      rmSync(path, { force: true });
    } catch {
      // The system cleans that folder up some day.
    }
  }
}
