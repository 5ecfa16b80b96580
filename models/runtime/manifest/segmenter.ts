import * as z from 'zod';
import { graph, head, memory, type Problem } from './common.ts';
import { checkMask, checkPreprocess } from './imageChecks.ts';
import { maskSettings, preprocess } from './images.ts';
import { checkImageEncoder, checkPromptDecoder } from './samChecks.ts';

/** A manifest of the driver `segmenter`: points or boxes in, a mask out (SAM and its kin). */
export const segmenterBundle = z.strictObject({
  ...head,
  driver: z.literal('segmenter'),
  graphs: z.strictObject({ vision_encoder: graph, prompt_encoder_mask_decoder: graph }),
  image: z.strictObject({ preprocess }),
  mask: maskSettings,
  memory: memory.optional(),
});

export type SegmenterManifest = z.infer<typeof segmenterBundle>;

/** Says where a segmenter's manifest contradicts itself. */
export function checkSegmenter({ graphs, image, mask }: SegmenterManifest, problem: Problem): void {
  checkPreprocess(image.preprocess, ['image', 'preprocess'], problem);
  checkMask(mask, { image: image.preprocess, pixels: undefined }, problem);
  checkImageEncoder('vision_encoder', graphs.vision_encoder, image.preprocess, problem);
  checkPromptDecoder(graphs.prompt_encoder_mask_decoder, [graphs.vision_encoder], mask, problem);
}
