import { rasteriseBox } from '../../../core/masks/polygons.ts';
import { union } from '../../../core/masks/runLengthMask.ts';
import type { ScoredMask } from '../generate/segMasks.ts';
import type { SourceImage } from '../model.ts';
import { promptedMasks } from '../segmenter/promptedMasks.ts';
import type { Florence } from './florence.ts';
import type { PixelBox } from './locations.ts';

/** Said of masks that no SAM-type model drew. */
export const FILLED_BOXES =
  'The bundle has no model that draws outlines: each mask is a filled box. Draw the outlines by hand, or add a SAM-type model to the bundle.';

/** One mask for each list of boxes, the union of its boxes' masks; `between` is awaited before each with the share that is done. */
export async function drawBoxes(
  { manifest, sessions, pixels }: Florence,
  entries: readonly (readonly PixelBox[])[],
  image: SourceImage,
  between: (share: number) => Promise<void>,
): Promise<readonly ScoredMask[]> {
  const decoder = sessions.get('prompt_encoder_mask_decoder');
  const { mask, graphs } = manifest;
  if (decoder === undefined || pixels === undefined || mask === undefined) {
    const { width, height } = await image.raster();
    return entries.map((boxes) => ({
      mask: union(boxes.map((box) => rasteriseBox(sidesOf(box), height, width))),
      score: 1,
    }));
  }
  if (entries.length === 0) return [];
  const { outputs, geometry } = await pixels.encode(image);
  const { fit } = manifest.pixels!.preprocess;
  const { file } = graphs.prompt_encoder_mask_decoder!;
  const drawn: ScoredMask[] = [];
  for (const [i, boxes] of entries.entries()) {
    await between(i / entries.length);
    const prompts = boxes.map((box) => ({ points: [], box: sidesOf(box) }));
    const parts = await promptedMasks(decoder, file, outputs, prompts, geometry, mask, fit);
    drawn.push({ mask: union(parts.map((part) => part.mask)), score: Math.max(0, ...parts.map(({ score }) => score)) });
  }
  return drawn;
}

function sidesOf([left, top, right, bottom]: PixelBox): readonly [number, number, number, number] {
  return [left, top, right - left, bottom - top];
}
