/** A draft's masks against those of the file: which is which, and how far they agree. */
import type { PreviewRecord } from '../core/language/previewModel.ts';
import { iou, type RunLengthMask } from '../core/masks/runLengthMask.ts';

export interface MaskPair {
  /** Index into the file's masks; absent where the draft adds one. */
  readonly current?: number;
  /** Index into the draft's masks; absent where the draft misses one. */
  readonly draft?: number;
  /** Intersection over union, 0 to 1; of pairs only. */
  readonly iou?: number;
}

/** Masks that agree less than this are two things, whatever they are called. */
const leastIou = 0.1;
/** How much IoU the same words are worth when several masks could be matched. */
const sameWords = 0.3;

/** Pairs in the order of the file, then what the draft adds. Masks that cannot be read are in no pair. */
export function matchMasks(
  current: PreviewRecord,
  draft: PreviewRecord,
  currentRuns: ReadonlyMap<number, RunLengthMask>,
  draftRuns: ReadonlyMap<number, RunLengthMask>,
): readonly MaskPair[] {
  const candidates: { current: number; draft: number; iou: number; worth: number }[] = [];
  for (const [a, first] of currentRuns) {
    for (const [b, second] of draftRuns) {
      const agreement = iou(first, second);
      if (agreement < leastIou) continue;
      const same = sameLabel(current.masks[a]?.label, draft.masks[b]?.label);
      candidates.push({ current: a, draft: b, iou: agreement, worth: agreement + (same ? sameWords : 0) });
    }
  }
  candidates.sort((a, b) => b.worth - a.worth);
  const byCurrent = new Map<number, MaskPair>();
  const taken = new Set<number>();
  for (const { current: a, draft: b, iou: agreement } of candidates) {
    if (byCurrent.has(a) || taken.has(b)) continue;
    byCurrent.set(a, { current: a, draft: b, iou: agreement });
    taken.add(b);
  }
  const ofFile = [...current.masks.keys()].map((index) => byCurrent.get(index) ?? { current: index });
  const added = [...draft.masks.keys()].filter((index) => !taken.has(index)).map((index) => ({ draft: index }));
  return [...ofFile, ...added];
}

function sameLabel(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && a.trim().toLowerCase() === b.trim().toLowerCase();
}
