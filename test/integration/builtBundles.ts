/** The bundles as they ship, built when they are missing or older than what they are made of. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
export const DIST = join(REPOSITORY, 'dist');
export const BUNDLES = [
  'extension.cjs',
  'server.cjs',
  'checker.cjs',
  'worker.cjs',
  'embedder.cjs',
  'uscdf.cjs',
  'lint.cjs',
  'media/preview.js',
  'media/report.js',
] as const;

const SOURCES = ['core', 'server', 'client', 'models/runtime', 'cli', 'media', 'scripts/build.mjs', 'package.json'];
const LOCK = join(REPOSITORY, 'out', 'build.lock');
/** A build takes seconds; a lock that is older belongs to a process that died. */
const LOCK_MS = 60_000;

/** Resolves when `dist` is up to date. Test files run in several processes, so one builds and the others wait. */
export async function builtBundles(): Promise<void> {
  mkdirSync(join(REPOSITORY, 'out'), { recursive: true });
  while (!takeLock()) await pause(50);
  try {
    if (isStale()) execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: REPOSITORY, stdio: 'pipe' });
  } finally {
    rmdirSync(LOCK);
  }
}

function takeLock(): boolean {
  try {
    mkdirSync(LOCK);
    return true;
  } catch {
    if (Date.now() - modified(LOCK) > LOCK_MS) rmdirSync(LOCK);
    return false;
  }
}

function isStale(): boolean {
  const oldest = Math.min(...BUNDLES.map((bundle) => modified(join(DIST, bundle)) || 0));
  return oldest === 0 || SOURCES.some((source) => newest(join(REPOSITORY, source)) > oldest);
}

function newest(path: string): number {
  if (!statSync(path).isDirectory()) return modified(path);
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:ts|css|woff)$/.test(name) && !name.endsWith('.test.ts'))
    .reduce((latest, name) => Math.max(latest, modified(join(path, name))), 0);
}

/** In milliseconds; now, where the path is gone in the meantime. */
function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? (path === LOCK ? Date.now() : 0);
}
