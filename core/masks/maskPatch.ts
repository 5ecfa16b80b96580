import type { RunLengthMask } from './foreground.ts';

/**
 * What makes one mask of another: behind the first `kept` runs the runs `before` become `after`, all further ones stay. A brush stroke
 * changes the runs of its own columns alone, so that a patch costs what was painted and not what the mask is.
 */
export interface MaskPatch {
  readonly kept: number;
  readonly before: Uint32Array;
  readonly after: Uint32Array;
}

/** The smallest patch from a mask to another one of its size. */
export function patchBetween(before: RunLengthMask, after: RunLengthMask): MaskPatch {
  const [a, b] = [before.counts, after.counts];
  const shorter = Math.min(a.length, b.length);
  let kept = 0;
  while (kept < shorter && a[kept] === b[kept]) kept++;
  let same = 0;
  while (same < shorter - kept && a[a.length - 1 - same] === b[b.length - 1 - same]) same++;
  return { kept, before: a.slice(kept, a.length - same), after: b.slice(kept, b.length - same) };
}

/** The mask after the patch. */
export function patched(mask: RunLengthMask, { kept, before, after }: MaskPatch): RunLengthMask {
  return { ...mask, counts: spliced(mask.counts, kept, before.length, after) };
}

/** The mask before the patch. */
export function unpatched(mask: RunLengthMask, { kept, before, after }: MaskPatch): RunLengthMask {
  return { ...mask, counts: spliced(mask.counts, kept, after.length, before) };
}

function spliced(counts: Uint32Array, kept: number, removed: number, added: Uint32Array): Uint32Array {
  const result = new Uint32Array(counts.length - removed + added.length);
  result.set(counts.subarray(0, kept));
  result.set(added, kept);
  result.set(counts.subarray(kept + removed), kept + added.length);
  return result;
}
