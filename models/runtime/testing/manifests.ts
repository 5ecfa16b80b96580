import type {
  EmbedderManifest,
  FlorenceManifest,
  GeneratorManifest,
  Preprocess,
  SegmenterManifest,
} from '../manifest.ts';

/** Sound manifests of each driver, of tiny models that need not exist. Each call gives a new one, to break. */

type Tensors = GeneratorManifest['graphs']['embed_tokens']['inputs'];

const HIDDEN = 8;
const VOCABULARY = 40;

const float = (...shape: (number | string)[]) => ({ type: 'float32' as const, shape });
const int64 = (...shape: (number | string)[]) => ({ type: 'int64' as const, shape });

function graph(name: string, inputs: Tensors, outputs: Tensors) {
  return { file: `onnx/${name}.onnx`, sha256: '0'.repeat(64), bytes: 100, inputs, outputs };
}

function head(name: string) {
  return {
    format: 1 as const,
    name,
    version: '1.0.0',
    title: 'A title',
    description: 'A description.',
    licence: { expression: 'MIT', files: ['LICENSE'] },
    modelCard: 'MODEL_CARD.md',
    devices: ['cpu' as const],
  };
}

const tokenizer = { file: 'tokenizer.json', sha256: '0'.repeat(64), bytes: 100 };

function preprocess(side: number, fit: Preprocess['fit']): Preprocess {
  return {
    size: [side, side],
    fit,
    filter: 'bilinear',
    antialias: true,
    scale: 'unit',
    mean: [0.5, 0.5, 0.5],
    deviation: [0.5, 0.5, 0.5],
    channels: 'rgb',
    pad: 'after',
  };
}

function cacheTensors(prefix: string, length: string, parts = ['key', 'value']): Tensors {
  return Object.fromEntries(
    [0, 1].flatMap((layer) => parts.map((part) => [`${prefix}.${layer}.${part}`, float(1, 2, length, 4)])),
  );
}

/** As MGLMM: phrases with tags, and masks of a SAM-type decoder that takes the state of `[SEG]`. */
export function generatorManifest(): GeneratorManifest {
  const past = () => cacheTensors('past_key_values', 'past');
  const present = () => cacheTensors('present', 'total');
  const embeddings = () => float(1, 'tokens', HIDDEN);
  return {
    ...head('tiny-generator'),
    driver: 'generator',
    family: 'mglmm',
    precision: 'fp32',
    graphs: {
      vision_encoder: graph(
        'vision_encoder',
        { pixel_values: float(1, 3, 16, 16) },
        { image_features: float(1, 4, HIDDEN) },
      ),
      embed_tokens: graph('embed_tokens', { input_ids: int64(1, 'tokens') }, { inputs_embeds: embeddings() }),
      decoder_model_merged: graph(
        'decoder_model_merged',
        { inputs_embeds: embeddings(), attention_mask: int64(1, 'total'), ...past() },
        { logits: float(1, 'tokens', VOCABULARY), hidden_states: embeddings(), ...present() },
      ),
      generate_loop: graph(
        'generate_loop',
        { inputs_embeds: embeddings(), max_new_tokens: int64(), eos_token_ids: int64('ids'), ...past() },
        { tokens: int64('new'), hidden_states: float('new', HIDDEN), ...present() },
      ),
      pixel_encoder: graph(
        'pixel_encoder',
        { pixel_values: float(1, 3, 32, 32) },
        { image_embeddings: float(1, 4, 2, 2) },
      ),
      mask_decoder: graph(
        'mask_decoder',
        { seg_hidden_states: float('masks', HIDDEN), image_embeddings: float(1, 4, 2, 2) },
        { pred_masks: float('masks', 1, 8, 8), iou_scores: float('masks', 1) },
      ),
    },
    tokenizer,
    tokens: { bos: 1, eos: [2], seg: [[10]], phraseOpen: 11, phraseClose: 12 },
    cache: { layers: 2, kvHeads: 2, headDim: 4, type: 'float32' },
    generation: { maxNewTokens: 32, maxLength: 128, loopTokens: 16 },
    image: { tokens: 4, preprocess: preprocess(16, 'shortest-crop') },
    pixels: { preprocess: preprocess(32, 'longest-pad') },
    prompt: {
      first: 'USER: {image}\n{question} ASSISTANT:',
      next: 'USER: {question} ASSISTANT:',
      addBos: true,
      pieces: 'separate',
    },
    tasks: { describe: 'Describe the image.', refer: 'Segment {referents}.', describePart: 'Describe {phrase}.' },
    dialect: { kind: 'phrases', open: '<p>', close: '</p>', seg: '[SEG]' },
    hiddenState: 'predicting',
    mask: { size: [8, 8], space: 'pixels', upscale: 'bilinear', activation: 'logits', threshold: 0 },
  };
}

function promptDecoder() {
  return graph(
    'prompt_encoder_mask_decoder',
    {
      input_points: float('batch', 'prompts', 'points', 2),
      input_labels: int64('batch', 'prompts', 'points'),
      image_embeddings: float('batch', 4, 2, 2),
    },
    { iou_scores: float('batch', 'prompts', 3), pred_masks: float('batch', 'prompts', 3, 8, 8) },
  );
}

export function segmenterManifest(): SegmenterManifest {
  return {
    ...head('tiny-segmenter'),
    driver: 'segmenter',
    graphs: {
      vision_encoder: graph(
        'vision_encoder',
        { pixel_values: float('batch', 3, 32, 32) },
        { image_embeddings: float('batch', 4, 2, 2) },
      ),
      prompt_encoder_mask_decoder: promptDecoder(),
    },
    image: { preprocess: preprocess(32, 'longest-pad') },
    mask: { size: [8, 8], space: 'image', upscale: 'bilinear', activation: 'logits', threshold: 0 },
  };
}

export function florenceManifest(): FlorenceManifest {
  const embeddings = () => float(1, 'tokens', HIDDEN);
  const parts = ['decoder.key', 'decoder.value', 'encoder.key', 'encoder.value'];
  return {
    ...head('tiny-florence'),
    driver: 'florence',
    graphs: {
      vision_encoder: graph(
        'vision_encoder',
        { pixel_values: float(1, 3, 16, 16) },
        { image_features: float(1, 4, HIDDEN) },
      ),
      embed_tokens: graph('embed_tokens', { input_ids: int64(1, 'tokens') }, { inputs_embeds: embeddings() }),
      encoder_model: graph(
        'encoder_model',
        { inputs_embeds: embeddings(), attention_mask: int64(1, 'tokens') },
        { last_hidden_state: embeddings() },
      ),
      decoder_model_merged: graph(
        'decoder_model_merged',
        {
          inputs_embeds: embeddings(),
          encoder_hidden_states: float(1, 'prompt', HIDDEN),
          encoder_attention_mask: int64(1, 'prompt'),
          use_cache_branch: { type: 'bool', shape: [1] },
          ...cacheTensors('past_key_values', 'past', parts),
        },
        { logits: float(1, 'tokens', VOCABULARY), ...cacheTensors('present', 'past', parts) },
      ),
      sam_vision_encoder: graph(
        'sam_vision_encoder',
        { pixel_values: float('batch', 3, 32, 32) },
        { image_embeddings: float('batch', 4, 2, 2) },
      ),
      prompt_encoder_mask_decoder: promptDecoder(),
    },
    tokenizer,
    tokens: { eos: [2], decoderStart: 2 },
    cache: { layers: 2, kvHeads: 2, headDim: 4, type: 'float32' },
    generation: { maxNewTokens: 32, maxLength: 128, loopTokens: 16 },
    image: { tokens: 4, preprocess: preprocess(16, 'stretch') },
    pixels: { preprocess: preprocess(32, 'longest-pad') },
    mask: { size: [8, 8], space: 'pixels', upscale: 'bilinear', activation: 'logits', threshold: 0 },
    tasks: { caption: 'What does the image describe?', ground: 'Locate the phrases in the caption: {caption}' },
    locations: { token: '<loc_{number}>', bins: 1000 },
  };
}

export function embedderManifest(): EmbedderManifest {
  const tokens = () => int64('texts', 'tokens');
  return {
    ...head('tiny-embedder'),
    driver: 'embedder',
    graphs: {
      model: graph(
        'model',
        { input_ids: tokens(), attention_mask: tokens(), token_type_ids: tokens() },
        { last_hidden_state: float('texts', 'tokens', HIDDEN) },
      ),
    },
    tokenizer,
    pooling: 'mean',
    maxLength: 512,
  };
}
