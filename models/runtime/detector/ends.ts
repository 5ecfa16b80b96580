import type { Raster } from '../../../core/images/raster.ts';
import { crop, resize } from '../../../core/images/resize.ts';
import type { Detection, LevelOutput } from './boxes.ts';
import type { DetectorGraphs } from './graphs.ts';
import { detectorInput, mirror } from './preprocess.ts';
import { levelsOf } from './sight.ts';

/** One run of the detector on a photograph, or on a part of it. */
export interface Look {
  /** What it saw: left, top, right, bottom as shares of the photograph. */
  readonly region: Detection['box'];
  /** It saw this turned left to right. */
  readonly mirrored: boolean;
  readonly levels: readonly LevelOutput[];
}

/** A part has at most so many pixels a side for each of the detector's: large photographs are shrunk once, not for each part. */
const DETAIL = 2;

/**
 * Looks at both ends of the photograph's longer side, where the manifest asks for it: small things are larger there, and what two looks
 * find is surer than what one does. None otherwise.
 *
 * @param between Awaited before each look with the share that is done.
 */
export async function lookAtEnds(
  image: Raster,
  model: DetectorGraphs,
  between: (share: number) => Promise<void>,
): Promise<readonly Look[]> {
  const { detector: settings } = model.manifest;
  if (settings.ends === undefined) return [];
  const { share, mirrored } = settings.ends;
  const picture = shrunk(image, (DETAIL * Math.max(...settings.size)) / share);
  const looks: Look[] = [];
  for (const region of endsOf(picture, share)) {
    await between(looks.length / 2);
    const input = detectorInput(partOf(picture, region), settings);
    if (mirrored) mirror(input, settings.size[1]);
    looks.push({ region, mirrored, levels: levelsOf(await model.detect(input), settings) });
  }
  return looks;
}

export function bytesOfLooks(looks: readonly Look[]): number {
  const arrays = looks.flatMap(({ levels }) => levels.flatMap(({ scores, distances }) => [scores, distances]));
  return arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/** The picture with a longer side of `most` pixels, or as it is where that is shorter. */
function shrunk(image: Raster, most: number): Raster {
  const scale = most / Math.max(image.width, image.height);
  if (scale >= 1) return image;
  return resize(image, Math.max(1, Math.round(scale * image.width)), Math.max(1, Math.round(scale * image.height)));
}

/** Both parts, in whole pixels. */
function endsOf({ width, height }: Pick<Raster, 'width' | 'height'>, share: number): readonly Detection['box'][] {
  const longer = Math.max(width, height);
  const end = Math.ceil(share * longer) / longer;
  return width >= height
    ? [
        [0, 0, end, 1],
        [1 - end, 0, 1, 1],
      ]
    : [
        [0, 0, 1, end],
        [0, 1 - end, 1, 1],
      ];
}

function partOf(image: Raster, [left, top, right, bottom]: Detection['box']): Raster {
  const [x, y] = [Math.round(left * image.width), Math.round(top * image.height)];
  return crop(image, [x, y, Math.round(right * image.width) - x, Math.round(bottom * image.height) - y]);
}
