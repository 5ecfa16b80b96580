import type { Problem } from './common.ts';
import type { GeneratorManifest } from './generator.ts';
import { checkMask, checkPreprocess, mostTiles, preparedShape } from './imageChecks.ts';
import { checkImageEncoder, checkPromptDecoder } from './samChecks.ts';
import { expectPlaceholders, expectSomeTask } from './templateChecks.ts';
import { FLOAT, GraphCheck, INT64, lastSide, type Side } from './tensorChecks.ts';

/** Says where a generator's manifest contradicts itself, so that no run reads or fills a tensor of another shape. */
export function checkGenerator(manifest: GeneratorManifest, problem: Problem): void {
  const { image, pixels, mask } = manifest;
  checkPreprocess(image.preprocess, ['image', 'preprocess'], problem);
  if (pixels !== undefined) checkPreprocess(pixels.preprocess, ['pixels', 'preprocess'], problem);
  if (mask !== undefined) checkMask(mask, { image: image.preprocess, pixels: pixels?.preprocess }, problem);
  checkLanguage(manifest, problem);
  checkMaskGraphs(manifest, problem);
  checkDialect(manifest, problem);
  checkTexts(manifest, problem);
  checkLengths(manifest, problem);
}

/** The graphs from the photograph to the words. */
function checkLanguage(manifest: GeneratorManifest, problem: Problem): void {
  const { graphs, image, cache } = manifest;
  const hidden = lastSide(graphs.embed_tokens.outputs['inputs_embeds'], 'hidden');
  const hasMasks = graphs.mask_decoder !== undefined;

  const vision = new GraphCheck('vision_encoder', graphs.vision_encoder, problem);
  const shape = preparedShape(image.preprocess);
  vision.input('pixel_values', FLOAT, shape);
  vision.optionalInput('original_sizes', INT64, [1, 2]);
  vision.output('image_features', FLOAT, [shape[0]!, image.tokens, hidden]);
  vision.optionalOutput('image_attention_mask', INT64, [1, image.tokens]);
  vision.noOtherInputs();

  const embed = new GraphCheck('embed_tokens', graphs.embed_tokens, problem);
  embed.input('input_ids', INT64, [1, 'tokens']);
  embed.output('inputs_embeds', FLOAT, [1, 'tokens', hidden]);
  embed.noOtherInputs();

  const decoder = new GraphCheck('decoder_model_merged', graphs.decoder_model_merged, problem);
  decoder.input('inputs_embeds', FLOAT, [1, 'tokens', hidden]);
  decoder.input('attention_mask', INT64, [1, 'past + tokens']);
  decoder.optionalInput('position_ids', INT64, [1, 'tokens']);
  decoder.optionalInput('num_logits_to_keep', INT64, []);
  decoder.output('logits', FLOAT, [1, 'tokens', 'vocabulary']);
  if (hasMasks) decoder.output('hidden_states', FLOAT, [1, 'tokens', hidden]);
  checkCache(decoder, cache);

  if (graphs.generate_loop === undefined) return;
  const loop = new GraphCheck('generate_loop', graphs.generate_loop, problem);
  loop.input('inputs_embeds', FLOAT, [1, 'tokens', hidden]);
  loop.optionalInput('attention_mask', INT64, [1, 'past + tokens']);
  loop.input('max_new_tokens', INT64, []);
  loop.input('eos_token_ids', INT64, ['ids']);
  loop.output('tokens', INT64, ['new tokens']);
  if (hasMasks) loop.output('hidden_states', FLOAT, ['new tokens', hidden]);
  checkCache(loop, cache);
}

function checkCache(graph: GraphCheck, { layers, kvHeads, headDim, type }: GeneratorManifest['cache']): void {
  for (let layer = 0; layer < layers; layer++) {
    for (const part of ['key', 'value']) {
      graph.input(`past_key_values.${layer}.${part}`, [type], [1, kvHeads, 'past', headDim]);
      graph.output(`present.${layer}.${part}`, [type], [1, kvHeads, 'past + tokens', headDim]);
    }
  }
  // Layers that `cache.layers` does not count would show here.
  graph.noOtherInputs();
}

/** The graphs from the words, or from points and boxes, to the masks. */
function checkMaskGraphs({ graphs, pixels, mask, dialect, tokens }: GeneratorManifest, problem: Problem): void {
  const { vision_encoder, pixel_encoder, mask_decoder, prompt_encoder_mask_decoder } = graphs;
  if (pixel_encoder !== undefined) {
    if (pixels === undefined) problem(['pixels'], 'must say how photographs are prepared for graphs.pixel_encoder');
    else checkImageEncoder('pixel_encoder', pixel_encoder, pixels.preprocess, problem);
  }
  const givesMasks = mask_decoder !== undefined || prompt_encoder_mask_decoder !== undefined;
  if (givesMasks && mask === undefined) problem(['mask'], 'must say what the mask decoder gives');
  if (mask === undefined) return;
  const encoders = [vision_encoder, ...(pixel_encoder === undefined ? [] : [pixel_encoder])];
  if (prompt_encoder_mask_decoder !== undefined) {
    checkPromptDecoder(prompt_encoder_mask_decoder, encoders, mask, problem);
  }
  if (mask_decoder === undefined) return;
  const decoder = new GraphCheck('mask_decoder', mask_decoder, problem);
  const hidden = lastSide(graphs.embed_tokens.outputs['inputs_embeds'], 'hidden');
  const codebook: readonly Side[] = dialect.kind === 'groups' ? [tokens.seg[0]?.length ?? 'codes'] : [];
  decoder.input('seg_hidden_states', FLOAT, ['masks', ...codebook, hidden]);
  decoder.inputsFrom(encoders);
  decoder.output('pred_masks', FLOAT, ['masks', 1, ...mask.size]);
  decoder.optionalOutput('iou_scores', FLOAT, ['masks', 1]);
}

/** The tokens that mark masks, and how the dialect spells them. */
function checkDialect({ dialect, tokens, graphs }: GeneratorManifest, problem: Problem): void {
  if (dialect.kind === 'boxes') {
    if (tokens.seg.length > 0) problem(['tokens', 'seg'], 'must be empty: in this dialect boxes mark things');
    if (!dialect.patch.includes('{4 digits}')) problem(['dialect', 'patch'], 'must hold {4 digits}');
    return;
  }
  if (graphs.mask_decoder === undefined) {
    problem(['graphs'], `lacks mask_decoder, which turns the dialect's masks into pixels`);
  }
  if (tokens.seg.length === 0) problem(['tokens', 'seg'], 'must name the tokens that mark a mask');
  const lengths = new Set(tokens.seg.map((group) => group.length));
  const wanted = dialect.kind === 'groups' ? dialect.seg.length : 1;
  if (lengths.size > 0 && !(lengths.size === 1 && lengths.has(wanted))) {
    problem(['tokens', 'seg'], `must have ${wanted} ids a mask, as many as dialect.seg has tags`);
  }
}

function checkTexts({ prompt, tasks }: GeneratorManifest, problem: Problem): void {
  expectPlaceholders(prompt.first, ['{image}', '{question}'], ['prompt', 'first'], problem);
  expectPlaceholders(prompt.next, ['{question}'], ['prompt', 'next'], problem);
  expectPlaceholders(tasks.describePart, ['{phrase}'], ['tasks', 'describePart'], problem);
  expectPlaceholders(tasks.refer, ['{referents}'], ['tasks', 'refer'], problem);
  expectPlaceholders(tasks.reason, ['{question}'], ['tasks', 'reason'], problem);
  expectSomeTask(tasks, problem);
  if (prompt.pieces === 'joined' && prompt.imageToken === undefined) {
    problem(['prompt', 'imageToken'], 'must be there where "pieces" is "joined": it stands for the photograph');
  }
}

/** What the model is given and writes must fit into its context, and its tokens into its vocabulary. */
function checkLengths({ generation, image, tokens, graphs }: GeneratorManifest, problem: Problem): void {
  const imageTokens = image.tokens * mostTiles(image.preprocess);
  if (imageTokens + 1 >= generation.maxLength) {
    problem(
      ['generation', 'maxLength'],
      `must be above the ${imageTokens} embeddings of a photograph, or there is no room for a question`,
    );
  }
  if (generation.maxNewTokens >= generation.maxLength) {
    problem(['generation', 'maxNewTokens'], 'must be below maxLength');
  }
  const vocabulary = lastSide(graphs.decoder_model_merged.outputs['logits'], 'vocabulary');
  if (typeof vocabulary === 'string') return;
  const written = [...tokens.eos, ...tokens.seg.flat(), tokens.phraseOpen ?? 0, tokens.phraseClose ?? 0];
  const stranger = written.find((id) => id >= vocabulary);
  if (stranger !== undefined) {
    problem(['tokens'], `names the token ${stranger}, which a model of ${vocabulary} tokens cannot write`);
  }
}
