import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BundleError, DraftError, InferenceWorker } from './host.ts';
import type { GeneratorManifest, GraphManifest } from './manifest.ts';
import { buildWorker, workFolder } from './testing/builtWorker.ts';
import { field, message, model } from './testing/onnxBytes.ts';

/**
 * Bundles whose files are what their manifest promises and that are broken all the same, drafted with in the built worker: each
 * must end in a sentence, and the process must live to make the next draft.
 */
const MGLMM = fileURLToPath(new URL('../../test/fixtures/bundles/mglmm', import.meta.url));
const PHOTO = fileURLToPath(new URL('../../test/fixtures/bundles/riders.png', import.meta.url));
const work = workFolder('hostile');
let worker: InferenceWorker;

beforeAll(async () => {
  worker = new InferenceWorker({ workerPath: await buildWorker(work), maxCrashes: 100 });
});
afterAll(() => {
  worker.dispose();
  rmSync(work, { recursive: true, force: true });
});

const draft = (bundle: string) => worker.draft({ bundle, image: PHOTO, task: 'gcg' });

/** A copy of the MGLMM bundle with one thing changed, whose manifest has the right sizes and hashes. */
function spoilt(change: (manifest: GeneratorManifest, folder: string) => void): string {
  const folder = mkdtempSync(join(work, 'bundle-'));
  cpSync(MGLMM, folder, { recursive: true });
  const manifest: GeneratorManifest = JSON.parse(readFileSync(join(folder, 'bundle.json'), 'utf8'));
  change(manifest, folder);
  const files = Object.values(manifest.graphs).flatMap((graph) => [graph!, ...(graph!.external ?? [])]);
  for (const entry of files) {
    const bytes = readFileSync(join(folder, entry.file));
    Object.assign(entry, { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
  }
  writeFileSync(join(folder, 'bundle.json'), JSON.stringify(manifest));
  return folder;
}

function rewrite(folder: string, file: string, change: (bytes: Uint8Array) => Uint8Array): void {
  writeFileSync(join(folder, file), change(readFileSync(join(folder, file))));
}

async function refusal(folder: string): Promise<DraftError> {
  const error: unknown = await draft(folder).then(
    () => new Error('it was drafted'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DraftError);
  return error as DraftError;
}

/** A graph that makes a tensor of ones of any size out of nothing: a few bytes that ask for terabytes. */
function bomb(sides: readonly number[]): Uint8Array {
  const shape = new BigInt64Array(sides.map(BigInt));
  const tensor = message(
    field(1, sides.length),
    field(2, 7),
    field(8, 'shape'),
    field(9, new Uint8Array(shape.buffer)),
  );
  const node = message(field(1, 'shape'), field(2, 'image_features'), field(4, 'ConstantOfShape'));
  const float = (name: string, sides: readonly string[]) => {
    const dims = sides.map((side) => field(1, message(field(2, side))));
    return message(field(1, name), field(2, message(field(1, message(field(1, 1), field(2, message(...dims)))))));
  };
  const graph = model(
    field(1, node),
    field(2, 'bomb'),
    field(5, tensor),
    field(11, float('pixel_values', ['a', 'b', 'c', 'd'])),
    field(12, float('image_features', ['a', 'b', 'c'])),
  );
  return Uint8Array.from([...graph, ...field(8, message(field(1, ''), field(2, 17)))]);
}

describe('a bundle that is what it promises, and broken', () => {
  it('is refused where a graph has other tensors than the manifest', async () => {
    const vision = (graph: GraphManifest) => graph.outputs['image_features']!;
    const folder = spoilt(({ graphs, image }) => {
      image.tokens = 20;
      vision(graphs.vision_encoder).shape = [1, 20, 48];
    });
    const { message } = await refusal(folder);
    expect(message).toContain('onnx/vision_encoder.onnx: its output "image_features" is float32 [1, 16, 48]');
    expect(message).toContain('where the manifest says float32 [1, 20, 48]');
  });

  it.each<[string, (bytes: Uint8Array) => Uint8Array]>([
    ['cut short', (bytes) => bytes.subarray(0, bytes.length >> 1)],
    ['a graph of nothing', () => model(field(2, 'nothing'))],
    ['text', () => new TextEncoder().encode('Not Found')],
    ['with bytes changed', (bytes) => bytes.map((byte, i) => (i > 200 && i % 97 === 0 ? byte ^ 0x55 : byte))],
    ['made of zeros', (bytes) => new Uint8Array(bytes.length)],
  ])('is refused where a graph is %s', async (_, change) => {
    const folder = spoilt(({ graphs }, root) => rewrite(root, graphs.mask_decoder!.file, change));
    expect(await refusal(folder)).toBeInstanceOf(BundleError);
  });

  it('is refused where the weights are shorter than the graph says', async () => {
    const folder = spoilt(({ graphs }, root) => {
      rewrite(root, graphs.generate_loop!.external![0]!.file, (bytes) => bytes.subarray(0, 1000));
    });
    expect(await refusal(folder)).toBeInstanceOf(BundleError);
  });

  it('is refused where a graph asks for terabytes', async () => {
    const folder = spoilt(({ graphs }, root) => {
      rewrite(root, graphs.vision_encoder.file, () => bomb([1, 2 ** 20, 2 ** 22]));
      graphs.vision_encoder.inputs['pixel_values']!.shape = ['a', 'b', 'c', 'd'];
      graphs.vision_encoder.outputs['image_features']!.shape = ['a', 'b', 'c'];
    });
    const error = await refusal(folder);
    expect(error).toBeInstanceOf(BundleError);
    expect(error.message).not.toContain('belong together');
  });

  it('leaves the process alive for a sound one', async () => {
    const process = worker.pid;
    expect((await draft(MGLMM)).answer).toContain('[SEG]');
    expect(worker.pid).toBe(process);
  });
});
