import { boxIou } from '../../../core/masks/geometry.ts';
import { boundingBox, type RunLengthMask } from '../../../core/masks/runLengthMask.ts';
import { BundleError } from '../errors.ts';
import type { MaskSettings, Preprocess } from '../manifest.ts';
import type { MaskPrompt } from '../model.ts';
import { type Geometry, MaskProjector, toInput } from '../preprocess.ts';
import { asType, floatsOf, floatTensor } from '../sessions/floats.ts';
import { type Session, type TensorInfo, type Tensors, type TensorValue, tensor } from '../sessions/session.ts';

/** A mask and how good the model thinks it is. */
export interface PromptedMask {
  readonly mask: RunLengthMask;
  /** The model's own estimate of the overlap with the truth, as it gives it. */
  readonly score: number;
}

/**
 * Draws the mask of each prompt with a SAM-type decoder, `prompt_encoder_mask_decoder` as the ONNX community exports it: of the
 * masks that it offers for a prompt (a part, the thing, the thing with what belongs to it) the one it thinks best of.
 *
 * A box goes in as `input_boxes` where the graph has it. Graphs that take points alone, such as the published SlimSAM, are shown
 * the box's centre, and of their masks the one is taken that fills the box best.
 *
 * @param embeddings What the image encoder gave, by name (`image_embeddings`, or `image_embeddings.0` to `.2`).
 * @param geometry Where the photograph lies in the encoder's input.
 */
export async function promptedMasks(
  session: Session,
  file: string,
  embeddings: Tensors,
  prompts: readonly MaskPrompt[],
  geometry: Geometry,
  settings: MaskSettings,
  fit: Preprocess['fit'],
): Promise<readonly PromptedMask[]> {
  const projector = new MaskProjector(geometry, settings, fit);
  const shared = sharedFeeds(session, embeddings, file);
  const takesBoxes = session.inputs.some(({ name }) => name === 'input_boxes');
  const drawn: PromptedMask[] = [];
  for (const prompt of prompts) {
    const given = takesBoxes ? prompt : withoutBox(prompt);
    const feeds = { ...shared, ...promptFeeds(session.inputs, given, geometry) };
    const offers = readOffers(await session.run(feeds), settings, file);
    const chosen = offers.map(({ logits, score }) => ({ mask: projector.project(logits), score }));
    drawn.push(given === prompt ? best(chosen) : bestInBox(chosen, prompt.box!));
  }
  return drawn;
}

/** What does not change from prompt to prompt. */
function sharedFeeds(session: Session, embeddings: Tensors, file: string): Tensors {
  const feeds: Record<string, TensorValue> = {};
  for (const { name, type } of session.inputs) {
    if (PROMPTS.has(name)) continue;
    const value = Object.hasOwn(embeddings, name) ? embeddings[name] : undefined;
    if (value === undefined) {
      throw new BundleError(
        `${file} takes "${name}", which no encoder of the bundle gives. The files do not belong together: get encoder and decoder of one model.`,
        file,
      );
    }
    feeds[name] = asType(value, type, file, name);
  }
  return feeds;
}

const PROMPTS: ReadonlySet<string> = new Set(['input_points', 'input_labels', 'input_boxes']);

/** A box's centre stands for it. */
function withoutBox(prompt: MaskPrompt): MaskPrompt {
  if (prompt.box === undefined) return prompt;
  const [left, top, width, height] = prompt.box;
  return { points: [...prompt.points, { x: left + width / 2, y: top + height / 2, positive: true }] };
}

/** One prompt a run; a kind of prompt that is not given has no entries. */
function promptFeeds(
  inputs: readonly TensorInfo[],
  { points, box }: MaskPrompt,
  geometry: Geometry,
): Record<string, TensorValue> {
  const feeds: Record<string, TensorValue> = {};
  const places = points.flatMap(({ x, y }) => toInput(geometry, x, y));
  const labels = points.map(({ positive }) => (positive ? 1n : 0n));
  for (const { name, type } of inputs) {
    if (name === 'input_points') feeds[name] = floatTensor(type, Float32Array.from(places), [1, 1, points.length, 2]);
    else if (name === 'input_labels') feeds[name] = tensor('int64', BigInt64Array.from(labels), [1, 1, points.length]);
    else if (name === 'input_boxes') {
      const corners = box === undefined ? [] : cornersOf(box, geometry);
      feeds[name] = floatTensor(type, Float32Array.from(corners), [1, corners.length / 4, 4]);
    }
  }
  return feeds;
}

function cornersOf([left, top, width, height]: NonNullable<MaskPrompt['box']>, geometry: Geometry): readonly number[] {
  return [...toInput(geometry, left, top), ...toInput(geometry, left + width, top + height)];
}

interface Offer {
  /** `[rows, columns]`. */
  readonly logits: Float32Array;
  readonly score: number;
}

function readOffers(outputs: Tensors, { size: [rows, columns] }: MaskSettings, file: string): readonly Offer[] {
  const masks = floatsOf(outputs['pred_masks'], file, 'pred_masks');
  const scores = floatsOf(outputs['iou_scores'], file, 'iou_scores');
  const cells = rows * columns;
  if (scores.length === 0 || masks.length !== scores.length * cells) {
    throw new BundleError(
      `${file} gave masks of ${masks.length} cells and ${scores.length} scores, where each mask should have ${rows} × ${columns}. Correct "mask.size", or get the graph again.`,
      file,
    );
  }
  return Array.from(scores, (score, i) => ({ logits: masks.subarray(i * cells, (i + 1) * cells), score }));
}

function best(offers: readonly PromptedMask[]): PromptedMask {
  return offers.reduce((one, other) => (other.score > one.score ? other : one));
}

function bestInBox(offers: readonly PromptedMask[], box: NonNullable<MaskPrompt['box']>): PromptedMask {
  const fits = offers.map(({ mask, score }) => boxIou(boundingBox(mask), box) * Math.max(score, 1e-3));
  return offers[fits.indexOf(Math.max(...fits))] ?? offers[0]!;
}
