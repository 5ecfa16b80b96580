// Finds a Chromium for the tests that need one, and gets one where the machine has none: from apt for root, else from npm.
// `node scripts/chromium.mjs` prints its path.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import { cached } from '../test/workbench/harness/cache.mjs';
import { fetchPackage } from '../test/workbench/harness/npm.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];
const npmVersion = '153.0.0';

/**
 * The path of a Chromium that starts, installed where none was. Throws a sentence that says what to do where none can be had.
 *
 * @returns {string}
 */
export function ensureChromium() {
  const chosen = process.env.CHROMIUM_PATH;
  if (chosen && !existsSync(chosen)) throw new Error(`CHROMIUM_PATH names ${chosen}, which is not there.`);
  const found = chosen || installedChromium() || chromiumFromApt() || chromiumFromNpm();
  if (found) return found;
  throw new Error('No Chromium: install Chromium, Chrome or Edge, or set CHROMIUM_PATH to one, and run this again.');
}

function installedChromium() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const onPath = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  return [...onPath, ...places].find((path) => existsSync(path));
}

function chromiumFromApt() {
  const root = process.getuid?.() === 0;
  const apt = existsSync('/usr/bin/apt-get');
  if (!root || !apt) return undefined;
  console.error('NO CHROMIUM ON THIS MACHINE: installing Debian’s with `apt-get install -y chromium` …');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    // apt speaks to stderr: stdout of this script is the path and nothing else.
    const { status } = spawnSync('apt-get', ['-q', ...args], { env, stdio: ['ignore', 2, 2] });
    if (status !== 0) {
      console.error(`apt-get ${args[0]} failed (exit code ${status}): trying npm’s Chromium instead.`);
      return undefined;
    }
  }
  return installedChromium();
}

/** The headless shell of @sparticuz/chromium with the libraries it needs: Linux on x64 only, needs no root. */
function chromiumFromNpm() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const folder = cached(`chromium-${npmVersion}`, (folder, scratch) => {
    console.error(`NO CHROMIUM ON THIS MACHINE: fetching @sparticuz/chromium ${npmVersion} from npm, once (70 MB) …`);
    fetchPackage(`@sparticuz/chromium@${npmVersion}`, scratch);
    const packed = join(scratch, 'node_modules/@sparticuz/chromium/bin');
    const unpacked = (name) => brotliDecompressSync(readFileSync(join(packed, name)));
    writeFileSync(join(folder, 'chromium'), unpacked('chromium.br'), { mode: 0o755 });
    for (const name of ['al2023.tar.br', 'fonts.tar.br']) {
      const tar = join(scratch, 'part.tar');
      writeFileSync(tar, unpacked(name));
      execFileSync('tar', ['-xf', tar, '-C', folder]);
      rmSync(tar);
    }
    // A starter, so that a path is all that a caller needs to know.
    const starter = `#!/bin/sh
here=$(dirname "$0")
LD_LIBRARY_PATH="$here/lib\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" exec "$here/chromium" "$@"
`;
    writeFileSync(join(folder, 'start'), starter);
    chmodSync(join(folder, 'start'), 0o755);
  });
  return join(folder, 'start');
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) console.log(ensureChromium());
