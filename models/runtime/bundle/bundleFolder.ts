import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { BundleError } from '../errors.ts';

/** What a manifest promises of a file. */
export interface PromisedFile {
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** A file that is open and known to be a regular one below the bundle's folder. */
export interface OpenFile {
  /** With all links followed. */
  readonly path: string;
  readonly handle: FileHandle;
  readonly size: number;
  /** Changes whenever the file is written or replaced. */
  readonly stamp: string;
}

/** Told how many bytes of how many were checked; may throw to stop, as a cancelled draft does. */
export type CheckProgress = (doneBytes: number) => Promise<void> | void;

const CHUNK_BYTES = 4 * 2 ** 20;
const REMEMBERED_FILES = 1000;

/** SHA-256 of files that this process has read before, by path and stamp. */
const knownHashes = new Map<string, string>();

/** The real path of a bundle's folder. Throws a `BundleError` where there is none. */
export async function realFolder(folder: string): Promise<string> {
  try {
    const root = await realpath(folder);
    if ((await stat(root)).isDirectory()) return root;
  } catch {
    // The same sentence covers a folder that is missing and one that may not be entered.
  }
  throw new BundleError(
    `There is no model bundle at "${folder}": choose a folder that holds a bundle.json, or a name that \`uscdf models list\` shows.`,
  );
}

/** Opens one regular file below `root`; a link may lead to another place inside, never out. */
export async function using<T>(root: string, name: string, use: (file: OpenFile) => Promise<T>): Promise<T> {
  const path = await realPathInside(root, name);
  let handle: FileHandle;
  try {
    // Non-blocking, or a pipe in the folder would hold the process forever.
    handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    throw new BundleError(`${name} cannot be opened (${reason(error)}). Check its permissions.`, name);
  }
  try {
    const found = await handle.stat({ bigint: true });
    if (!found.isFile()) throw new BundleError(`${name} is not a regular file. Get the bundle again.`, name);
    const stamp = [found.dev, found.ino, found.size, found.mtimeNs, found.ctimeNs].join(' ');
    return await use({ path, handle, size: Number(found.size), stamp });
  } finally {
    await handle.close();
  }
}

async function realPathInside(root: string, name: string): Promise<string> {
  let path: string;
  try {
    path = await realpath(join(root, ...name.split('/')));
  } catch (error) {
    throw new BundleError(`${name} is missing from the bundle (${reason(error)}). Get the bundle again.`, name);
  }
  if (path.startsWith(root.endsWith(sep) ? root : root + sep)) return path;
  throw new BundleError(
    `${name} is a link that leads out of the bundle's folder: it is not opened. Put the file itself there.`,
    name,
  );
}

/** The whole file's bytes, checked. For files that a process can hold twice. */
export async function readChecked(file: OpenFile, promised: PromisedFile): Promise<Uint8Array> {
  expectSize(file, promised);
  const bytes = await readExactly(file.handle, file.size);
  expectHash(createHash('sha256').update(bytes).digest('hex'), promised);
  return bytes;
}

/** Checks a file of any size without keeping it; one that this process has checked before is not read again. */
export async function check(file: OpenFile, promised: PromisedFile, progress: CheckProgress): Promise<void> {
  expectSize(file, promised);
  const key = `${file.path}\0${file.stamp}`;
  let digest = knownHashes.get(key);
  if (digest === undefined) {
    digest = await hashOf(file, progress);
    if (knownHashes.size >= REMEMBERED_FILES) knownHashes.clear();
    knownHashes.set(key, digest);
  }
  expectHash(digest, promised);
}

export async function readExactly(handle: FileHandle, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let at = 0;
  while (at < size) {
    const { bytesRead } = await handle.read(bytes, at, size - at, at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return at === size ? bytes : bytes.subarray(0, at);
}

async function hashOf({ handle, size }: OpenFile, progress: CheckProgress): Promise<string> {
  const hash = createHash('sha256');
  const chunk = new Uint8Array(Math.min(CHUNK_BYTES, Math.max(1, size)));
  for (let at = 0; at < size; ) {
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, at);
    if (bytesRead === 0) break;
    hash.update(chunk.subarray(0, bytesRead));
    at += bytesRead;
    await progress(at);
  }
  return hash.digest('hex');
}

function expectSize({ size }: OpenFile, { file, bytes }: PromisedFile): void {
  if (size === bytes) return;
  throw new BundleError(
    `${file} has ${size} bytes where the manifest says ${bytes}: the download is incomplete or the file was changed. Get the bundle again.`,
    file,
  );
}

function expectHash(digest: string, { file, sha256 }: PromisedFile): void {
  if (digest === sha256) return;
  throw new BundleError(
    `${file} is not the file that the manifest describes (its SHA-256 is ${digest}): it was changed or damaged. Get the bundle again.`,
    file,
  );
}

export function reason(error: unknown): string {
  return error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error);
}
