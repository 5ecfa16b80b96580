import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The repositories of the catalogue as their hub has them, with a tiny Florence-2 and a tiny SAM in the place of the real
 * ones: files by path, by `owner/name`. `repository` is this project's folder.
 */
export function publishedFiles(repository: string): Readonly<Record<string, Readonly<Record<string, Uint8Array>>>> {
  const tiny = join(repository, 'test/fixtures/bundles/florence2');
  const graph = (name: string) => readFileSync(join(tiny, 'onnx', name));
  const normal = { image_mean: [0.485, 0.456, 0.406], image_std: [0.229, 0.224, 0.225] };
  return {
    'onnx-community/Florence-2-base-ft': {
      'onnx/vision_encoder_fp16.onnx': graph('vision_encoder.onnx'),
      'onnx/embed_tokens_fp16.onnx': graph('embed_tokens.onnx'),
      'onnx/encoder_model_q4.onnx': graph('encoder_model.onnx'),
      'onnx/decoder_model_merged_q4.onnx': graph('decoder_model_merged.onnx'),
      'onnx/decoder_model.onnx': Buffer.from('not asked for'),
      'tokenizer.json': readFileSync(join(tiny, 'tokenizer.json')),
      'tokenizer_config.json': json({ tokenizer_class: 'BartTokenizer' }),
      'config.json': json({
        text_config: { d_model: 24, decoder_layers: 2, decoder_attention_heads: 4, max_position_embeddings: 160 },
      }),
      'preprocessor_config.json': json({ ...normal, image_seq_length: 10, size: { height: 96, width: 96 } }),
      'README.md': Buffer.from('---\nlicense: mit\n---\n# Florence-2, tiny\n'),
    },
    'Xenova/slimsam-77-uniform': {
      'onnx/vision_encoder.onnx': graph('sam_vision_encoder.onnx'),
      'onnx/prompt_encoder_mask_decoder.onnx': graph('prompt_encoder_mask_decoder.onnx'),
      'preprocessor_config.json': json({ ...normal, pad_size: { height: 128, width: 128 } }),
      'README.md': Buffer.from('# SlimSAM, tiny\n'),
    },
  };
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
