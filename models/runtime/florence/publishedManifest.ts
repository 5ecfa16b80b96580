import * as z from 'zod';
import type { FlorenceManifest, GraphManifest, Preprocess } from '../manifest.ts';

/** What the published files of a Florence-2 model say, read from disk by who downloaded them. */
export interface PublishedFlorence {
  /** The manifest's head: name, version, title, description, licence, model card, devices. */
  readonly head: Pick<
    FlorenceManifest,
    'format' | 'name' | 'version' | 'title' | 'description' | 'licence' | 'modelCard' | 'devices'
  >;
  readonly graphs: FlorenceManifest['graphs'];
  readonly tokenizer: FlorenceManifest['tokenizer'];
  /** `config.json`, parsed. */
  readonly config: unknown;
  /** `preprocessor_config.json`, parsed. */
  readonly preprocessor: unknown;
  /** `preprocessor_config.json` of the SAM-type model as its preprocessing; absent where it has none. */
  readonly pixels?: Preprocess;
}

const positive = z.number().int().min(1);
const id = z.number().int().min(0);

/** Of `config.json`, as `microsoft/Florence-2-base-ft` and its kin have it; what a file leaves out is as there. */
const configFile = z.looseObject({
  text_config: z.looseObject({
    d_model: positive,
    decoder_layers: positive,
    decoder_attention_heads: positive,
    max_position_embeddings: positive.default(1024),
    bos_token_id: id.default(0),
    eos_token_id: id.default(2),
    decoder_start_token_id: id.default(2),
    forced_bos_token_id: id.nullish(),
    no_repeat_ngram_size: z.number().int().min(0).default(3),
  }),
});

const triple = z.tuple([z.number(), z.number(), z.number()]);
const side = z.looseObject({ height: positive, width: positive });

const preprocessorFile = z.looseObject({
  image_mean: triple.default([0.485, 0.456, 0.406]),
  image_std: triple.default([0.229, 0.224, 0.225]),
  image_seq_length: positive.default(577),
  size: side.default({ height: 768, width: 768 }),
  task_prompts_without_inputs: z.record(z.string(), z.string()).default({}),
  task_prompts_with_input: z.record(z.string(), z.string()).default({}),
});

/** Florence-2's own sentences, for files that do not bring them. */
const SENTENCES: Readonly<Record<string, string>> = {
  '<DETAILED_CAPTION>': 'Describe in detail what is shown in the image.',
  '<OD>': 'Locate the objects with category name in the image.',
  '<DENSE_REGION_CAPTION>': 'Locate the objects in the image, with their descriptions.',
  '<CAPTION_TO_PHRASE_GROUNDING>': 'Locate the phrases in the caption: {input}',
  '<REFERRING_EXPRESSION_SEGMENTATION>': 'Locate {input} in the image with mask',
};

/** Answers of captions end long before; outlines of large things are this long. */
const MOST_TOKENS = 1023;

/**
 * The manifest of published Florence-2 files, `onnx-community/Florence-2-base-ft` and its kin, with or without a SAM-type model
 * such as `Xenova/slimsam-77-uniform` beside them. Throws a `ZodError` where the files are not what they were.
 */
export function florenceManifestFor({
  head,
  graphs,
  tokenizer,
  config,
  preprocessor,
  pixels,
}: PublishedFlorence): FlorenceManifest {
  const { text_config: text } = configFile.parse(config);
  const image = preprocessorFile.parse(preprocessor);
  const sentences = { ...SENTENCES, ...image.task_prompts_without_inputs, ...image.task_prompts_with_input };
  const sentence = (task: string, placeholder = '') => sentences[task]!.replace('{input}', placeholder);
  const maskSize = maskSizeOf(graphs.prompt_encoder_mask_decoder);
  return {
    ...head,
    driver: 'florence',
    family: 'florence2',
    graphs,
    tokenizer,
    tokens: {
      bos: text.bos_token_id,
      eos: [text.eos_token_id],
      decoderStart: text.decoder_start_token_id,
      first: text.forced_bos_token_id ?? text.bos_token_id,
    },
    cache: {
      layers: text.decoder_layers,
      kvHeads: text.decoder_attention_heads,
      headDim: text.d_model / text.decoder_attention_heads,
      type: cacheTypeOf(graphs.decoder_model_merged),
    },
    generation: {
      maxNewTokens: Math.min(MOST_TOKENS, text.max_position_embeddings - 1),
      maxLength: text.max_position_embeddings,
      loopTokens: 1,
      ...(text.no_repeat_ngram_size >= 2 && { noRepeatNgram: text.no_repeat_ngram_size }),
    },
    image: {
      tokens: image.image_seq_length,
      preprocess: {
        size: [image.size.height, image.size.width],
        fit: 'stretch',
        filter: 'bicubic',
        antialias: true,
        scale: 'unit',
        mean: image.image_mean,
        deviation: image.image_std,
        channels: 'rgb',
        pad: 'after',
      },
    },
    ...(pixels !== undefined && {
      pixels: { preprocess: pixels },
      mask: { size: maskSize, space: 'pixels', upscale: 'bilinear', activation: 'logits', threshold: 0 },
    }),
    tasks: {
      caption: sentence('<DETAILED_CAPTION>'),
      ground: sentence('<CAPTION_TO_PHRASE_GROUNDING>', '{caption}'),
      segment: sentence('<REFERRING_EXPRESSION_SEGMENTATION>', '{phrase}'),
      detect: sentence('<OD>'),
      regions: sentence('<DENSE_REGION_CAPTION>'),
    },
    locations: { token: '<loc_{number}>', bins: 1000 },
  };
}

/** Rows and columns of the masks as the graph names them; SAM's own where it leaves them open. */
export function maskSizeOf(decoder: GraphManifest | undefined): [number, number] {
  const [rows, columns] = decoder?.outputs['pred_masks']?.shape.slice(-2) ?? [];
  return [typeof rows === 'number' ? rows : 256, typeof columns === 'number' ? columns : 256];
}

function cacheTypeOf(decoder: GraphManifest): 'float32' | 'float16' {
  return decoder.inputs['past_key_values.0.decoder.key']?.type === 'float16' ? 'float16' : 'float32';
}
