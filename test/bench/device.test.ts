import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isFor, loadBundle } from '../../models/runtime/bundle.ts';
import { field, joined, message, model } from '../../models/runtime/testing/onnxBytes.ts';
import { shapeOf, weightsOf } from './deviceGraph.ts';
import { bytesOfToken, limitOf } from './deviceLimit.ts';

const BUNDLES = join(import.meta.dirname, '../fixtures/bundles');

async function decoderOf(name: string) {
  const loaded = await loadBundle(join(BUNDLES, name));
  if (!loaded.ok) throw loaded.error;
  if (!isFor(loaded.value, 'generator')) throw new Error(`${name} is no generator.`);
  const { manifest, graphs } = loaded.value;
  return { manifest, weights: weightsOf(graphs['decoder_model_merged']!) };
}

describe('the weights of a graph', () => {
  it('are read wherever they lie', () => {
    const inside = message(field(1, 300), field(1, 2), field(2, 1), field(8, 'inside'), field(9, new Uint8Array(2400)));
    const entry = (key: string, value: string) => field(13, joined([field(1, key), field(2, value)]));
    const outside = message(
      field(1, 70_000),
      field(2, 1),
      field(8, 'outside'),
      entry('location', 'graph.onnx_data'),
      entry('offset', '4096'),
      entry('length', '280000'),
      field(14, 1),
    );
    expect(weightsOf(model(field(2, 'graph'), field(5, inside), field(5, outside)))).toEqual([
      { name: 'inside', sides: [300, 2], bytes: 2400 },
      { name: 'outside', sides: [70_000], bytes: 280_000 },
    ]);
  });

  // Floats beside the graph, halves, and codes of 4 bits.
  it.each(['mglmm', 'glamm', 'lisa'])('tell the shape of %s', async (name) => {
    const { manifest, weights } = await decoderOf(name);
    const hidden = 48;
    expect(shapeOf(manifest, weights)).toEqual({
      layers: 2,
      hidden,
      heads: 4,
      kvHeads: 4,
      headDim: hidden / 4,
      intermediate: (4 * hidden) / 3,
      vocabulary: manifest.graphs.decoder_model_merged.outputs['logits']!.shape.at(-1),
    });
  });
});

describe('the bytes of a token', () => {
  it('are those of every weight of the decoder, and of the cache in the middle of the answer', async () => {
    const { manifest, weights } = await decoderOf('mglmm');
    const [hidden, inner, words] = [48, 64, 407];
    const matrices = 2 * (4 * hidden * hidden + 3 * hidden * inner) + words * hidden;
    const read = bytesOfToken(weights, manifest.cache, { prompt: 256, tokens: 128 });
    const norms = 5 * hidden;
    expect(read.weights).toBe(4 * (matrices + norms));
    expect(read.cache).toBe(2 * 2 * hidden * 4 * 320);
  });

  it('are not those of tables of which a row is read', () => {
    const cache = { layers: 1, kvHeads: 1, headDim: 8, type: 'float32' as const };
    const weights = [
      { name: 'context.cos_cache', sides: [512, 4], bytes: 8192 },
      { name: 'const.eps', sides: [], bytes: 4 },
      { name: 'lm_head.weight', sides: [8, 10], bytes: 320 },
    ];
    expect(bytesOfToken(weights, cache, { prompt: 1, tokens: 2 })).toEqual({ weights: 320, cache: 128 });
  });

  it('bound the tokens a second', () => {
    const cache = { layers: 32, kvHeads: 32, headDim: 128, type: 'float16' as const };
    const read = bytesOfToken([{ name: '', sides: [], bytes: 13.2e9 }], cache, { prompt: 256, tokens: 128 });
    expect(read.cache).toBe(320 * 2 ** 19);
    expect(limitOf(read, 2e12)).toBeCloseTo(2e12 / (13.2e9 + 320 * 2 ** 19));
  });
});
