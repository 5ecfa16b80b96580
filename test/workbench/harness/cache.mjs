import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the tests fetch and keep between runs: VS Code, and where the machine has none a Node and a Chromium. */
export const cacheFolder = fileURLToPath(new URL('../../../.vscode-test', import.meta.url));

const stamp = '.complete';

/**
 * The folder `name` of the cache, made by `fill` the first time. It is filled aside and moved into place whole, so that an
 * interrupted or a second, parallel install leaves nothing half done.
 *
 * @param {string} name
 * @param {(folder: string, scratch: string) => void} fill writes into `folder`; `scratch` is thrown away afterwards
 * @returns {string} the folder's absolute path
 */
export function cached(name, fill) {
  const target = join(cacheFolder, name);
  if (existsSync(join(target, stamp))) return target;
  sweepAbandoned();
  const aside = join(cacheFolder, `${partial}${process.pid}`);
  const folder = join(aside, 'folder');
  const scratch = join(aside, 'scratch');
  try {
    mkdirSync(folder, { recursive: true });
    mkdirSync(scratch);
    fill(folder, scratch);
    writeFileSync(join(folder, stamp), `${new Date().toISOString()}\n`);
    if (!existsSync(join(target, stamp))) {
      rmSync(target, { recursive: true, force: true });
      renameSync(folder, target);
    }
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
  return target;
}

const partial = 'partial-';

function sweepAbandoned() {
  if (!existsSync(cacheFolder)) return;
  for (const name of readdirSync(cacheFolder)) {
    if (!name.startsWith(partial) || isAlive(Number(name.slice(partial.length)))) continue;
    rmSync(join(cacheFolder, name), { recursive: true, force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return pid !== process.pid;
  } catch {
    return false;
  }
}
