import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const source = fileURLToPath(new URL('../suites', import.meta.url));
const target = fileURLToPath(new URL('../../../out/test/workbench', import.meta.url));

/**
 * Bundles the suites for the extension host into out/test/workbench.
 *
 * @returns {Promise<string>} the module whose `run()` runs them all
 */
export async function buildSuites() {
  rmSync(target, { recursive: true, force: true });
  const tests = readdirSync(source).filter((name) => name.endsWith('.test.ts'));
  await build({
    entryPoints: ['run.ts', ...tests].map((name) => join(source, name)),
    outdir: target,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    mainFields: ['module', 'main'],
    format: 'cjs',
    target: 'node20',
    sourcemap: 'inline',
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
  });
  return join(target, 'run.cjs');
}
