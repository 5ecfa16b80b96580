import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Where the installed command's own files are. Built, it is `dist/uscdf.cjs`; the worker lies beside it, `models/` beside `dist/`. */

/** The command itself; `undefined` where it was not started from a file. */
export function commandPath(): string | undefined {
  return existsSync(__filename) ? __filename : undefined;
}

export function workerPath(): string {
  return join(distFolder(), 'worker.cjs');
}

export function bundlesFolder(): string {
  return join(distFolder(), '..', 'models', 'bundles');
}

/** METEOR's table of synonyms. */
export function wordnetPath(): string {
  return join(distFolder(), 'wordnet.bin.gz');
}

/** The folder of a bundle that is named by its folder, or by the name of one that ships. */
export function bundleFolder(folderOrName: string): string {
  const shipped = join(bundlesFolder(), folderOrName);
  const plainName = /^[a-z0-9][a-z0-9._-]*$/.test(folderOrName);
  return plainName && !existsSync(join(folderOrName, 'bundle.json')) && existsSync(shipped)
    ? shipped
    : resolve(folderOrName);
}

function distFolder(): string {
  // The command is built as CommonJS, where a module knows its own file.
  return dirname(__filename);
}
