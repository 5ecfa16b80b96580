import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where the installed command's own files are. Built, it is `dist/uscdf.cjs`; the worker lies beside it, `models/` beside `dist/`. */

/** The command itself; `undefined` where it was not started from a file. */
export function commandPath(): string | undefined {
  return existsSync(__filename) ? __filename : undefined;
}

/** What worker threads of `uscdf lint` run; `undefined` where the command is not built. */
export function lintThreadPath(): string | undefined {
  const path = join(distFolder(), 'lint.cjs');
  return existsSync(path) ? path : undefined;
}

export function workerPath(): string {
  return join(distFolder(), 'worker.cjs');
}

/** The process that says how alike phrases are. */
export function embedderPath(): string {
  return join(distFolder(), 'embedder.cjs');
}

export function bundlesFolder(): string {
  return join(distFolder(), '..', 'models', 'bundles');
}

/** METEOR's table of synonyms. */
export function wordnetPath(): string {
  return join(distFolder(), 'wordnet.bin.gz');
}

/** The prompts of `uscdf label`. */
export function promptsFolder(): string {
  return join(distFolder(), 'prompts');
}

function distFolder(): string {
  // The command is built as CommonJS, where a module knows its own file.
  return dirname(__filename);
}
