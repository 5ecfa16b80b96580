/** Reads files from disk for the checks, by paths relative to a folder. */
import { type FileHandle, open, readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { CONFIG_NAME, type Config, parseConfig } from '../core/config.ts';
import type { Files } from '../core/files/resourceCache.ts';
import { fail, ok, type Result } from '../core/result.ts';

/** An image's header lies in its first bytes, its end marker in the last. */
const HEAD_BYTES = 256 * 1024;
const TAIL_BYTES = 4 * 1024;

export class DiskFiles implements Files {
  constructor(private readonly folder: string) {}

  resolve(path: string): string {
    return isAbsolute(path) ? path : resolve(this.folder, path);
  }

  async read(path: string, limitBytes: number): Promise<Result<Uint8Array>> {
    try {
      const found = await stat(this.resolve(path));
      if (!found.isFile()) return fail(noFile(path, found.isDirectory()));
      if (found.size > limitBytes)
        return fail(`The file ${path} is larger than ${Math.round(limitBytes / 1e6)} MB: make it smaller.`);
      return ok(await readFile(this.resolve(path)));
    } catch (error) {
      return fail(sentence(path, error));
    }
  }

  async readEnds(path: string): Promise<Result<Uint8Array>> {
    let file: FileHandle | undefined;
    try {
      const found = await stat(this.resolve(path));
      if (!found.isFile()) return fail(noFile(path, found.isDirectory()));
      file = await open(this.resolve(path), 'r');
      const { size } = await file.stat();
      if (size <= HEAD_BYTES + TAIL_BYTES) return ok(await file.readFile());
      const bytes = new Uint8Array(HEAD_BYTES + TAIL_BYTES);
      await file.read(bytes, 0, HEAD_BYTES, 0);
      await file.read(bytes, HEAD_BYTES, TAIL_BYTES, size - TAIL_BYTES);
      return ok(bytes);
    } catch (error) {
      return fail(sentence(path, error));
    } finally {
      await file?.close();
    }
  }
}

function sentence(path: string, error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return `The file ${path} is not there: correct the path, which is relative to this file, or put the file in its place.`;
  if (code === 'EACCES' || code === 'EPERM') return `The file ${path} may not be read: change its permissions.`;
  if (code === 'EISDIR') return noFile(path, true);
  if (path.includes('\0'))
    return `No file can have the name ${path.replaceAll('\0', '\\0')}, for it holds a NUL character: correct the path.`;
  return `The file ${path} cannot be read (${code ?? String(error)}): check the disk and the path.`;
}

/** Only files are opened: a pipe would never end, a device could hang or fill the memory. */
function noFile(path: string, isFolder: boolean): string {
  return isFolder
    ? `${path} is a folder, not a file: name the file in it.`
    : `${path} is a pipe or a device, not a file: name a file.`;
}

/** The nearest `uscdf.config.json` at or above a folder; `undefined` where there is none. */
export async function findConfig(
  folder: string,
): Promise<{ readonly path: string; readonly config: Result<Config> } | undefined> {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const path = join(at, CONFIG_NAME);
    try {
      if ((await stat(path)).isFile()) return { path, config: parseConfig(await readFile(path, 'utf8'), path) };
    } catch {
      // Not there, or not to be read: the next one counts.
    }
    if (dirname(at) === at) return undefined;
  }
}
