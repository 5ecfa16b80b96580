import * as z from 'zod';
import { graph, head, memory, PRECISIONS, text, tokenId, tokenizer } from './common.ts';
import { cacheSettings, generationSettings, maskSettings, preprocess } from './images.ts';

/**
 * The driver `generator`: a language model that sees the photograph and writes the grounded answer itself (MGLMM, LISA,
 * GLaMM, PixelLM, OMG-LLaVA, Sa2VA, Kosmos-2). What tells them apart is data here; the runtime does not know their names.
 */

/** A tag or a template: spaces at its ends count. */
const piece = z.string().max(8000);
const tag = z.string().min(1).max(60);

const dialect = z.discriminatedUnion('kind', [
  /** `<p> the dog </p> [SEG]`: USCDF's own (MGLMM, GLaMM, OMG-LLaVA, Sa2VA). */
  z.strictObject({ kind: z.literal('phrases'), open: tag, close: tag, seg: tag }),
  /** `Sure, it is [SEG].`: the phrase is what was asked for (LISA). */
  z.strictObject({ kind: z.literal('bare'), seg: tag }),
  /** `the dog [SEG0][SEG1]`: a run of tokens after words is one mask (PixelLM). */
  z.strictObject({ kind: z.literal('groups'), seg: z.array(tag).min(1).max(64) }),
  /** `<phrase>a dog</phrase><object><patch_index_0044><patch_index_0863></object>`: boxes on a grid (Kosmos-2). */
  z.strictObject({
    kind: z.literal('boxes'),
    phraseOpen: tag,
    phraseClose: tag,
    objectOpen: tag,
    objectClose: tag,
    /** Between several boxes of one phrase. */
    separator: tag,
    /** The token of a cell, with its number as `{4 digits}`. */
    patch: tag,
    /** Cells along one side. */
    grid: z.number().int().min(2).max(256),
  }),
]);

const tokens = z.strictObject({
  bos: tokenId.optional(),
  /** Each of them ends an answer. */
  eos: z.array(tokenId).min(1).max(16),
  /** The tokens of one target's mask, in order; one list for each way the model marks a mask. Empty where it marks none. */
  seg: z.array(z.array(tokenId).min(1).max(64)).max(16),
  phraseOpen: tokenId.optional(),
  phraseClose: tokenId.optional(),
});

const prompt = z.strictObject({
  /** The first question about a photograph, with `{image}` and `{question}`. */
  first: piece,
  /** A further question, with `{question}`. */
  next: piece,
  addBos: z.boolean(),
  /** Put right before and after the image's embeddings, in the place of `{image}`. */
  imageBefore: piece.optional(),
  imageAfter: piece.optional(),
  /** `separate`: what stands before and after `{image}` is tokenised apart. `joined`: the whole is tokenised with `imageToken` in it. */
  pieces: z.enum(['separate', 'joined']),
  imageToken: tokenId.optional(),
});

/** What the model is asked for each task; a task that is missing is one that it cannot do. */
const tasks = z.strictObject({
  /** The photograph, with masks. */
  describe: text.optional(),
  /** The photograph, first of several granularities. */
  describeRoot: text.optional(),
  /** One thing in it in finer parts, with `{phrase}`. */
  describePart: text.optional(),
  /** Masks of what is named, with `{referents}`. */
  refer: text.optional(),
  panoptic: text.optional(),
  /** A question of the user's own, with `{question}`. */
  reason: text.optional(),
  /** The photograph, without masks. */
  caption: text.optional(),
});

/** A manifest of the driver `generator`. */
export const generatorBundle = z.strictObject({
  ...head,
  driver: z.literal('generator'),
  /** A word for people, such as `mglmm`. Nothing depends on it. */
  family: z.string().min(1).max(60),
  /** Of the language model's weights. */
  precision: z.enum(PRECISIONS),
  graphs: z.strictObject({
    vision_encoder: graph,
    embed_tokens: graph,
    decoder_model_merged: graph,
    generate_loop: graph.optional(),
    pixel_encoder: graph.optional(),
    mask_decoder: graph.optional(),
    prompt_encoder_mask_decoder: graph.optional(),
  }),
  tokenizer,
  tokens,
  cache: cacheSettings,
  generation: generationSettings,
  image: z.strictObject({
    /** Embeddings of a photograph, or of one tile of it. */
    tokens: z.number().int().min(1).max(16_384),
    preprocess,
  }),
  pixels: z.strictObject({ preprocess }).optional(),
  prompt,
  tasks,
  dialect,
  /** Which state a mask is made of: the one that predicted its token, or the one of the step that was fed it. */
  hiddenState: z.enum(['predicting', 'self']),
  mask: maskSettings.optional(),
  memory: memory.optional(),
});

export type GeneratorManifest = z.infer<typeof generatorBundle>;
export type DialectSettings = z.infer<typeof dialect>;
export type PromptSettings = z.infer<typeof prompt>;
export type TokenSettings = z.infer<typeof tokens>;
export type GeneratorTask = keyof z.infer<typeof tasks>;
