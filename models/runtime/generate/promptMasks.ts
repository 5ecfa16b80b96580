import { rasteriseBox } from '../../../core/masks/polygons.ts';
import { union } from '../../../core/masks/runLengthMask.ts';
import type { WantedMask } from '../dialects/dialect.ts';
import { BundleError } from '../errors.ts';
import type { MaskSettings } from '../manifest.ts';
import type { Checkpoint, MaskPrompt, SourceImage } from '../model.ts';
import { promptedMasks } from '../segmenter/promptedMasks.ts';
import type { State } from './driver.ts';
import type { Generator } from './generator.ts';
import { drawSegMasks, type MaskSpace, type ScoredMask } from './segMasks.ts';

export interface DrawingOptions {
  /** Awaited between runs with the share that is done. */
  readonly between: (share: number) => Promise<void>;
  /** Told what the person who reviews the draft should know. */
  readonly note: (text: string) => void;
}

type Box = readonly [left: number, top: number, right: number, bottom: number];

/** Draws the masks that an answer speaks of, in its order: from hidden states, or from boxes. */
export async function drawWanted(
  generator: Generator,
  wanted: readonly WantedMask[],
  states: readonly State[],
  image: SourceImage,
  options: DrawingOptions,
): Promise<readonly ScoredMask[]> {
  const later = generator.manifest.hiddenState === 'self' ? 1 : 0;
  const targets = wanted.flatMap(({ from }) =>
    from.kind === 'tokens' ? [from.steps.map((step) => states[step + later]!)] : [],
  );
  const boxes = wanted.flatMap(({ from }) => (from.kind === 'boxes' ? [from.boxes] : []));
  const fromStates = targets.length === 0 ? [] : await drawTargets(generator, targets, image, options);
  const fromBoxes = boxes.length === 0 ? [] : await drawBoxes(generator, boxes, image, options);
  let state = 0;
  let box = 0;
  return wanted.map(({ from }) => (from.kind === 'tokens' ? fromStates[state++]! : fromBoxes[box++]!));
}

/** Encodes a photograph for the masks of points and boxes. */
export async function encodeForMasks(generator: Generator, image: SourceImage, checkpoint: Checkpoint): Promise<void> {
  await checkpoint('encode');
  await maskSpace(generator, image);
}

/** The mask of what points and a box show. */
export async function maskOfPrompt(
  generator: Generator,
  prompt: MaskPrompt,
  image: SourceImage,
  checkpoint: Checkpoint,
): Promise<ScoredMask> {
  await checkpoint('encode');
  const space = await maskSpace(generator, image);
  await checkpoint('masks');
  const [drawn] = await promptMasks(generator, [prompt], space);
  return drawn!;
}

async function drawTargets(
  generator: Generator,
  targets: readonly (readonly State[])[],
  image: SourceImage,
  { between }: DrawingOptions,
): Promise<readonly ScoredMask[]> {
  const session = generator.sessions.get('mask_decoder');
  if (session === undefined) {
    throw new BundleError(
      `${generator.manifest.name} marks masks in its answer and has no graph "mask_decoder" to draw them. Export the bundle with it.`,
    );
  }
  await between(0);
  const space = await maskSpace(generator, image);
  const mask = maskSettings(generator);
  return drawSegMasks({ session, manifest: generator.manifest, mask }, targets, space, between);
}

/** Each entry's boxes are parts of one mask. Without a graph for boxes they are filled, which the reviewer is told. */
async function drawBoxes(
  generator: Generator,
  entries: readonly (readonly Box[])[],
  image: SourceImage,
  { between, note }: DrawingOptions,
): Promise<readonly ScoredMask[]> {
  if (generator.sessions.get('prompt_encoder_mask_decoder') === undefined) {
    const { width, height } = await generator.encodings.size(image);
    note(`${generator.manifest.name} gives boxes only: each mask is a filled box. Draw the outlines by hand.`);
    return entries.map((boxes) => ({ mask: filled(boxes, height, width), score: 1 }));
  }
  await between(0);
  const space = await maskSpace(generator, image);
  const drawn: ScoredMask[] = [];
  for (const [i, boxes] of entries.entries()) {
    await between(i / entries.length);
    const parts = await promptMasks(generator, boxes.map(promptOf), space);
    const score = Math.max(0, ...parts.map((part) => part.score));
    drawn.push({ mask: union(parts.map(({ mask }) => mask)), score });
  }
  return drawn;
}

function promptOf([left, top, right, bottom]: Box): MaskPrompt {
  return { points: [], box: [left, top, right - left, bottom - top] };
}

function filled(boxes: readonly Box[], height: number, width: number) {
  return union(
    boxes.map(([left, top, right, bottom]) => rasteriseBox([left, top, right - left, bottom - top], height, width)),
  );
}

function promptMasks(
  generator: Generator,
  prompts: readonly MaskPrompt[],
  { embeddings, geometry, fit }: MaskSpace,
): Promise<readonly ScoredMask[]> {
  const session = generator.sessions.get('prompt_encoder_mask_decoder')!;
  const { file } = generator.manifest.graphs.prompt_encoder_mask_decoder!;
  return promptedMasks(session, file, embeddings, prompts, geometry, maskSettings(generator), fit);
}

function maskSettings({ manifest }: Generator): MaskSettings {
  if (manifest.mask !== undefined) return manifest.mask;
  throw new BundleError(`bundle.json of ${manifest.name} does not say how masks are read. Add "mask" to it.`);
}

/** What encoders made of the photograph, and the way of a mask back to it. */
async function maskSpace(generator: Generator, image: SourceImage): Promise<MaskSpace> {
  const { manifest, encodings } = generator;
  const pixels = await encodings.pixels(image);
  const vision = pixels === undefined || needsVision(generator) ? await encodings.image(image) : undefined;
  const isOfPixels = maskSettings(generator).space === 'pixels';
  const source = isOfPixels ? pixels : await encodings.image(image);
  const geometry = source?.geometry;
  if (geometry === undefined) {
    throw new BundleError(
      `bundle.json of ${manifest.name} puts masks into the space of an encoder that it lacks or that cuts the photograph into tiles. Correct "mask.space".`,
    );
  }
  const { fit } = (isOfPixels ? manifest.pixels : manifest.image)!.preprocess;
  return { embeddings: { ...vision?.outputs, ...pixels?.outputs }, geometry, fit };
}

/** Whether a graph that draws masks takes something that only the vision encoder gives. */
function needsVision({ manifest, sessions }: Generator): boolean {
  const given = new Set(Object.keys(manifest.graphs.vision_encoder.outputs));
  return ['mask_decoder', 'prompt_encoder_mask_decoder'].some((key) =>
    sessions.get(key)?.inputs.some(({ name }) => given.has(name)),
  );
}
