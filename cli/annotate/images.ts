import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, parse, resolve } from 'node:path';

const IMAGE_NAME = /\.(?:jpe?g|png)$/i;

export interface ImageList {
  /** Absolute paths, each once: in the order asked, folders and globs in alphabetical order. */
  readonly images: readonly string[];
  /** Arguments that name nothing. */
  readonly missing: readonly string[];
}

/**
 * The images that files, folders and globs name. A folder stands for the JPEGs and PNGs in it and below, without hidden
 * ones; a glob knows `*`, `?` and `**`, for shells that leave it unexpanded. An argument that exists is never read as a glob.
 */
export function listImages(args: readonly string[]): ImageList {
  const images = new Set<string>();
  const missing: string[] = [];
  for (const arg of args) {
    const found = existsSync(arg) ? filesBelow(resolve(arg)) : matches(arg);
    if (found.length === 0) missing.push(arg);
    for (const image of found) images.add(image);
  }
  return { images: [...images], missing };
}

function filesBelow(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  return walk(path).filter((file) => IMAGE_NAME.test(file));
}

/** Files in a folder and below, sorted. Linked folders are left out, so that no link makes a circle. */
function walk(folder: string): readonly string[] {
  const files: string[] = [];
  const open = [folder];
  for (let current = open.pop(); current !== undefined; current = open.pop()) {
    for (const entry of entriesOf(current)) {
      if (entry.name.startsWith('.')) continue;
      const path = join(current, entry.name);
      if (entry.isDirectory()) open.push(path);
      else if (entry.isFile() || (entry.isSymbolicLink() && existsSync(path) && statSync(path).isFile()))
        files.push(path);
    }
  }
  return files.sort();
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // A folder that may not be read holds nothing for us.
    return [];
  }
}

function matches(glob: string): readonly string[] {
  if (!/[*?]/.test(glob)) return [];
  const pattern = process.platform === 'win32' ? glob.replaceAll('\\', '/') : glob;
  const segments = pattern.split('/');
  const wild = segments.findIndex((segment) => /[*?]/.test(segment));
  const { root } = parse(resolve(segments.slice(0, wild).join('/') || '.'));
  const base = wild === 0 ? resolve('.') : resolve(segments.slice(0, wild).join('/') || root);
  const rest = compile(segments.slice(wild));
  return walk(base).filter((file) => IMAGE_NAME.test(file) && rest.test(relativeTo(base, file)));
}

function relativeTo(base: string, file: string): string {
  return file.slice(base.length).replaceAll('\\', '/').replace(/^\/+/, '');
}

/** `**` is any number of folders, `*` and `?` stay within a name. */
function compile(segments: readonly string[]): RegExp {
  const source = segments
    .map((segment, i) => {
      const last = i === segments.length - 1;
      if (segment === '**') return last ? '.*' : '(?:[^/]+/)*';
      const name = segment
        .replace(/[.+^${}()|[\]\\]/g, '\\$&')
        .replace(/\*+/g, '[^/]*')
        .replaceAll('?', '[^/]');
      return last ? name : `${name}/`;
    })
    .join('');
  return new RegExp(`^${source}$`);
}
