import type { Raster } from '../../../core/images/raster.ts';
import { area, boundingBox } from '../../../core/masks/runLengthMask.ts';
import type { Instance, Scene } from '../scene.ts';
import { type Look, lookAtEnds } from './ends.ts';
import type { DetectorGraphs } from './graphs.ts';
import { mergeLooks } from './merge.ts';
import { pasteMask } from './paste.ts';
import { drawPatches, isLargeEnough } from './patches.ts';
import { alongEdges } from './prompts/alongEdges.ts';
import { coloursOf } from './prompts/cells.ts';
import { look, type Sight } from './sight.ts';
import { tidied } from './tidy.ts';

export interface FindOptions {
  readonly scoreThreshold?: number;
  /** Only these classes are looked for, with the threshold for what was asked for. */
  readonly asked?: ReadonlySet<number>;
  /** Called before each piece of work: reports, lets messages in, throws where the draft was cancelled. */
  readonly checkpoint: (stage: 'detect' | 'masks', share: number) => Promise<void>;
  /** Gives what the model knows of the photograph where that may be known already; otherwise the detector is run. */
  readonly look?: () => Promise<Sight>;
  /** The same of the looks at the photograph's ends. */
  readonly lookAtEnds?: (between: (share: number) => Promise<void>) => Promise<readonly Look[]>;
}

/** The first look takes this share of the time that three take. */
const FIRST_LOOK = 1 / 3;

/** Finds things and their masks: as many runs of the detector as the manifest asks for, then the mask head in batches. */
export async function findInstances(
  image: Raster,
  model: DetectorGraphs,
  {
    scoreThreshold,
    asked,
    checkpoint,
    look: lookAt = () => look(image, model),
    lookAtEnds: lookFurther = (between) => lookAtEnds(image, model, between),
  }: FindOptions,
): Promise<{ readonly scene: Scene; readonly encodeMs: number; readonly masksMs: number }> {
  const { detector: settings, maskHead, classes } = model.manifest;
  const threshold = scoreThreshold ?? (asked === undefined ? settings.scoreThreshold : settings.askedThreshold);
  await checkpoint('detect', 0);
  const started = performance.now();
  const sight = await lookAt();
  const ends = await lookFurther((share) => checkpoint('detect', FIRST_LOOK + (1 - FIRST_LOOK) * share));
  const looks: readonly Look[] = [{ region: [0, 0, 1, 1], mirrored: false, levels: sight.levels }, ...ends];
  const detections = mergeLooks(looks, settings, classes.length, threshold, asked);
  const detected = performance.now();
  const large = detections.filter(({ box }) => isLargeEnough(box, maskHead));
  const boxes = large.map(({ box }) => box);
  const patches = await drawPatches(sight, model, boxes, (share) => checkpoint('masks', share));
  const instances = patches.flatMap((patch, i): Instance[] => {
    const { classIndex, score } = large[i]!;
    const drawn = maskHead.alongEdges ? alongEdges(patch, coloursOf(patch, sight, maskHead.imageSize)) : patch;
    const pasted = pasteMask(drawn, image.height, image.width, maskHead.threshold);
    const mask = maskHead.alongEdges ? tidied(pasted) : pasted;
    const size = area(mask);
    return size === 0 ? [] : [{ classIndex, score, mask, area: size, box: boundingBox(mask) }];
  });
  const scene = {
    image,
    instances,
    bestScores: bestScores(looks, classes.length),
    threshold,
    sureFrom: scoreThreshold ?? settings.scoreThreshold,
    absentBelow: Math.min(settings.absentBelow, threshold),
  };
  return { scene, encodeMs: detected - started, masksMs: performance.now() - detected };
}

/** For each class the mean of what the looks score it at best: as for finds, one look alone neither claims nor denies. */
function bestScores(looks: readonly Look[], classCount: number): Float32Array {
  const mean = new Float32Array(classCount);
  for (const { levels } of looks) {
    const best = new Float32Array(classCount);
    for (const { scores } of levels) {
      for (let i = 0; i < scores.length; i++) {
        const classIndex = i % classCount;
        if (scores[i]! > best[classIndex]!) best[classIndex] = scores[i]!;
      }
    }
    for (let i = 0; i < classCount; i++) mean[i]! += best[i]! / looks.length;
  }
  return mean;
}
