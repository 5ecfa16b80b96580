import { describe, expect, it } from 'vitest';
import { bundleManifest, type GraphManifest, type TensorManifest } from '../manifest.ts';
import { florenceManifestFor } from './publishedManifest.ts';

const float = (...shape: (number | string)[]): TensorManifest => ({ type: 'float32', shape });
const int64 = (...shape: (number | string)[]): TensorManifest => ({ type: 'int64', shape });

function graph(
  file: string,
  inputs: Record<string, TensorManifest>,
  outputs: Record<string, TensorManifest>,
): GraphManifest {
  return { file: `onnx/${file}.onnx`, sha256: '0'.repeat(64), bytes: 1, inputs, outputs };
}

function cache(prefix: string): Record<string, TensorManifest> {
  const parts = ['decoder.key', 'decoder.value', 'encoder.key', 'encoder.value'];
  const names = Array.from({ length: 6 }, (_, i) => parts.map((part) => `${prefix}.${i}.${part}`)).flat();
  return Object.fromEntries(names.map((name) => [name, float('batch_size', 12, 'past_sequence_length', 64)]));
}

/** The tensors of the published files, with the names that their open sizes have there. */
const GRAPHS = {
  vision_encoder: graph(
    'vision_encoder',
    { pixel_values: float('batch_size', 3, 'height', 'width') },
    { image_features: float('batch_size', 'sequence_length', 768) },
  ),
  embed_tokens: graph(
    'embed_tokens',
    { input_ids: int64('batch_size', 'sequence_length') },
    { inputs_embeds: float('batch_size', 'sequence_length', 768) },
  ),
  encoder_model: graph(
    'encoder_model',
    {
      attention_mask: int64('batch_size', 'encoder_sequence_length'),
      inputs_embeds: float('batch_size', 'encoder_sequence_length', 768),
    },
    { last_hidden_state: float('batch_size', 'encoder_sequence_length', 768) },
  ),
  decoder_model_merged: graph(
    'decoder_model_merged',
    {
      encoder_attention_mask: int64('batch_size', 'encoder_sequence_length'),
      encoder_hidden_states: float('batch_size', 'encoder_sequence_length', 768),
      inputs_embeds: float('batch_size', 'decoder_sequence_length', 768),
      ...cache('past_key_values'),
      use_cache_branch: { type: 'bool', shape: [1] },
    },
    { logits: float('batch_size', 'decoder_sequence_length', 51289), ...cache('present') },
  ),
  sam_vision_encoder: graph(
    'sam/vision_encoder',
    { pixel_values: float('batch_size', 3, 1024, 1024) },
    {
      image_embeddings: float('batch_size', 256, 64, 64),
      image_positional_embeddings: float('batch_size', 256, 64, 64),
    },
  ),
  prompt_encoder_mask_decoder: graph(
    'sam/prompt_encoder_mask_decoder',
    {
      input_points: float('batch_size', 'point_batch_size', 'nb_points_per_image', 2),
      input_labels: int64('batch_size', 'point_batch_size', 'nb_points_per_image'),
      image_embeddings: float('batch_size', 256, 64, 64),
      image_positional_embeddings: float('batch_size', 256, 64, 64),
    },
    {
      iou_scores: float('batch_size', 'point_batch_size', 3),
      pred_masks: float('batch_size', 'point_batch_size', 3, 256, 256),
    },
  ),
};

const PUBLISHED = {
  head: {
    format: 1,
    name: 'florence2-base-ft-slimsam',
    version: '1.0.0',
    title: 'Florence-2',
    description: 'Captions with boxes.',
    licence: { expression: 'MIT', files: ['LICENSE'] },
    modelCard: 'README.md',
    devices: ['cpu'],
  },
  graphs: GRAPHS,
  tokenizer: { file: 'tokenizer.json', sha256: '0'.repeat(64), bytes: 2 },
  config: { text_config: { d_model: 768, decoder_layers: 6, decoder_attention_heads: 12, forced_bos_token_id: 0 } },
  preprocessor: {
    size: { height: 768, width: 768 },
    image_seq_length: 577,
    task_prompts_with_input: { '<CAPTION_TO_PHRASE_GROUNDING>': 'Locate the phrases in the caption: {input}' },
  },
  pixels: {
    size: [1024, 1024],
    fit: 'longest-pad',
    filter: 'bilinear',
    antialias: true,
    scale: 'unit',
    mean: [0.485, 0.456, 0.406],
    deviation: [0.229, 0.224, 0.225],
    channels: 'rgb',
    pad: 'after',
  },
} satisfies Parameters<typeof florenceManifestFor>[0];

describe('florenceManifestFor', () => {
  it('makes a manifest that loads of Florence-2-base-ft with SlimSAM', () => {
    const manifest = florenceManifestFor(PUBLISHED);
    expect(bundleManifest.safeParse(manifest).error).toBeUndefined();
    expect(manifest.cache).toEqual({ layers: 6, kvHeads: 12, headDim: 64, type: 'float32' });
    expect(manifest.tokens).toEqual({ bos: 0, eos: [2], decoderStart: 2, first: 0 });
    expect(manifest.tasks.ground).toBe('Locate the phrases in the caption: {caption}');
    expect(manifest.tasks.segment).toBe('Locate {phrase} in the image with mask');
  });

  it('does without a model for masks', () => {
    const { pixels: _, ...rest } = PUBLISHED;
    const { sam_vision_encoder: __, prompt_encoder_mask_decoder: ___, ...graphs } = GRAPHS;
    const manifest = florenceManifestFor({ ...rest, graphs });
    expect(bundleManifest.safeParse(manifest).error).toBeUndefined();
    expect(manifest.mask).toBeUndefined();
  });

  it('refuses a config of another model', () => {
    expect(() => florenceManifestFor({ ...PUBLISHED, config: { model_type: 'bert' } })).toThrow(/text_config/);
  });
});
