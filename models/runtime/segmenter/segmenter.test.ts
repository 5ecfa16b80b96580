import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boundingBox, iou } from '../../../core/masks/runLengthMask.ts';
import type { MaskSettings } from '../manifest.ts';
import type { Model } from '../model.ts';
import type { Geometry } from '../preprocess.ts';
import { type Session, type TensorInfo, type Tensors, tensor } from '../sessions/session.ts';
import { fixtureBundle, maskOf, photographOf, referenceOf } from '../testing/fixtureBundle.ts';
import { loadSegmenter } from './model.ts';
import { promptedMasks } from './promptedMasks.ts';

interface Prompted {
  readonly photograph: string;
  readonly points: readonly (readonly [number, number, boolean])[];
  readonly score: number;
  readonly mask: unknown;
}

const prompted = referenceOf<Prompted>('segmenter');
const checkpoint = async () => undefined;

describe('a SAM-type bundle that takes points', () => {
  let model: Model;
  beforeAll(async () => {
    model = await loadSegmenter(await fixtureBundle('segmenter', 'segmenter'), 'cpu');
  });
  afterAll(() => model?.release());

  it.each(prompted)('draws what SamModel draws: $photograph, $points', async ({ photograph, points, score, mask }) => {
    const prompt = { points: points.map(([x, y, positive]) => ({ x, y, positive })) };
    const drawn = await model.segment!(prompt, photographOf('segmenter', photograph), checkpoint);
    expect(iou(drawn.mask, maskOf(mask))).toBeGreaterThan(0.99);
    expect(drawn.score).toBeCloseTo(score, 2);
  });

  it('takes a box by its centre', async () => {
    const image = photographOf('segmenter', 'left');
    const inBox = await model.segment!({ points: [], box: [12, 24, 36, 36] }, image, checkpoint);
    const [left, top, width, height] = boundingBox(inBox.mask);
    expect(Math.max(Math.abs(left - 12), Math.abs(top - 24), Math.abs(width - 36), Math.abs(height - 36))).toBeLessThan(
      5,
    );
  });
});

const GEOMETRY: Geometry = {
  input: { width: 100, height: 100 },
  content: { left: 0, top: 0, width: 100, height: 50 },
  photograph: { width: 200, height: 100 },
};
const MASK: MaskSettings = {
  size: [4, 4],
  space: 'image',
  upscale: 'bilinear',
  activation: 'logits',
  threshold: 0,
};

/** A decoder that notes what it is given and draws three masks: the left half, all, and nothing. */
function decoder(names: readonly string[], fed: Tensors[]): Session {
  const types: Readonly<Record<string, string>> = { input_labels: 'int64' };
  const inputs: readonly TensorInfo[] = names.map((name) => ({ name, type: types[name] ?? 'float32', shape: [] }));
  const masks = new Float32Array(48).map((_, i) => (i < 16 ? (i % 4 < 2 ? 1 : -1) : i < 32 ? 1 : -1));
  return {
    inputs,
    outputs: [],
    run: async (feeds) => {
      fed.push(feeds);
      return {
        pred_masks: tensor('float32', masks, [1, 1, 3, 4, 4]),
        iou_scores: tensor('float32', Float32Array.of(0.7, 0.9, 0.2), [1, 1, 3]),
      };
    },
    release: async () => undefined,
  };
}

describe('promptedMasks', () => {
  const embeddings = { image_embeddings: tensor('float32', new Float32Array(4), [1, 1, 2, 2]) };
  const points = [
    { x: 20, y: 40, positive: true },
    { x: 60, y: 80, positive: false },
  ];
  const draw = (names: readonly string[], fed: Tensors[], prompt: Parameters<typeof promptedMasks>[3][number]) =>
    promptedMasks(decoder(names, fed), 'd.onnx', embeddings, [prompt], GEOMETRY, MASK, 'longest-pad');

  it('brings points into the encoder’s picture and takes the mask with the best score', async () => {
    const fed: Tensors[] = [];
    const [drawn] = await draw(['input_points', 'input_labels', 'image_embeddings'], fed, { points });
    expect([...(fed[0]!['input_points']!.data as Float32Array)]).toEqual([10, 20, 30, 40]);
    expect(fed[0]!['input_points']!.dims).toEqual([1, 1, 2, 2]);
    expect([...(fed[0]!['input_labels']!.data as BigInt64Array)]).toEqual([1n, 0n]);
    expect(drawn!.score).toBeCloseTo(0.9);
    expect(boundingBox(drawn!.mask)).toEqual([0, 0, 200, 100]);
  });

  it('gives empty tensors for the kind of prompt that is not there', async () => {
    const fed: Tensors[] = [];
    const names = ['input_points', 'input_labels', 'input_boxes'];
    await draw(names, fed, { points });
    await draw(names, fed, { points: [], box: [20, 40, 60, 20] });
    expect(fed[0]!['input_boxes']!.dims).toEqual([1, 0, 4]);
    expect(fed[1]!['input_points']!.dims).toEqual([1, 1, 0, 2]);
    expect(fed[1]!['input_labels']!.dims).toEqual([1, 1, 0]);
    expect([...(fed[1]!['input_boxes']!.data as Float32Array)]).toEqual([10, 20, 40, 30]);
  });

  it('takes the mask that fills the box best where the graph knows no boxes', async () => {
    const [drawn] = await draw(['input_points', 'input_labels'], [], { points: [], box: [0, 0, 100, 100] });
    expect(drawn!.score).toBeCloseTo(0.7);
    expect(boundingBox(drawn!.mask)[2]).toBeLessThan(150);
  });

  it('says which tensor no encoder gives', async () => {
    const drawing = draw(['input_points', 'input_labels', 'image_embeddings.0'], [], { points });
    await expect(drawing).rejects.toThrow(/"image_embeddings\.0"/);
  });
});
