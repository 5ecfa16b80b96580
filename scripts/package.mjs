// Makes uscdf-<target>.vsix, the extension for one platform. `npm run package`, or
//   node scripts/package.mjs [--target linux-x64] [--no-build]
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createVSIX, listFiles } from '@vscode/vsce';

const root = fileURLToPath(new URL('..', import.meta.url));
const thisPlatform = `${process.platform}-${process.arch}`;
const mostBytes = 45_000_000;

// Without one of these the package installs and then fails on the user's machine.
const required = [
  'package.json',
  'README.md',
  'LICENSE',
  'dist/extension.cjs',
  'dist/server.cjs',
  'dist/worker.cjs',
  'dist/media/preview.js',
  'dist/media/preview.css',
  'dist/node_modules/onnxruntime-common/package.json',
  'dist/node_modules/onnxruntime-node/package.json',
];

const { values } = parseArgs({
  options: {
    target: { type: 'string', default: thisPlatform },
    build: { type: 'boolean', default: true },
  },
  allowNegative: true,
});

if (values.build) execFileSync(process.execPath, [join(root, 'scripts/build.mjs')], { cwd: root, stdio: 'inherit' });
const binary = addRuntime(values.target);
await checkContents([...required, binary]);
const file = join(root, `uscdf-${values.target}.vsix`);
await createVSIX({
  cwd: root,
  packagePath: file,
  target: values.target,
  dependencies: false,
  allowMissingRepository: true,
  rewriteRelativeLinks: false,
});
checkSize(file);

/**
 * Copies the inference runtime beside the worker, where `require` looks first. The root's node_modules stay out of the
 * package, and of the runtime's own 290 MB only one platform's share is needed.
 *
 * @returns the native binding's path in the package
 */
function addRuntime(target) {
  const bin = join('bin/napi-v6', ...target.split('-'));
  const from = (path) => join(root, 'node_modules', path);
  const to = (path) => join(root, 'dist/node_modules', path);
  if (!existsSync(from(join('onnxruntime-node', bin)))) {
    throw new Error(`onnxruntime-node has no binary for ${target}: choose another --target.`);
  }
  rmSync(join(root, 'dist/node_modules'), { recursive: true, force: true });
  mkdirSync(to(join('onnxruntime-node', bin)), { recursive: true });
  copyScripts(from('onnxruntime-node/dist'), to('onnxruntime-node/dist'));
  copyScripts(from('onnxruntime-common/dist/cjs'), to('onnxruntime-common/dist/cjs'));
  for (const name of ['onnxruntime-node', 'onnxruntime-common']) {
    cpSync(from(`${name}/package.json`), to(`${name}/package.json`));
  }
  for (const name of readdirSync(from(join('onnxruntime-node', bin))).filter(isNeeded)) {
    cpSync(from(join('onnxruntime-node', bin, name)), to(join('onnxruntime-node', bin, name)));
  }
  return `dist/node_modules/onnxruntime-node/${bin.replaceAll('\\', '/')}/onnxruntime_binding.node`;
}

function copyScripts(from, to) {
  cpSync(from, to, { recursive: true, filter: (path) => statSync(path).isDirectory() || /\.(js|json)$/.test(path) });
}

/** DirectML and its compilers are the system's on a Windows that can use them; macOS's library is there under two names. */
function isNeeded(name) {
  return !/^(DirectML|dxil|dxcompiler)\.dll$/i.test(name) && !/^libonnxruntime\.\d+\.\d+\.\d+\.dylib$/.test(name);
}

async function checkContents(expected) {
  const files = await listFiles({ cwd: root, dependencies: false });
  const missing = expected.filter((name) => !files.includes(name));
  if (missing.length > 0) throw new Error(`The package lacks ${missing.join(', ')}.`);
  const strays = files.filter((name) => /\.(map|tsx?|mts|tsbuildinfo)$/.test(name));
  if (strays.length > 0) throw new Error(`These must not ship; see .vscodeignore: ${strays.join(', ')}.`);
  if (!files.some((name) => name.startsWith('models/bundles/'))) throw new Error('The package lacks a model bundle.');
}

function checkSize(file) {
  const bytes = statSync(file).size;
  const megabytes = (size) => `${(size / 1e6).toFixed(1)} MB`;
  console.log(`${file}: ${megabytes(bytes)}`);
  if (bytes <= mostBytes) return;
  throw new Error(`The package has ${megabytes(bytes)}, more than ${megabytes(mostBytes)}: see what has grown.`);
}
