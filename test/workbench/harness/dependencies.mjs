import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npmEnvironment } from './npm.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Installs what package-lock.json names where it is missing or stale. No package's install script runs: what they fetch
 * from outside the registry is not needed.
 *
 * @returns {boolean} whether there was anything to install
 */
export function ensureDependencies() {
  if (areInstalled()) return false;
  const windows = process.platform === 'win32';
  execFileSync(windows ? 'npm.cmd' : 'npm', ['ci', '--ignore-scripts'], {
    cwd: root,
    env: npmEnvironment(),
    stdio: 'inherit',
    shell: windows,
  });
  return true;
}

/** npm keeps its own list of what it installed; optional packages are missing from it on platforms that are not theirs. */
function areInstalled() {
  const list = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(list)) return false;
  const installed = packages(list);
  const wanted = Object.entries(packages(join(root, 'package-lock.json'))).filter(([path]) => path !== '');
  return wanted.every(([path, { version, optional }]) => (optional ? true : installed[path]?.version === version));
}

function packages(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}
