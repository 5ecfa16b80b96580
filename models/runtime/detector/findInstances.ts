import type { Raster } from '../../../core/images/raster.ts';
import { area, boundingBox } from '../../../core/masks/runLengthMask.ts';
import type { Instance, Scene } from '../scene.ts';
import { decodeBoxes, type LevelOutput } from './boxes.ts';
import type { DetectorGraphs } from './graphs.ts';
import { pasteMask } from './paste.ts';
import { drawPatches, isLargeEnough } from './patches.ts';
import { look, type Sight } from './sight.ts';

export interface FindOptions {
  readonly scoreThreshold?: number;
  /** Only these classes are looked for, with the threshold for what was asked for. */
  readonly asked?: ReadonlySet<number>;
  /** Called before each piece of work: reports, lets messages in, throws where the draft was cancelled. */
  readonly checkpoint: (stage: 'detect' | 'masks', share: number) => Promise<void>;
  /** Gives what the model knows of the photograph where that may be known already; otherwise the detector is run. */
  readonly look?: () => Promise<Sight>;
}

/** Finds things and their masks: one run of the detector, then the mask head in batches. */
export async function findInstances(
  image: Raster,
  model: DetectorGraphs,
  { scoreThreshold, asked, checkpoint, look: lookAt = () => look(image, model) }: FindOptions,
): Promise<{ readonly scene: Scene; readonly encodeMs: number; readonly masksMs: number }> {
  const { detector: settings, classes } = model.manifest;
  const threshold = scoreThreshold ?? (asked === undefined ? settings.scoreThreshold : settings.askedThreshold);
  await checkpoint('detect', 0);
  const started = performance.now();
  const sight = await lookAt();
  const detections = decodeBoxes(sight.levels, settings, classes.length, threshold, asked);
  const detected = performance.now();
  const large = detections.filter(({ box }) => isLargeEnough(box, model.manifest.maskHead));
  const boxes = large.map(({ box }) => box);
  const patches = await drawPatches(sight, model, boxes, (share) => checkpoint('masks', share));
  const instances = patches.flatMap((patch, i): Instance[] => {
    const { classIndex, score } = large[i]!;
    const mask = pasteMask(patch, image.height, image.width, model.manifest.maskHead.threshold);
    const size = area(mask);
    return size === 0 ? [] : [{ classIndex, score, mask, area: size, box: boundingBox(mask) }];
  });
  const scene = {
    image,
    instances,
    bestScores: bestScores(sight.levels, classes.length),
    threshold,
    sureFrom: scoreThreshold ?? settings.scoreThreshold,
    absentBelow: Math.min(settings.absentBelow, threshold),
  };
  return { scene, encodeMs: detected - started, masksMs: performance.now() - detected };
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
