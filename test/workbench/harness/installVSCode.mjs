import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { cached } from './cache.mjs';
import { fetchPackage, npm } from './npm.mjs';

// The npm package code-server carries VS Code's own server, web workbench and extension host under lib/vscode. Only that
// folder is used: code-server's wrapper around it needs native builds and downloads from GitHub.
const pinned = {
  '4.100.3': {
    node: 20,
    integrity: 'sha512-q/Fh2DOxCRNhC/WiG/6sAhSKnj7ZACTVBaeeZ+rWjol//0FCbl/qg1ln5ecZ99jYcfqMxZZAyWcN+YBIo0DgpA==',
  },
  '4.139.1': {
    node: 24,
    integrity: 'sha512-fUYvJVdz4ZoVJfakGiGWXFMpF8K1ObsrpGvX17ZxNpKOzdNHs7lANT670JTr4ZhA8DnWqyvvmFG/d3HV9Yy6ew==',
  },
};

/** VS Code 1.100.3, which `engines.vscode` of package.json promises to work with. */
export const defaultVersion = '4.100.3';

const ripgrepVersion = '1.18.0';
const thisPlatform = `${process.platform}-${process.arch}`;

/**
 * A VS Code to test in, from the npm registry alone: installed on the first call (some ten seconds), then from the cache.
 *
 * @param {string} [version] of the npm package code-server; `USCDF_TEST_VSCODE` in the environment chooses another pinned one
 * @returns {{root: string, node: string, vscode: string}} its folder, the Node that runs it, VS Code's version
 */
export function installVSCode(version = process.env.USCDF_TEST_VSCODE ?? defaultVersion) {
  const pin = pinned[version];
  if (!pin) throw new Error(`code-server ${version} is not pinned: choose one of ${Object.keys(pinned).join(', ')}.`);
  const root = cached(`vscode-${version}`, (folder, scratch) => {
    console.log(`Installing VS Code (code-server ${version}) from npm into .vscode-test, once …`);
    unpackServer(version, pin.integrity, folder, scratch);
    // Its shrinkwrap pins the rest. No install script runs: they want GitHub, Python, a compiler and Kerberos headers.
    npm(['install', '--ignore-scripts', '--omit=dev', '--legacy-peer-deps', '--no-save'], folder);
    replaceNativeParts(folder, scratch);
    cutNetwork(folder);
    removeUnused(folder);
  });
  const { version: vscode } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return { root, node: nodeFor(pin.node), vscode };
}

function unpackServer(version, integrity, folder, scratch) {
  const printed = npm(['pack', `code-server@${version}`, '--json', '--pack-destination', scratch], scratch);
  const [tarball] = JSON.parse(printed);
  if (tarball.integrity !== integrity) {
    throw new Error(
      `code-server@${version} from the registry is not the pinned file: its integrity is ${tarball.integrity}.`,
    );
  }
  const file = join(scratch, tarball.filename);
  execFileSync('tar', ['-xzf', file, '-C', folder, '--strip-components=3', '--exclude=*.map', 'package/lib/vscode']);
}

/** Stands in for three native modules whose builds or downloads the registry does not carry. */
function replaceNativeParts(root, scratch) {
  const modules = join(root, 'node_modules');
  replaceModule(
    join(modules, '@vscode/spdlog'),
    readFileSync(new URL('./spdlogInScript.cjs', import.meta.url), 'utf8'),
  );
  // The watchdog only kills an orphaned extension host, and the host polls its parent as well.
  const watchdog = 'exports.start = () => {};\nexports.exit = (code) => process.exit(code || 0);\n';
  for (const name of ['native-watchdog', '@vscode/native-watchdog']) {
    if (existsSync(join(modules, name))) replaceModule(join(modules, name), watchdog);
  }
  // Older @vscode/ripgrep downloads its binary from GitHub; the platform packages of newer ones carry it.
  if (existsSync(join(modules, '@vscode/ripgrep'))) addRipgrep(join(modules, '@vscode/ripgrep/bin'), scratch);
}

function replaceModule(folder, source) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "version": "0.0.0", "main": "index.js" }\n');
  writeFileSync(join(folder, 'index.js'), source);
}

function addRipgrep(bin, scratch) {
  const name = `@vscode/ripgrep-${thisPlatform}`;
  const program = process.platform === 'win32' ? 'rg.exe' : 'rg';
  fetchPackage(`${name}@${ripgrepVersion}`, scratch);
  mkdirSync(bin, { recursive: true });
  copyFileSync(join(scratch, 'node_modules', name, 'bin', program), join(bin, program));
  chmodSync(join(bin, program), 0o755);
}

/** No gallery, update check or telemetry end point: a test run must not look for the network. */
function cutNetwork(root) {
  const file = join(root, 'product.json');
  const product = JSON.parse(readFileSync(file, 'utf8'));
  delete product.extensionsGallery;
  delete product.updateUrl;
  product.enableTelemetry = false;
  writeFileSync(file, JSON.stringify(product, undefined, 2));
}

/** Built-in extensions that only complain when offline, parts of AI features, other platforms' binaries. */
function removeUnused(root) {
  const extensions = ['copilot', 'microsoft-authentication', 'github-authentication', 'tunnel-forwarding'];
  const debuggers = ['ms-vscode.js-debug-companion', 'ms-vscode.vscode-js-profile-table', 'mermaid-markdown-features'];
  const vscodeModules = ['sandbox-runtime', 'sqlite3', 'windows-process-tree', 'windows-registry'];
  const modules = [
    '@github',
    '@microsoft/mxc-sdk',
    '@devcontainers',
    'ssh2',
    ...vscodeModules.map((m) => `@vscode/${m}`),
  ];
  const unused = [
    ...[...extensions, ...debuggers].map((name) => `extensions/${name}`),
    ...modules.map((name) => `node_modules/${name}`),
  ];
  for (const path of unused) rmSync(join(root, path), { recursive: true, force: true });
  for (const path of ['@vscode/ripgrep-universal/bin', 'node-pty/prebuilds']) {
    const folder = join(root, 'node_modules', path);
    for (const name of existsSync(folder) ? readdirSync(folder) : []) {
      if (name !== thisPlatform) rmSync(join(folder, name), { recursive: true, force: true });
    }
  }
}

/** This process's Node where it is new enough, else one from the registry. */
function nodeFor(major) {
  if (Number(process.versions.node.split('.')[0]) >= major) return process.execPath;
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const root = cached(`node-${major}`, (folder) => {
    console.log(`This VS Code needs Node ${major}: fetching it from npm, once …`);
    fetchPackage(`${name}@${major}`, folder);
  });
  return join(root, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}
