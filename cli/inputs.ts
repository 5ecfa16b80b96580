/** The files that a command's paths name. */
import { type Dirent, existsSync, type PathLike, readdirSync, statSync } from 'node:fs';
import { basename, relative, sep } from 'node:path';
import { type GlobOptions, globSync } from 'tinyglobby';

/** What a command that reads USCDF files looks for in a folder. */
export const USCDF_FILE = '.uscdf, .uscdf.json or .uscdf.jsonl file';

export interface Inputs {
  /** Paths as they were given, or as they were found below a given folder; each once. */
  readonly files: readonly string[];
  /** A sentence for each path that names nothing, and each folder that cannot be read. */
  readonly complaints: readonly string[];
}

/**
 * Files are taken as they are; a folder stands for the files below it whose names fit, hidden folders and `node_modules`
 * left out; what does not exist is read as a glob, for shells that leave it unexpanded.
 *
 * @param wanted What a folder has to hold, in words; without it an empty folder is no mistake.
 */
export function findInputs(paths: readonly string[], fits: (name: string) => boolean, wanted?: string): Inputs {
  const files = new Set<string>();
  const complaints: string[] = [];
  for (const path of paths) {
    const found = expand(path, fits, complaints);
    for (const file of found) files.add(file);
    if (wanted !== undefined && found.length === 0 && kindOf(path) === 'folder')
      complaints.push(`${path}: there is no ${wanted} in this folder or below it. Check the path.`);
  }
  return { files: [...files], complaints };
}

function expand(path: string, fits: (name: string) => boolean, complaints: string[]): readonly string[] {
  const kind = kindOf(path);
  if (kind === 'file') return [path];
  if (kind === 'folder') return filesBelow(path, fits, complaints);
  const options = {
    onlyFiles: true,
    followSymbolicLinks: false,
    ignore: ['**/node_modules/**'],
    expandDirectories: false,
    fs: globFolders(complaints),
  };
  const isGlob = /[*?[{]/.test(path);
  const matched = isGlob ? globSync(path.replaceAll('\\', '/'), options).filter((file) => fits(basename(file))) : [];
  if (matched.length === 0) complaints.push(`${path}: no such file, folder or match. Check the path.`);
  return matched.sort();
}

/** The files below a folder in alphabetical order; links to folders are not followed, what is no file is left out. */
function filesBelow(folder: string, fits: (name: string) => boolean, complaints: string[]): readonly string[] {
  const files: string[] = [];
  const todo = [folder === '.' ? '' : folder.endsWith('/') || folder.endsWith(sep) ? folder : `${folder}/`];
  for (let prefix = todo.pop(); prefix !== undefined; prefix = todo.pop()) {
    for (const entry of entriesOf(prefix === '' ? '.' : prefix, complaints)) {
      if (entry.name.startsWith('.')) continue;
      if (entry.isDirectory()) {
        if (entry.name !== 'node_modules') todo.push(`${prefix}${entry.name}/`);
      } else if ((entry.isFile() || entry.isSymbolicLink()) && fits(entry.name)) files.push(prefix + entry.name);
    }
  }
  return files.sort();
}

/** How globs read folders: like we do, and those that are not there match nothing. */
function globFolders(complaints: string[]): NonNullable<GlobOptions['fs']> {
  const read = (folder: PathLike) =>
    existsSync(folder) ? entriesOf(relative('', String(folder)) || '.', complaints) : [];
  // It is only ever asked for entries with their types.
  return { readdirSync: read as unknown as typeof readdirSync };
}

function entriesOf(folder: string, complaints: string[]): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    complaints.push(`${folder}: this folder cannot be read (${code}). Change its permissions, or leave it out.`);
    return [];
  }
}

function kindOf(path: string): 'file' | 'folder' | undefined {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'file';
  } catch {
    return undefined;
  }
}
