import { area, boundingBox, encodeCounts, type RunLengthMask } from '../../core/masks/runLengthMask.ts';
import type { DraftMask } from './draft.ts';

/** Longer labels are cut; a phrase of that length is a model gone astray. */
const MAX_LABEL = 200;

/** A mask as a draft carries it; `score` is brought between 0 and 1. */
export function draftMask(label: string, score: number, mask: RunLengthMask): DraftMask {
  return {
    size: [mask.height, mask.width],
    counts: encodeCounts(mask.counts),
    label: label.slice(0, MAX_LABEL),
    score: share(score),
    bbox: boundingBox(mask),
    area: area(mask),
  };
}

/** Four decimals; what is no number is 0. */
export function share(score: number): number {
  return Number.isNaN(score) ? 0 : Math.round(Math.min(1, Math.max(0, score)) * 1e4) / 1e4;
}
