import type { RunLengthMask } from '../../../core/masks/runLengthMask.ts';
import { BundleError } from '../errors.ts';
import type { GeneratorManifest, MaskSettings, Preprocess } from '../manifest.ts';
import { type Geometry, MaskProjector } from '../preprocess.ts';
import { asType, floatsOf, floatTensor } from '../sessions/floats.ts';
import { floatsOfHalves } from '../sessions/halves.ts';
import type { Session, Tensors, TensorValue } from '../sessions/session.ts';
import type { State } from './driver.ts';

/** A mask of the photograph and how good the model thinks it is. */
export interface ScoredMask {
  readonly mask: RunLengthMask;
  /** The model's own estimate of the overlap with the truth; 1 where it makes none. */
  readonly score: number;
}

export interface SegDecoder {
  /** `mask_decoder`. */
  readonly session: Session;
  readonly manifest: Pick<GeneratorManifest, 'graphs'>;
  readonly mask: MaskSettings;
}

/** Where the masks of one photograph come from and go to. */
export interface MaskSpace {
  /** Everything that encoders gave, by name. */
  readonly embeddings: Tensors;
  readonly geometry: Geometry;
  readonly fit: Preprocess['fit'];
}

/** Masks in one run of the decoder; more would need more memory than some devices have. */
const BATCH = 16;

/**
 * Draws masks from hidden states: for each target one state, or one for each token of its group. `between` is awaited before
 * each run with the share that is done.
 */
export async function drawSegMasks(
  decoder: SegDecoder,
  targets: readonly (readonly State[])[],
  { embeddings, geometry, fit }: MaskSpace,
  between: (share: number) => Promise<void>,
): Promise<readonly ScoredMask[]> {
  const projector = new MaskProjector(geometry, decoder.mask, fit);
  const drawn: ScoredMask[] = [];
  for (let from = 0; from < targets.length; from += BATCH) {
    await between(from / targets.length);
    const batch = targets.slice(from, from + BATCH);
    const outputs = await decoder.session.run(feedsOf(decoder, batch, embeddings));
    drawn.push(...readMasks(decoder, outputs, batch.length, projector));
  }
  return drawn;
}

function feedsOf(
  { session, manifest }: SegDecoder,
  batch: readonly (readonly State[])[],
  embeddings: Tensors,
): Tensors {
  const file = manifest.graphs.mask_decoder!.file;
  const feeds: Record<string, TensorValue> = {};
  for (const { name, type, shape } of session.inputs) {
    if (name === 'seg_hidden_states') {
      feeds[name] = statesTensor(type, batch, shape.length === 3);
      continue;
    }
    const value = Object.hasOwn(embeddings, name) ? embeddings[name] : undefined;
    if (value === undefined) {
      throw new BundleError(
        `${file} takes "${name}", which no encoder of the bundle gives. Rename the tensor, or export the encoder with it.`,
        file,
      );
    }
    feeds[name] = asType(value, type, file, name);
  }
  return feeds;
}

/** `[n, H]`, or `[n, k, H]` where a target has a group of tokens. */
function statesTensor(type: string, batch: readonly (readonly State[])[], grouped: boolean): TensorValue {
  const width = batch[0]![0]!.length;
  const group = batch[0]!.length;
  const data = new Float32Array(batch.length * group * width);
  let at = 0;
  for (const states of batch) {
    for (const state of states) {
      data.set(state instanceof Float32Array ? state : floatsOfHalves(state), at);
      at += width;
    }
  }
  return floatTensor(type, data, grouped ? [batch.length, group, width] : [batch.length, width]);
}

function readMasks(
  { manifest, mask }: SegDecoder,
  outputs: Tensors,
  count: number,
  projector: MaskProjector,
): readonly ScoredMask[] {
  const file = manifest.graphs.mask_decoder!.file;
  const masks = floatsOf(outputs['pred_masks'], file, 'pred_masks');
  const cells = mask.size[0] * mask.size[1];
  if (masks.length !== count * cells) {
    throw new BundleError(
      `${file} gave masks of ${masks.length} cells where ${count} of ${mask.size.join(' × ')} were asked for. Correct "mask.size", or export the graph again.`,
      file,
    );
  }
  const scores = outputs['iou_scores'] === undefined ? undefined : floatsOf(outputs['iou_scores'], file, 'iou_scores');
  return Array.from({ length: count }, (_, i) => ({
    mask: projector.project(masks.subarray(i * cells, (i + 1) * cells)),
    score: scores?.[i] ?? 1,
  }));
}
