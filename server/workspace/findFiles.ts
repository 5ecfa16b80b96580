/** Finds the USCDF files of a workspace. */
import type { Dir } from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { fileKind } from '../../core/records/document.ts';
import type { Folder } from './messages.ts';

export interface FoundFile {
  readonly path: string;
  readonly folder: Folder;
  /** In bytes. */
  readonly size: number;
  /** In milliseconds. */
  readonly modified: number;
}

/** A workspace with more files is checked in part: the command line is for whole archives. */
export const MAX_FILES = 10_000;
/** Folders nested deeper, as links can make them, are not entered. */
const MAX_DEPTH = 40;

/**
 * The USCDF files below folders, the small ones first, so that a large one keeps nothing waiting. Hidden folders,
 * `node_modules` and links to folders are not entered. A file that lies in two of the folders belongs to the inner one.
 */
export async function findFiles(
  folders: readonly Folder[],
): Promise<{ readonly files: readonly FoundFile[]; readonly complete: boolean }> {
  const found = new Map<string, FoundFile>();
  const innerFirst = [...folders].sort((a, b) => b.path.length - a.path.length);
  for (const folder of innerFirst) {
    for await (const path of pathsBelow(folder.path)) {
      if (found.has(path)) continue;
      if (found.size >= MAX_FILES) return { files: bySize(found), complete: false };
      const file = await lookAt(path, folder);
      if (file !== undefined) found.set(path, file);
    }
  }
  return { files: bySize(found), complete: true };
}

/** A file of the workspace by its path; `undefined` where it is not there, lies outside, or is none that is checked. */
export async function findFile(path: string, folders: readonly Folder[]): Promise<FoundFile | undefined> {
  const folder = folderOf(path, folders);
  return folder === undefined || fileKind(path) === undefined ? undefined : lookAt(path, folder);
}

/** The innermost folder of the workspace that holds a file which is not hidden in it. */
export function folderOf(path: string, folders: readonly Folder[]): Folder | undefined {
  let inner: Folder | undefined;
  for (const folder of folders) {
    const below = relative(folder.path, path).split(sep);
    if (below[0] === '..' || below[0] === '' || path === below.join(sep)) continue;
    if (below.slice(0, -1).some(isLeftOut)) continue;
    if (inner === undefined || folder.path.length > inner.path.length) inner = folder;
  }
  return inner;
}

async function* pathsBelow(root: string): AsyncGenerator<string> {
  const waiting: { readonly path: string; readonly depth: number }[] = [{ path: root, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const opened = await openFolder(next.path);
    if (opened === undefined) continue;
    for await (const entry of opened) {
      const path = join(next.path, entry.name);
      if (entry.isDirectory()) {
        if (!isLeftOut(entry.name) && next.depth < MAX_DEPTH) waiting.push({ path, depth: next.depth + 1 });
      } else if (fileKind(entry.name) !== undefined) yield path;
    }
  }
}

/** A folder that may not be read holds nothing for the editor either. */
async function openFolder(path: string): Promise<Dir | undefined> {
  try {
    return await opendir(path);
  } catch {
    return undefined;
  }
}

function isLeftOut(name: string): boolean {
  return name.startsWith('.') || name === 'node_modules';
}

async function lookAt(path: string, folder: Folder): Promise<FoundFile | undefined> {
  try {
    const found = await stat(path);
    return found.isFile() ? { path, folder, size: found.size, modified: found.mtimeMs } : undefined;
  } catch {
    return undefined;
  }
}

function bySize(found: ReadonlyMap<string, FoundFile>): readonly FoundFile[] {
  return [...found.values()].sort((a, b) => a.size - b.size || (a.path < b.path ? -1 : 1));
}
