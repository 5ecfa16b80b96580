// What a session may never need lies in files of its own under dist/parts, read when something of it is first used: a server
// starts a third sooner without them. `import` statements stay as they are; this plugin puts a stand-in in their place.
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';

const require = createRequire(import.meta.url);

/** @typedef {{name: string, entry: string, matches: RegExp}} Part */

/** A package by its name, or a file of this repository by its path. */
const packagePart = (name) => ({ name, entry: name, matches: new RegExp(`^${name}$`) });
const filePart = (name, path) => ({ name, entry: `./${path}`, matches: new RegExp(`/${path.split('/').pop()}$`) });

/** @type {readonly Part[]} */
const parts = [
  packagePart('yaml'),
  packagePart('jpeg-js'),
  packagePart('fast-png'),
  packagePart('image-size'),
  filePart('record-schema', 'core/records/recordSchema.ts'),
  filePart('config-schema', 'core/configSchema.ts'),
];

/**
 * Builds the parts.
 *
 * @param {string} root The repository.
 * @param {import('esbuild').BuildOptions} options Those of the bundles.
 * @returns {Promise<import('esbuild').Plugin>} Makes a bundle read them late.
 */
export async function lazyParts(root, options) {
  const folder = join(root, 'dist/parts');
  mkdirSync(folder, { recursive: true });
  const names = new Map();
  for (const { name, entry } of parts) {
    const outfile = join(folder, `${name}.cjs`);
    await build({ ...options, absWorkingDir: root, entryPoints: [entry], outfile });
    names.set(name, Object.keys(require(outfile)));
  }
  return { name: 'lazy parts', setup: (bundle) => standIn(bundle, names) };
}

/** @param {import('esbuild').PluginBuild} bundle */
function standIn(bundle, names) {
  for (const { name, matches } of parts) {
    bundle.onResolve({ filter: matches }, ({ kind }) =>
      kind === 'import-statement' ? { path: name, namespace: 'late' } : undefined,
    );
  }
  bundle.onLoad({ filter: /.*/, namespace: 'late' }, ({ path }) => ({ contents: late(path, names.get(path)) }));
  bundle.onResolve({ filter: /^\.\/parts\//, namespace: 'late' }, ({ path }) => ({ path, external: true }));
}

/** A module whose every name reads the part when it is asked for. */
function late(name, names) {
  const getters = names.map((each) => `  get ${JSON.stringify(each)}() { return part()[${JSON.stringify(each)}]; },`);
  return `let read;
function part() {
  read ??= require('./parts/${name}.cjs');
  return read;
}
module.exports = {
${getters.join('\n')}
};
`;
}
