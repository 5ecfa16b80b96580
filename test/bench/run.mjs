// `npm run bench`: each hot path against a reference in the same run. Machines are noisy, so that a ratio is the result and
// absolute times are only there to read it by. Names of benchmarks as arguments run only those.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL('../..', import.meta.url));
const here = join(root, 'test/bench');
const wanted = process.argv.slice(2);

/** What opens a page of the product finds the page's files by its own address, which a bundle would have for it. */
const ownAddresses = {
  name: 'own-addresses',
  setup(building) {
    building.onLoad({ filter: /media\/testing\/\w+\.ts$/ }, ({ path }) => ({
      loader: 'ts',
      contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
    }));
  },
};

const files = readdirSync(here).sort();
// Programs that a benchmark starts beside the product's own.
for (const file of files.filter((name) => name.endsWith('.process.ts'))) await bundle(file);
for (const file of files.filter((name) => name.endsWith('.bench.ts'))) {
  const name = basename(file, '.bench.ts');
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const outfile = await bundle(file);
  console.log(`\n━━ ${name}`);
  const { run } = require(outfile);
  await run();
}

/** Builds one file as the product's bundles are built; returns where it lies. */
async function bundle(file) {
  const outfile = join(root, 'out/bench', `${basename(file, '.ts')}.cjs`);
  await build({
    entryPoints: [join(here, file)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    external: ['onnxruntime-node', 'playwright-core', 'esbuild'],
    plugins: [ownAddresses],
    loader: { '.woff': 'binary' },
    logLevel: 'warning',
  });
  return outfile;
}
