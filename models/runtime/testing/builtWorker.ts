import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));
export const BUNDLE = join(REPOSITORY, 'models/bundles/coco80');
export const PHOTOS = join(REPOSITORY, 'test/fixtures/photos');

/** A folder of this test's own inside the repository, where node_modules resolves. */
export function workFolder(name: string): string {
  const folder = join(REPOSITORY, 'out/test', `${name}-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Builds the worker as the package does, into `folder`; returns its path. */
export async function buildWorker(folder: string): Promise<string> {
  const outfile = join(folder, 'worker.cjs');
  await build({
    entryPoints: [join(REPOSITORY, 'models/runtime/worker.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    external: ['onnxruntime-node'],
    logLevel: 'error',
  });
  return outfile;
}
