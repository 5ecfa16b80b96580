/** The files that a command's paths name. */
import { statSync } from 'node:fs';
import { basename, sep } from 'node:path';
import { globSync } from 'tinyglobby';

export interface Inputs {
  /** Paths as they were given, or as they were found below a given folder; each once. */
  readonly files: readonly string[];
  /** Paths that name nothing. */
  readonly missing: readonly string[];
}

/**
 * Files are taken as they are; a folder stands for the files below it whose names fit, hidden folders and `node_modules`
 * left out; what does not exist is read as a glob, for shells that leave it unexpanded.
 */
export function findInputs(paths: readonly string[], fits: (name: string) => boolean): Inputs {
  const files = new Set<string>();
  const missing: string[] = [];
  for (const path of paths) {
    const found = expand(path, fits);
    if (found === undefined) missing.push(path);
    for (const file of found ?? []) files.add(file);
  }
  return { files: [...files], missing };
}

function expand(path: string, fits: (name: string) => boolean): readonly string[] | undefined {
  const kind = kindOf(path);
  if (kind === 'file') return [path];
  const prefix = path.endsWith('/') || path.endsWith(sep) ? path : `${path}/`;
  const options = {
    onlyFiles: true,
    followSymbolicLinks: false,
    ignore: ['**/node_modules/**'],
    expandDirectories: false,
  };
  if (kind === 'folder') {
    const below = globSync('**/*', { ...options, cwd: path }).filter((file) => fits(basename(file)));
    return below.sort().map((file) => (path === '.' ? file : prefix + file));
  }
  if (!/[*?[{]/.test(path)) return undefined;
  const matched = globSync(path.replaceAll('\\', '/'), options).filter((file) => fits(basename(file)));
  return matched.length === 0 ? undefined : matched.sort();
}

function kindOf(path: string): 'file' | 'folder' | undefined {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'file';
  } catch {
    return undefined;
  }
}
