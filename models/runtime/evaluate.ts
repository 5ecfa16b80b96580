/**
 * Scores a detector bundle on photographs with COCO instance annotations: the table of its model card.
 *
 *     npx esbuild models/runtime/evaluate.ts --bundle --platform=node --format=cjs --main-fields=module,main \
 *       --external:onnxruntime-node --outfile=out/evaluate.cjs
 *     node out/evaluate.cjs models/bundles/coco80 instances.json folder-of-photographs [score threshold …]
 *
 * Photographs that the annotations list and the folder lacks are left out. A phrase is one class with the union of its masks.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { readMask } from '../../core/masks/maskValue.ts';
import { area, iou, type RunLengthMask, union } from '../../core/masks/runLengthMask.ts';
import { isFor, loadBundle } from './bundle.ts';
import { findInstances } from './detector/findInstances.ts';
import { type DetectorGraphs, openDetector } from './detector/graphs.ts';
import { readImage } from './imageFile.ts';

const cocoInstances = z.object({
  images: z.array(z.object({ id: z.number(), file_name: z.string(), width: z.number(), height: z.number() })),
  annotations: z.array(z.object({ image_id: z.number(), category_id: z.number(), segmentation: z.unknown() })),
  categories: z.array(z.object({ id: z.number(), name: z.string() })),
});

interface Photograph {
  readonly path: string;
  /** The human masks of each class, by its name. */
  readonly truth: ReadonlyMap<string, RunLengthMask>;
}

interface Tally {
  phrases: number;
  named: number;
  overlap: number;
  right: number;
  empty: number;
  large: number;
  largeFound: number;
}

async function main([folder, annotations, photographs, ...rest]: readonly string[]): Promise<void> {
  if (folder === undefined || annotations === undefined || photographs === undefined) {
    throw new Error(
      'Give the bundle, the annotations (COCO instances), the folder of photographs, and thresholds if you like.',
    );
  }
  const bundle = await loadBundle(folder);
  if (!bundle.ok) throw bundle.error;
  if (!isFor(bundle.value, 'detector')) throw new Error('The bundle holds no detector.');
  const thresholds = rest.length > 0 ? rest.map(Number) : [bundle.value.manifest.detector.scoreThreshold];
  const model = await openDetector(bundle.value, 'cpu');
  const set = readPhotographs(annotations, photographs);
  console.log(`${set.length} photographs`);
  for (const threshold of thresholds) console.log(row(threshold, await tally(set, model, threshold), set.length));
  await model.release();
}

function readPhotographs(annotations: string, folder: string): readonly Photograph[] {
  const coco = cocoInstances.parse(JSON.parse(readFileSync(annotations, 'utf8')));
  const names = new Map(coco.categories.map(({ id, name }) => [id, name]));
  return coco.images.flatMap(({ id, file_name, width, height }) => {
    const path = join(folder, file_name);
    if (!existsSync(path)) return [];
    const masks = new Map<string, RunLengthMask[]>();
    for (const { image_id, category_id, segmentation } of coco.annotations) {
      const name = names.get(category_id);
      if (image_id !== id || name === undefined) continue;
      const size = [height, width];
      const mask = readMask(Array.isArray(segmentation) ? { size, polygons: segmentation } : segmentation);
      if (mask.ok) masks.set(name, [...(masks.get(name) ?? []), mask.mask]);
    }
    return [{ path, truth: new Map([...masks].map(([name, parts]) => [name, union(parts)])) }];
  });
}

async function tally(set: readonly Photograph[], model: DetectorGraphs, scoreThreshold: number): Promise<Tally> {
  const sum: Tally = { phrases: 0, named: 0, overlap: 0, right: 0, empty: 0, large: 0, largeFound: 0 };
  for (const { path, truth } of set) {
    const image = await readImage(path);
    const { scene } = await findInstances(image, model, { scoreThreshold, checkpoint: async () => undefined });
    const found = new Map<string, RunLengthMask[]>();
    for (const { classIndex, mask } of scene.instances) {
      const { name } = model.manifest.classes[classIndex]!;
      found.set(name, [...(found.get(name) ?? []), mask]);
    }
    if (found.size === 0) sum.empty++;
    for (const [name, masks] of found) {
      sum.phrases++;
      const real = truth.get(name);
      if (real === undefined) continue;
      const overlap = iou(union(masks), real);
      sum.named++;
      sum.overlap += overlap;
      if (overlap > 0.5) sum.right++;
    }
    for (const [name, mask] of truth) {
      if (area(mask) <= 0.01 * image.width * image.height) continue;
      sum.large++;
      if (found.has(name)) sum.largeFound++;
    }
  }
  return sum;
}

function row(threshold: number, sum: Tally, photographs: number): string {
  const share = (part: number, whole: number) => (whole === 0 ? '-' : `${((100 * part) / whole).toFixed(0)} %`);
  return [
    `threshold ${threshold.toFixed(2)}`,
    `phrases a photograph ${(sum.phrases / photographs).toFixed(1)}`,
    `named right ${share(sum.named, sum.phrases)}`,
    `IoU of those ${(sum.overlap / Math.max(1, sum.named)).toFixed(2)}`,
    `right ${share(sum.right, sum.phrases)}`,
    `recall ${share(sum.largeFound, sum.large)}`,
    `empty drafts ${share(sum.empty, photographs)}`,
  ].join('; ');
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
});
