import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPOSITORY, workFolder } from '../testing/builtWorker.ts';
import { embedTexts } from './host.ts';

const BUNDLE = join(REPOSITORY, 'test/fixtures/bundles/bert-similarity');
const folder = workFolder('similarity');
const workerPath = join(folder, 'embedder.cjs');

const reference = JSON.parse(readFileSync(join(BUNDLE, 'reference.json'), 'utf8')) as {
  readonly ids: Readonly<Record<string, readonly number[]>>;
  readonly cosines: readonly (readonly [string, string, number])[];
};
const phrases = Object.keys(reference.ids);

beforeAll(async () => {
  await build({
    entryPoints: [join(REPOSITORY, 'models/runtime/similarity/worker.ts')],
    outfile: workerPath,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    external: ['onnxruntime-node'],
    logLevel: 'error',
  });
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function cosine(vectors: Float32Array, width: number, one: number, other: number): number {
  let sum = 0;
  for (let i = 0; i < width; i++) sum += vectors[one * width + i]! * vectors[other * width + i]!;
  return sum;
}

/** A copy of the bundle, to be broken. */
function copyOf(name: string): string {
  const copy = join(folder, name);
  cpSync(BUNDLE, copy, { recursive: true });
  return copy;
}

describe('phrases in a process of their own', () => {
  it('are as alike as torch says, whatever they are batched with', { timeout: 60_000 }, async () => {
    const done: number[] = [];
    // More than one message, so that every phrase meets others of its length.
    const texts = [...phrases, ...Array.from({ length: 300 }, (_, i) => `dog ${i} on ${'the '.repeat(i % 7)}grass`)];
    const { model, width, vectors } = await embedTexts({
      workerPath,
      bundle: BUNDLE,
      texts,
      onProgress: (count) => done.push(count),
    });
    expect(model).toMatchObject({ name: 'bert-similarity-test', version: '1.0.0', pooling: 'mean' });
    expect(reference.cosines.length).toBe(phrases.length ** 2);
    for (const [one, other, value] of reference.cosines) {
      const found = cosine(vectors, width, phrases.indexOf(one), phrases.indexOf(other));
      expect(Math.abs(found - value), `${one} | ${other}`).toBeLessThan(1e-5);
    }
    expect(done).toEqual([256, texts.length]);
    expect(vectors.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it('without a letter, or with letters that no vocabulary has, have a vector too', async () => {
    const { width, vectors } = await embedTexts({
      workerPath,
      bundle: BUNDLE,
      texts: ['', ' ', '\ud800', '😀'.repeat(200_000)],
    });
    for (let i = 0; i < 4; i++) expect(cosine(vectors, width, i, i)).toBeCloseTo(1, 5);
  });

  it('say what is wrong with a bundle', async () => {
    await expect(embedTexts({ workerPath, bundle: join(folder, 'nowhere'), texts: ['a'] })).rejects.toThrow(
      /There is no model bundle at/,
    );
    const detector = join(REPOSITORY, 'models/bundles/coco80');
    await expect(embedTexts({ workerPath, bundle: detector, texts: ['a'] })).rejects.toThrow(
      /coco80 is a model of another kind \(detector\), which does not say how alike texts are/,
    );
    const changed = copyOf('changed');
    writeFileSync(join(changed, 'onnx/model.onnx'), 'x'.repeat(100));
    await expect(embedTexts({ workerPath, bundle: changed, texts: ['a'] })).rejects.toThrow(/Get the bundle again/);
  });

  it('are given up when asked, or when the process dies', async () => {
    const abort = new AbortController();
    const texts = Array.from({ length: 2000 }, (_, i) => `a dog ${i}`);
    const stopped = embedTexts({
      workerPath,
      bundle: BUNDLE,
      texts,
      signal: abort.signal,
      onProgress: () => abort.abort(),
    });
    await expect(stopped).rejects.toThrow(/cancelled/);
    const dying = join(folder, 'dying.cjs');
    mkdirSync(folder, { recursive: true });
    writeFileSync(dying, `process.on('message', () => process.kill(process.pid, 'SIGKILL'));`);
    await expect(embedTexts({ workerPath: dying, bundle: BUNDLE, texts })).rejects.toThrow(
      /ended unexpectedly \(signal SIGKILL\)/,
    );
    await expect(embedTexts({ workerPath: join(folder, 'none.cjs'), bundle: BUNDLE, texts })).rejects.toThrow(
      /missing/,
    );
  });
});
