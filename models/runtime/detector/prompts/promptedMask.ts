import type { RunLengthMask } from '../../../../core/masks/runLengthMask.ts';
import { share } from '../../draftMask.ts';
import type { MaskPrompt } from '../../model.ts';
import type { DetectorGraphs } from '../graphs.ts';
import { type MaskPatch, pasteMask } from '../paste.ts';
import { drawPatches } from '../patches.ts';
import type { Sight } from '../sight.ts';
import { alongEdges } from './alongEdges.ts';
import { type Candidate, candidatesFor } from './candidates.ts';
import { coloursOf } from './cells.ts';
import { confidenceOf, estimateOf } from './estimate.ts';
import { followPoints } from './followPoints.ts';

/** A mask, and how good it is thought to be, 0 to 1. */
export interface PromptedMask {
  readonly mask: RunLengthMask;
  readonly score: number;
}

/**
 * The mask of what points and a box show, drawn by the head of a detector that knows nothing of prompts: it draws each box that may be
 * meant; the best of them is corrected where points disagree with it, and its border is laid along the picture's edges.
 *
 * @param between Awaited before each run of the head with the share that is done.
 */
export async function promptedMask(
  prompt: MaskPrompt,
  sight: Sight,
  model: DetectorGraphs,
  between: (share: number) => Promise<void>,
): Promise<PromptedMask> {
  const { imageSize, threshold } = model.manifest.maskHead;
  const candidates = candidatesFor(prompt, sight, model);
  const boxes = candidates.map(({ box }) => box);
  const patches = await drawPatches(sight, model, boxes, between);
  const { patch, score } = best(patches, candidates, prompt, threshold);
  const colours = coloursOf(patch, sight, imageSize);
  const edged = alongEdges(patch, colours);
  const followed = followPoints(edged, prompt.points, colours, threshold);
  return { mask: pasteMask(followed, sight.height, sight.width, threshold), score };
}

function best(
  patches: readonly MaskPatch[],
  candidates: readonly Candidate[],
  { points, box }: MaskPrompt,
  threshold: number,
): { readonly patch: MaskPatch; readonly score: number } {
  if (box !== undefined) return { patch: patches[0]!, score: share(confidenceOf(patches[0]!, threshold)) };
  let patch = patches[0]!;
  let highest = Number.NEGATIVE_INFINITY;
  for (const [i, other] of patches.entries()) {
    const estimate = estimateOf(other, candidates[i]!, points);
    if (!(estimate > highest)) continue;
    highest = estimate;
    patch = other;
  }
  return { patch, score: share(highest) };
}
