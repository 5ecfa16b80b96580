/** What undo brings back: the mask in work with its polygon and its prompts. All of it values that nothing changes. */
import type { Box, RunLengthMask } from '../../core/masks/runLengthMask.ts';
import type { Point } from './contract.ts';
import type { Polygon } from './polygon.ts';

export interface Snapshot {
  readonly mask: RunLengthMask;
  /** The mask as rings with points; nothing where it was changed in another way since. */
  readonly polygon: Polygon | undefined;
  /** What the model was asked; nothing where the mask was changed in another way since. */
  readonly prompts: Prompts | undefined;
}

export interface Prompts {
  readonly points: readonly PromptPoint[];
  readonly box: Box | undefined;
  /** The mask that the model's answer is added to, or taken from. */
  readonly base: RunLengthMask;
  readonly subtracts: boolean;
  readonly answer: 'awaited' | 'given' | 'failed';
}

export interface PromptPoint extends Point {
  /** In the thing to be masked, or outside of it. */
  readonly positive: boolean;
}

export function plainSnapshot(mask: RunLengthMask): Snapshot {
  return { mask, polygon: undefined, prompts: undefined };
}

/** Whether two masks have the same pixels; both with runs as the mask functions make them, none of length 0 but the first. */
export function sameMask(a: RunLengthMask, b: RunLengthMask): boolean {
  if (a === b) return true;
  const { length } = a.counts;
  if (length !== b.counts.length) return false;
  for (let i = 0; i < length; i++) if (a.counts[i] !== b.counts[i]) return false;
  return true;
}
