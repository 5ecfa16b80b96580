import type { Raster } from '../../../core/images/raster.ts';
import { area, boundingBox } from '../../../core/masks/runLengthMask.ts';
import type { Instance, Scene } from '../scene.ts';
import { type Detection, decodeBoxes, type LevelOutput } from './boxes.ts';
import type { DetectorGraphs } from './graphs.ts';
import { pasteMask } from './paste.ts';
import { detectorInput, maskHeadImage } from './preprocess.ts';

export interface FindOptions {
  readonly scoreThreshold?: number;
  /** Only these classes are looked for, with the threshold for what was asked for. */
  readonly asked?: ReadonlySet<number>;
  /** Called before each piece of work: reports, lets messages in, throws where the draft was cancelled. */
  readonly checkpoint: (stage: 'detect' | 'masks', share: number) => Promise<void>;
}

/** Finds things and their masks: one run of the detector, then the mask head in batches. */
export async function findInstances(
  image: Raster,
  model: DetectorGraphs,
  { scoreThreshold, asked, checkpoint }: FindOptions,
): Promise<{ readonly scene: Scene; readonly encodeMs: number; readonly masksMs: number }> {
  const { detector: settings, classes } = model.manifest;
  const threshold = scoreThreshold ?? (asked === undefined ? settings.scoreThreshold : settings.askedThreshold);
  await checkpoint('detect', 0);
  const started = performance.now();
  const outputs = await model.detect(detectorInput(image, settings));
  const levels = settings.levels.map(({ stride, scores, distances }) => ({
    stride,
    scores: outputs[scores]!,
    distances: outputs[distances]!,
  }));
  const detections = decodeBoxes(levels, settings, classes.length, threshold, asked);
  const detected = performance.now();
  const instances = await maskInstances(image, model, outputs, detections, checkpoint);
  const scene = {
    image,
    instances,
    bestScores: bestScores(levels, classes.length),
    threshold,
    sureFrom: scoreThreshold ?? settings.scoreThreshold,
    absentBelow: Math.min(settings.absentBelow, threshold),
  };
  return { scene, encodeMs: detected - started, masksMs: performance.now() - detected };
}

async function maskInstances(
  image: Raster,
  model: DetectorGraphs,
  features: Readonly<Record<string, Float32Array>>,
  detections: readonly Detection[],
  checkpoint: FindOptions['checkpoint'],
): Promise<readonly Instance[]> {
  const { maskHead } = model.manifest;
  const [headHeight, headWidth] = maskHead.imageSize;
  const large = detections.filter(({ box: [left, top, right, bottom] }) => {
    return (right - left) * headWidth >= maskHead.minBoxSide && (bottom - top) * headHeight >= maskHead.minBoxSide;
  });
  if (large.length === 0) return [];
  const picture = maskHeadImage(image, maskHead);
  const instances: Instance[] = [];
  for (let from = 0; from < large.length; from += maskHead.batch) {
    await checkpoint('masks', from / large.length);
    const batch = large.slice(from, from + maskHead.batch);
    const boxes = Float32Array.from(
      batch.flatMap(({ box: [left, top, right, bottom] }) => [
        left * headWidth,
        top * headHeight,
        (right - left) * headWidth,
        (bottom - top) * headHeight,
      ]),
    );
    const probabilities = await model.masks(features, picture, boxes);
    for (const [i, detection] of batch.entries()) {
      const instance = instanceOf(detection, probabilities, i, image, maskHead);
      if (instance.area > 0) instances.push(instance);
    }
  }
  return instances;
}

function instanceOf(
  { classIndex, score, box: [left, top, right, bottom] }: Detection,
  probabilities: Float32Array,
  index: number,
  { width, height }: Raster,
  { outputSize: [rows, columns], margin, threshold }: DetectorGraphs['manifest']['maskHead'],
): Instance {
  const boxWidth = (right - left) * width;
  const boxHeight = (bottom - top) * height;
  const patch = {
    probabilities: probabilities.subarray(index * rows * columns, (index + 1) * rows * columns),
    rows,
    columns,
    region: [
      left * width - margin * boxWidth,
      top * height - margin * boxHeight,
      boxWidth * (1 + 2 * margin),
      boxHeight * (1 + 2 * margin),
    ] as const,
  };
  const mask = pasteMask(patch, height, width, threshold);
  return { classIndex, score, mask, area: area(mask), box: boundingBox(mask) };
}

function bestScores(levels: readonly LevelOutput[], classCount: number): Float32Array {
  const best = new Float32Array(classCount);
  for (const { scores } of levels) {
    for (let i = 0; i < scores.length; i++) {
      const classIndex = i % classCount;
      if (scores[i]! > best[classIndex]!) best[classIndex] = scores[i]!;
    }
  }
  return best;
}
