import * as z from 'zod';
import { graph, head, memory, PRECISIONS, text, tokenId, tokenizer } from './common.ts';
import { cacheSettings, generationSettings, maskSettings, preprocess } from './images.ts';

/** The sentences that the model was trained to take as tasks. */
const tasks = z.strictObject({
  caption: text.optional(),
  /** Boxes of the phrases of a caption, with `{caption}`. */
  ground: text.optional(),
  /** Outlines of what a phrase means, with `{phrase}`. */
  segment: text.optional(),
  /** Boxes of things by their classes. */
  detect: text.optional(),
  /** Boxes of regions with a short description each. */
  regions: text.optional(),
});

/** A manifest of the driver `florence`: Florence-2's four graphs, and a SAM-type model that turns its boxes into masks. */
export const florenceBundle = z.strictObject({
  ...head,
  driver: z.literal('florence'),
  family: z.string().min(1).max(60).optional(),
  precision: z.enum(PRECISIONS).optional(),
  graphs: z.strictObject({
    vision_encoder: graph,
    embed_tokens: graph,
    encoder_model: graph,
    decoder_model_merged: graph,
    sam_vision_encoder: graph.optional(),
    prompt_encoder_mask_decoder: graph.optional(),
  }),
  tokenizer,
  tokens: z.strictObject({
    bos: tokenId.optional(),
    eos: z.array(tokenId).min(1).max(16),
    /** The token that the decoder starts from. */
    decoderStart: tokenId,
    /** The token that every answer begins with, whatever the model would have written (`forced_bos_token_id`). */
    first: tokenId.optional(),
  }),
  cache: cacheSettings,
  generation: generationSettings.extend({
    /** No run of so many tokens is written twice in an answer (`no_repeat_ngram_size`). */
    noRepeatNgram: z.number().int().min(2).max(20).optional(),
  }),
  image: z.strictObject({ tokens: z.number().int().min(1).max(16_384), preprocess }),
  /** Of the SAM-type model. */
  pixels: z.strictObject({ preprocess }).optional(),
  mask: maskSettings.optional(),
  tasks,
  locations: z.strictObject({
    /** The token of a place, with its number as `{number}`, such as `<loc_{number}>`. */
    token: z.string().min(1).max(60),
    /** Places along one side. */
    bins: z.number().int().min(2).max(10_000),
  }),
  memory: memory.optional(),
});

export type FlorenceManifest = z.infer<typeof florenceBundle>;
