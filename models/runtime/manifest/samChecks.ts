import type { GraphManifest, Problem } from './common.ts';
import { preparedShape } from './imageChecks.ts';
import type { MaskSettings, Preprocess } from './images.ts';
import { FLOAT, GraphCheck, INT64 } from './tensorChecks.ts';

/** A graph that takes one photograph and nothing else. Its outputs are read by name. */
export function checkImageEncoder(key: string, graph: GraphManifest, preprocess: Preprocess, problem: Problem): void {
  const encoder = new GraphCheck(key, graph, problem);
  encoder.input('pixel_values', FLOAT, preparedShape(preprocess));
  encoder.noOtherInputs();
}

/** A mask decoder of SAM's convention: points and boxes in, masks with scores out. */
export function checkPromptDecoder(
  graph: GraphManifest,
  encoders: readonly GraphManifest[],
  mask: MaskSettings,
  problem: Problem,
): void {
  const key = 'prompt_encoder_mask_decoder';
  const decoder = new GraphCheck(key, graph, problem);
  const hasPoints = decoder.optionalInput('input_points', FLOAT, [1, 'prompts', 'points', 2]);
  const hasBoxes = decoder.optionalInput('input_boxes', FLOAT, [1, 'boxes', 4]);
  if (hasPoints) decoder.input('input_labels', INT64, [1, 'prompts', 'points']);
  if (!hasPoints && !hasBoxes) {
    problem(['graphs', key, 'inputs'], 'has neither "input_points" nor "input_boxes": nothing could be asked of it');
  }
  decoder.inputsFrom(encoders);
  decoder.output('iou_scores', FLOAT, [1, 'prompts', 'masks']);
  decoder.output('pred_masks', FLOAT, [1, 'prompts', 'masks', ...mask.size]);
}
