import * as z from 'zod';
import { positiveTriple, sizeOfImage, triple } from './common.ts';

/** How a photograph becomes a tensor, and a mask of the model a mask of the photograph. */

const tiles = z.strictObject({
  /** Fewest and most tiles, the thumbnail not counted. */
  min: z.number().int().min(1).max(64),
  max: z.number().int().min(1).max(64),
  /** Whether the whole photograph follows as one more tile where it was cut into several. */
  thumbnail: z.boolean(),
});

const greyLevel = z.number().int().min(0).max(255);

export const preprocess = z
  .strictObject({
    /** `[height, width]` of the tensor; of one tile where `fit` is `tiles`. */
    size: sizeOfImage,
    /**
     * `stretch`: both sides, whatever the proportions. `shortest-crop`: the shorter side, then the middle is cut out.
     * `longest-pad`: the longer side, then zeros to the right and below. `centre-pad`: into the middle of a square of
     * `padColour` as large as its longer side, then that square. `tiles`: a grid of tiles that suits the proportions.
     */
    fit: z.enum(['stretch', 'shortest-crop', 'longest-pad', 'centre-pad', 'tiles']),
    filter: z.enum(['bilinear', 'bicubic', 'lanczos']),
    /** Whether the filter widens when the photograph shrinks, as PIL's does. */
    antialias: z.boolean(),
    /** Range of the pixels before mean and deviation: 0 to 1, or 0 to 255. */
    scale: z.enum(['unit', 'byte']),
    mean: triple,
    deviation: positiveTriple,
    channels: z.enum(['rgb', 'bgr']),
    /** Whether the zeros of `longest-pad` come before mean and deviation (black pixels) or after (zeros in the tensor). */
    pad: z.enum(['before', 'after']),
    /** Red, green and blue of what `centre-pad` puts around the photograph. */
    padColour: z.tuple([greyLevel, greyLevel, greyLevel]).optional(),
    tiles: tiles.optional(),
  })
  .meta({ id: 'preprocess' });

export const maskSettings = z
  .strictObject({
    /** `[height, width]` of `pred_masks`. */
    size: sizeOfImage,
    /** Whose preprocessing the masks live in: `pixels` that of the pixel encoder, `image` that of the vision encoder. */
    space: z.enum(['pixels', 'image']),
    upscale: z.literal('bilinear'),
    activation: z.enum(['logits', 'probabilities']),
    /** A pixel belongs to the mask above this value: 0 for logits, 0.5 for probabilities as a rule. */
    threshold: z.number().min(-1000).max(1000),
  })
  .meta({ id: 'mask' });

/** Sequence lengths and how many tokens a run of the loop makes. */
export const generationSettings = z
  .strictObject({
    /** Most tokens of an answer. */
    maxNewTokens: z.number().int().min(1).max(65_536),
    /** Context length: prompt, image and answer together. */
    maxLength: z
      .number()
      .int()
      .min(2)
      .max(2 ** 20),
    /** Tokens that `generate_loop` makes a run. The more, the less a run costs and the later a cancel is heard. */
    loopTokens: z.number().int().min(1).max(1024).default(16),
  })
  .meta({ id: 'generation' });

export const cacheSettings = z
  .strictObject({
    layers: z.number().int().min(1).max(200),
    kvHeads: z.number().int().min(1).max(512),
    headDim: z.number().int().min(1).max(1024),
    type: z.enum(['float32', 'float16']),
  })
  .meta({ id: 'cache' });

export type Preprocess = z.infer<typeof preprocess>;
export type TileSettings = z.infer<typeof tiles>;
export type MaskSettings = z.infer<typeof maskSettings>;
export type GenerationSettings = z.infer<typeof generationSettings>;
export type CacheSettings = z.infer<typeof cacheSettings>;
