import type { Problem } from './common.ts';
import type { FlorenceManifest } from './florence.ts';
import { checkMask, checkPreprocess, mostTiles } from './imageChecks.ts';
import { checkImageEncoder, checkPromptDecoder } from './samChecks.ts';
import { expectPlaceholders, expectSomeTask } from './templateChecks.ts';
import { BOOL, FLOAT, GraphCheck, INT64, lastSide } from './tensorChecks.ts';

/** Says where a Florence-2 manifest contradicts itself, so that no run reads or fills a tensor of another shape. */
export function checkFlorence(manifest: FlorenceManifest, problem: Problem): void {
  const { image, pixels, mask, tasks, locations } = manifest;
  checkPreprocess(image.preprocess, ['image', 'preprocess'], problem);
  if (mostTiles(image.preprocess) > 1) problem(['image', 'preprocess', 'fit'], 'must not be "tiles" for this driver');
  if (pixels !== undefined) checkPreprocess(pixels.preprocess, ['pixels', 'preprocess'], problem);
  if (mask !== undefined) checkMask(mask, { image: image.preprocess, pixels: pixels?.preprocess }, problem);
  checkLanguage(manifest, problem);
  checkSam(manifest, problem);
  expectPlaceholders(tasks.ground, ['{caption}'], ['tasks', 'ground'], problem);
  expectPlaceholders(tasks.segment, ['{phrase}'], ['tasks', 'segment'], problem);
  expectPlaceholders(locations.token, ['{number}'], ['locations', 'token'], problem);
  expectSomeTask(tasks, problem);
}

function checkLanguage({ graphs, image, cache }: FlorenceManifest, problem: Problem): void {
  const hidden = lastSide(graphs.embed_tokens.outputs['inputs_embeds'], 'hidden');

  checkImageEncoder('vision_encoder', graphs.vision_encoder, image.preprocess, problem);
  const vision = new GraphCheck('vision_encoder', graphs.vision_encoder, problem);
  vision.output('image_features', FLOAT, [1, image.tokens, hidden]);

  const embed = new GraphCheck('embed_tokens', graphs.embed_tokens, problem);
  embed.input('input_ids', INT64, [1, 'tokens']);
  embed.output('inputs_embeds', FLOAT, [1, 'tokens', hidden]);
  embed.noOtherInputs();

  const encoder = new GraphCheck('encoder_model', graphs.encoder_model, problem);
  encoder.input('inputs_embeds', FLOAT, [1, 'tokens', hidden]);
  encoder.input('attention_mask', INT64, [1, 'tokens']);
  encoder.output('last_hidden_state', FLOAT, [1, 'tokens', hidden]);
  encoder.noOtherInputs();

  const decoder = new GraphCheck('decoder_model_merged', graphs.decoder_model_merged, problem);
  decoder.input('inputs_embeds', FLOAT, [1, 'tokens', hidden]);
  decoder.input('encoder_hidden_states', FLOAT, [1, 'prompt', hidden]);
  decoder.input('encoder_attention_mask', INT64, [1, 'prompt']);
  decoder.input('use_cache_branch', BOOL, [1]);
  decoder.output('logits', FLOAT, [1, 'tokens', 'vocabulary']);
  for (let layer = 0; layer < cache.layers; layer++) {
    for (const part of ['decoder.key', 'decoder.value', 'encoder.key', 'encoder.value']) {
      const shape = [1, cache.kvHeads, 'past', cache.headDim];
      decoder.input(`past_key_values.${layer}.${part}`, [cache.type], shape);
      decoder.output(`present.${layer}.${part}`, [cache.type], shape);
    }
  }
  decoder.noOtherInputs();
}

/** The model that turns boxes into masks has two graphs, or is not there. */
function checkSam({ graphs, pixels, mask }: FlorenceManifest, problem: Problem): void {
  const { sam_vision_encoder, prompt_encoder_mask_decoder } = graphs;
  if ((sam_vision_encoder === undefined) !== (prompt_encoder_mask_decoder === undefined)) {
    problem(['graphs'], 'must have both sam_vision_encoder and prompt_encoder_mask_decoder, or neither');
  }
  if (sam_vision_encoder === undefined || prompt_encoder_mask_decoder === undefined) return;
  if (pixels === undefined) problem(['pixels'], 'must say how photographs are prepared for graphs.sam_vision_encoder');
  else checkImageEncoder('sam_vision_encoder', sam_vision_encoder, pixels.preprocess, problem);
  if (mask !== undefined && mask.space !== 'pixels') {
    problem(['mask', 'space'], 'must be "pixels": the mask decoder sees the photograph as sam_vision_encoder does');
  }
  if (mask === undefined) problem(['mask'], 'must say what the mask decoder gives');
  else checkPromptDecoder(prompt_encoder_mask_decoder, [sam_vision_encoder], mask, problem);
}
