import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadBundle } from '../bundle.ts';
import { BUNDLE, REPOSITORY } from '../testing/builtWorker.ts';
import { TestHub } from '../testing/hub.ts';
import { publishedFiles } from '../testing/publishedFiles.ts';
import { CATALOGUE } from './catalogue.ts';
import { fetchBundle, planDownload } from './fetchBundle.ts';
import { modelPage } from './page.ts';
import { writePublishedManifest } from './publishedManifest.ts';
import { ModelStore } from './store.ts';

const QUICK = { retryMs: 1, idleMs: 2000 };

let hub: TestHub;
let root: string;
let store: ModelStore;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'uscdf-published-')));
  store = new ModelStore({ folder: join(root, 'models'), shipped: dirname(BUNDLE) });
});

afterEach(async () => {
  await hub.stop();
  rmSync(root, { recursive: true });
});

async function fetched(name: string, change: Readonly<Record<string, string>> = {}) {
  const files = structuredClone(publishedFiles(REPOSITORY)) as Record<string, Record<string, Uint8Array>>;
  for (const [path, text] of Object.entries(change)) {
    for (const repository of Object.values(files)) if (path in repository) repository[path] = Buffer.from(text);
  }
  hub = await TestHub.start(files);
  const plan = await planDownload(CATALOGUE.find((entry) => entry.name === name)!, { hub: hub.url });
  return fetchBundle(plan, store, writePublishedManifest, QUICK);
}

describe('files that were published without a manifest', () => {
  it('become a Florence-2 bundle that is whole, with the settings of its own files', async () => {
    const { folder, manifest } = await fetched('florence2-base-ft-slimsam');
    expect((await loadBundle(folder)).ok).toBe(true);
    const { head: _, graphs, ...tiny } = tinyFlorence();
    expect(manifest).toMatchObject({ name: 'florence2-base-ft-slimsam', driver: 'florence', ...tiny });
    if (manifest?.driver !== 'florence') throw new Error('another driver');
    expect(manifest.graphs.vision_encoder.sha256).toBe(graphs.vision_encoder.sha256);
    expect(Object.keys(manifest.graphs.decoder_model_merged.inputs).sort()).toEqual(
      Object.keys(graphs.decoder_model_merged.inputs).sort(),
    );
    expect(hub.requests.filter((line) => line.includes('decoder_model.onnx'))).toEqual([]);
    expect(await modelPage((await store.find(manifest.name))!)).toMatch(/---\n\n# Florence-2, tiny\n$/);
  });

  it('become a segmenter', async () => {
    const { folder, manifest } = await fetched('slimsam-77');
    expect((await loadBundle(folder)).ok).toBe(true);
    expect(manifest).toMatchObject({
      driver: 'segmenter',
      mask: { size: [64, 64] },
      image: { preprocess: { size: [128, 128] } },
    });
  });

  it.each([
    ['slimsam-77', 'preprocessor_config.json', '{"image_mean":[1]}', /preprocessor_config.json .* \(image_mean/],
    ['florence2-base-ft-slimsam', 'config.json', '{}', /config.json .* \(text_config\)/],
    ['florence2-base-ft-slimsam', 'config.json', '<html>', /config.json .* \(it is no JSON\)/],
  ])('are not taken up where %s has another %s', async (name, file, text, words) => {
    await expect(fetched(name, { [file]: text })).rejects.toThrow(words);
    expect(await store.find(name)).toBeUndefined();
  });

  it('are not taken up where a graph is none', async () => {
    await expect(fetched('slimsam-77', { 'onnx/vision_encoder.onnx': 'GGUF' })).rejects.toThrow(
      /vision_encoder.onnx is not an ONNX/,
    );
  });
});

/** What the tiny bundle's own manifest says that its published files say too. */
function tinyFlorence() {
  const bundle = join(REPOSITORY, 'test/fixtures/bundles/florence2/bundle.json');
  const { graphs, cache, image, pixels, mask, locations, name: head } = JSON.parse(readFileSync(bundle, 'utf8'));
  return { head, graphs, cache, image, pixels, mask, locations };
}
