/** Whether paths name one file, whatever their spelling: links are followed. */
import { realpathSync, statSync } from 'node:fs';
import { resolve, sep } from 'node:path';

/** Whether both are one file or folder, also by a link of either kind; or will be, where there is none yet. */
export function isSamePath(one: string, other: string): boolean {
  if (resolve(one) === resolve(other)) return true;
  const [a, b] = [identity(one), identity(other)];
  return a !== undefined && a === b;
}

/** Whether a path is a folder, or lies in it or below it. */
export function isInside(path: string, folder: string): boolean {
  const [inner, outer] = [realPath(path), realPath(folder)];
  return inner === outer || inner.startsWith(outer.endsWith(sep) ? outer : outer + sep);
}

/** The path behind all links; as it is where nothing is there. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}

/** What tells a file from all others; `undefined` where there is none. */
function identity(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev} ${ino}`;
  } catch {
    return undefined;
  }
}
