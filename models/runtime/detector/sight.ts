import type { Raster } from '../../../core/images/raster.ts';
import type { LevelOutput } from './boxes.ts';
import type { DetectorGraphs } from './graphs.ts';
import { detectorInput, maskHeadImage } from './preprocess.ts';

/** All that a detector bundle knows of a photograph: boxes and masks follow from it without the photograph. */
export interface Sight {
  /** Of the photograph, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly levels: readonly LevelOutput[];
  /** What the mask head takes from the detector, by name. */
  readonly features: Readonly<Record<string, Float32Array>>;
  /** The photograph at the mask head's size, `[height, width, 3]`, RGB, 0 to 255. */
  readonly picture: Float32Array;
}

/** One run of the detector, and the picture for the mask head. */
export async function look(image: Raster, model: DetectorGraphs): Promise<Sight> {
  const { detector: settings, maskHead } = model.manifest;
  const outputs = await model.detect(detectorInput(image, settings));
  return {
    width: image.width,
    height: image.height,
    levels: levelsOf(outputs, settings),
    features: Object.fromEntries(maskHead.features.map((name) => [name, outputs[name]!])),
    picture: maskHeadImage(image, maskHead),
  };
}

/** What the detector says at each of its strides. */
export function levelsOf(
  outputs: Readonly<Record<string, Float32Array>>,
  { levels }: DetectorGraphs['manifest']['detector'],
): readonly LevelOutput[] {
  return levels.map(({ stride, scores, distances }) => ({
    stride,
    scores: outputs[scores]!,
    distances: outputs[distances]!,
  }));
}

export function bytesOfSight({ levels, features, picture }: Sight): number {
  const arrays = [
    ...levels.flatMap(({ scores, distances }) => [scores, distances]),
    ...Object.values(features),
    picture,
  ];
  return arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
}
