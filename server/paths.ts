/** Addresses of documents and paths on the disk. */
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The path that an address names; `undefined` where it names none on this machine's disk. */
export function pathOf(uri: string): string | undefined {
  if (!uri.startsWith('file:')) return undefined;
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined;
  }
}

export function uriOf(path: string): string {
  return pathToFileURL(path).href;
}
