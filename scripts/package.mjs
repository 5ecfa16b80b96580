// Makes uscdf-<target>.vsix, the extension for one platform. `npm run package`, or
//   node scripts/package.mjs [--target linux-x64] [--no-build]
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createVSIX } from '@vscode/vsce';

const root = fileURLToPath(new URL('..', import.meta.url));
// The package is put together aside: `files` of package.json names what the npm package holds, which is less.
const stage = join(root, 'out/package');
const mostBytes = 45_000_000;

/** What ships. A name ends a folder's list of file endings; without one all its files ship. */
const shipped = {
  'README.md': [],
  'CHANGELOG.md': [],
  LICENSE: [],
  'THIRD_PARTY_NOTICES.md': [],
  dist: ['.cjs', '.js', '.css', '.json', '.ttf', '.woff', '.woff2', '.svg', '.png', '.gz', '.md'],
  media: ['.svg', '.png', '.md'],
  syntaxes: ['.json'],
  'models/bundles': [],
  'docs/rules': ['.md'],
  'docs/uscdf.config.schema.json': [],
  // Those that the README shows.
  'docs/images': ['preview-dark.png', 'draft-dark.png', 'mistakes-dark.png', 'report-dark.png'],
};

// Without one of these the package installs and then fails on the user's machine.
const required = [
  'README.md',
  'LICENSE',
  'dist/extension.cjs',
  'dist/server.cjs',
  'dist/checker.cjs',
  'dist/parts/yaml.cjs',
  'dist/worker.cjs',
  'dist/embedder.cjs',
  'dist/uscdf.cjs',
  'dist/lint.cjs',
  'dist/wordnet.bin.gz',
  'dist/prompts/object.md',
  'dist/browser.cjs',
  'dist/media/preview.js',
  'dist/media/preview.css',
  'dist/media/browser.js',
  'dist/media/browser.css',
  'dist/media/codicon.css',
  'dist/media/codicon.ttf',
  'dist/media/report.js',
  'dist/media/report.css',
  'models/bundles',
];

const { values } = parseArgs({
  options: {
    target: { type: 'string', default: `${process.platform}-${process.arch}` },
    build: { type: 'boolean', default: true },
  },
  allowNegative: true,
});

if (values.build) execFileSync(process.execPath, [join(root, 'scripts/build.mjs')], { cwd: root, stdio: 'inherit' });
rmSync(stage, { recursive: true, force: true });
for (const [path, endings] of Object.entries(shipped)) copy(join(root, path), join(stage, path), endings);
writeManifest();
addRuntime(values.target);
const missing = required.filter((path) => !existsSync(join(stage, path)));
if (missing.length > 0) throw new Error(`The package lacks ${missing.join(', ')}.`);

const vsix = join(root, `uscdf-${values.target}.vsix`);
await createVSIX({
  cwd: stage,
  packagePath: vsix,
  target: values.target,
  dependencies: false,
  allowMissingRepository: true,
  rewriteRelativeLinks: false,
});
checkSize(vsix);

/** The manifest without what only the repository needs. */
function writeManifest() {
  const { files, scripts, dependencies, devDependencies, bin, ...manifest } = readJson(join(root, 'package.json'));
  writeFileSync(join(stage, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  writeFileSync(join(stage, '.vscodeignore'), '# Nothing: only what ships is here.\n');
}

/**
 * Puts the inference runtime beside the worker, where `require` looks first. Of the runtime's 290 MB one platform's share is
 * needed, and nothing of what its install script would use.
 */
function addRuntime(target) {
  const modules = join(root, 'node_modules');
  const bin = join('onnxruntime-node/bin/napi-v6', ...target.split('-'));
  if (!existsSync(join(modules, bin))) throw new Error(`onnxruntime-node has no binary for ${target}.`);
  const to = join(stage, 'dist/node_modules');
  for (const [name, scripts] of Object.entries({ 'onnxruntime-node': 'dist', 'onnxruntime-common': 'dist/cjs' })) {
    copy(join(modules, name, 'package.json'), join(to, name, 'package.json'), []);
    copy(join(modules, name, scripts), join(to, name, scripts), ['.js', '.json']);
  }
  for (const name of readdirSync(join(modules, bin)).filter(isNeeded)) {
    copy(join(modules, bin, name), join(to, bin, name), []);
  }
}

/** DirectML and its compilers belong to Windows itself; macOS's library is there under two names, and one is asked for. */
function isNeeded(name) {
  return !/^(DirectML|dxil|dxcompiler)\.dll$/i.test(name) && !/^libonnxruntime\.\d+\.\d+\.\d+\.dylib$/.test(name);
}

/** Copies a file, or those files of a folder that have one of the endings; what is not there is left out. */
function copy(from, to, endings) {
  if (!existsSync(from)) return;
  mkdirSync(dirname(to), { recursive: true });
  const ships = (path) => endings.length === 0 || endings.some((ending) => path.endsWith(ending));
  const isOurs = (path) => !relative(from, path).split(/[\\/]/).includes('node_modules');
  cpSync(from, to, {
    recursive: true,
    filter: (path) => isOurs(path) && (statSync(path).isDirectory() || ships(path)),
  });
}

function checkSize(file) {
  const bytes = statSync(file).size;
  const megabytes = (size) => `${(size / 1e6).toFixed(1)} MB`;
  console.log(`${file}: ${megabytes(bytes)}`);
  if (bytes <= mostBytes) return;
  throw new Error(`The package has ${megabytes(bytes)}, more than ${megabytes(mostBytes)}: see what has grown.`);
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
