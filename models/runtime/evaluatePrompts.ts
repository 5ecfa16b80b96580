/**
 * Scores a bundle's masks for points and boxes on photographs with COCO instance annotations: the second table of the model card
 * of coco80. Each thing is shown by a box, and by clicks as a person makes them: the first at the innermost point of its true mask,
 * each further one at the innermost point of the largest error, inside or outside.
 *
 *     npx esbuild models/runtime/evaluatePrompts.ts --bundle --platform=node --format=cjs --main-fields=module,main \
 *       --external:onnxruntime-node --outfile=out/evaluatePrompts.cjs
 *     node out/evaluatePrompts.cjs models/bundles/coco80 instances.json folder-of-photographs [clicks, 3 unless said]
 *
 * Photographs that the annotations list and the folder lacks are left out, crowds and things under `MIN_AREA` too.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { fromBitmap, toBitmap } from '../../core/masks/bitmap.ts';
import { innermostPoint } from '../../core/masks/innermost.ts';
import { readMask } from '../../core/masks/maskValue.ts';
import { area, boundingBox, iou, type RunLengthMask } from '../../core/masks/runLengthMask.ts';
import { loadBundle } from './bundle.ts';
import { readImage } from './imageFile.ts';
import { loadModel } from './loadModel.ts';
import type { MaskPoint, Model, SourceImage } from './model.ts';

/** Pixels; smaller things are drawn by hand in two strokes. */
const MIN_AREA = 200;

const cocoInstances = z.object({
  images: z.array(z.object({ id: z.number(), file_name: z.string(), width: z.number(), height: z.number() })),
  annotations: z.array(
    z.object({
      image_id: z.number(),
      iscrowd: z.number().optional(),
      segmentation: z.unknown(),
    }),
  ),
});

interface Photograph {
  readonly image: SourceImage;
  readonly truth: readonly RunLengthMask[];
}

/** What one kind of prompt gave over all things. */
interface Tally {
  overlap: number;
  right: number;
  milliseconds: number;
}

async function main([folder, annotations, photographs, clicks = '3']: readonly string[]): Promise<void> {
  if (folder === undefined || annotations === undefined || photographs === undefined) {
    throw new Error(
      'Give the bundle, the annotations (COCO instances), the folder of photographs, and clicks if you like.',
    );
  }
  const bundle = await loadBundle(folder);
  if (!bundle.ok) throw bundle.error;
  const model = await loadModel(bundle.value, 'cpu');
  const { segment } = model;
  if (segment === undefined) throw new Error('The bundle draws no masks for points and boxes.');
  const set = readPhotographs(annotations, photographs);
  const things = set.reduce((sum, { truth }) => sum + truth.length, 0);
  console.log(`${set.length} photographs, ${things} things`);
  const byBox = emptyTally();
  const byClicks = Array.from({ length: Number(clicks) }, emptyTally);
  for (const { image, truth } of set) {
    for (const real of truth) {
      await draw(segment, image, { points: [], box: boundingBox(real) }, real, byBox);
      await click(segment, image, real, byClicks);
    }
  }
  console.log(row('box', byBox, things));
  for (const [i, tally] of byClicks.entries()) console.log(row(`${i + 1} clicks`, tally, things));
  await model.release();
}

function readPhotographs(annotations: string, folder: string): readonly Photograph[] {
  const coco = cocoInstances.parse(JSON.parse(readFileSync(annotations, 'utf8')));
  return coco.images.flatMap(({ id, file_name, width, height }) => {
    const path = join(folder, file_name);
    if (!existsSync(path)) return [];
    const truth = coco.annotations.flatMap(({ image_id, iscrowd, segmentation }) => {
      if (image_id !== id || iscrowd === 1) return [];
      const size = [height, width];
      const mask = readMask(Array.isArray(segmentation) ? { size, polygons: segmentation } : segmentation);
      return mask.ok && area(mask.mask) >= MIN_AREA ? [mask.mask] : [];
    });
    return truth.length === 0 ? [] : [{ image: { path, key: path, raster: () => readImage(path) }, truth }];
  });
}

async function draw(
  segment: NonNullable<Model['segment']>,
  image: SourceImage,
  prompt: Parameters<typeof segment>[0],
  real: RunLengthMask,
  tally: Tally,
): Promise<RunLengthMask> {
  const started = performance.now();
  const { mask } = await segment(prompt, image, async () => undefined);
  tally.milliseconds += performance.now() - started;
  const overlap = iou(mask, real);
  tally.overlap += overlap;
  if (overlap > 0.5) tally.right++;
  return mask;
}

async function click(
  segment: NonNullable<Model['segment']>,
  image: SourceImage,
  real: RunLengthMask,
  tallies: readonly Tally[],
): Promise<void> {
  let drawn: RunLengthMask = { ...real, counts: Uint32Array.of(real.width * real.height) };
  const points: MaskPoint[] = [];
  for (const tally of tallies) {
    const next = largestError(drawn, real);
    if (next !== undefined) points.push(next);
    drawn = await draw(segment, image, { points }, real, tally);
  }
}

/** A click into what is missing, or out of what is too much, where it lies deepest. */
function largestError(drawn: RunLengthMask, real: RunLengthMask): MaskPoint | undefined {
  const missing = innermostPoint(without(real, drawn));
  const tooMuch = innermostPoint(without(drawn, real));
  const positive = (missing?.depth ?? 0) >= (tooMuch?.depth ?? 0);
  const place = positive ? missing : tooMuch;
  return place && { x: place.x, y: place.y, positive };
}

function without(mask: RunLengthMask, other: RunLengthMask): RunLengthMask {
  const bits = toBitmap(mask);
  const taken = toBitmap(other);
  for (let i = 0; i < bits.length; i++) if (taken[i] === 1) bits[i] = 0;
  return fromBitmap(bits, mask.height, mask.width);
}

function emptyTally(): Tally {
  return { overlap: 0, right: 0, milliseconds: 0 };
}

function row(name: string, { overlap, right, milliseconds }: Tally, things: number): string {
  return `${name}: mean IoU ${(overlap / things).toFixed(3)}, above 0.5 ${((100 * right) / things).toFixed(0)} %, ${(milliseconds / things).toFixed(0)} ms`;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
});
