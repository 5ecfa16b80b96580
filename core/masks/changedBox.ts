import type { RunLengthMask } from './foreground.ts';
import type { Box } from './geometry.ts';
import { patchBetween } from './maskPatch.ts';

/** The smallest box `[x, y, width, height]` round the pixels in which two masks of one size differ; nothing where they are equal. */
export function changedBox(before: RunLengthMask, after: RunLengthMask): Box | undefined {
  const patch = patchBetween(before, after);
  const old = positions(before.counts, patch.kept, patch.before);
  const now = positions(after.counts, patch.kept, patch.after);
  const { height, width } = before;
  let [left, right, top, bottom] = [width, -1, height, -1];
  const take = (first: number, behind: number): void => {
    const [from, to] = [Math.floor(first / height), Math.floor((behind - 1) / height)];
    left = Math.min(left, from);
    right = Math.max(right, to);
    // What goes on from one column into the next reaches foot and head.
    top = from === to ? Math.min(top, first - from * height) : 0;
    bottom = from === to ? Math.max(bottom, behind - 1 - to * height) : height - 1;
  };
  let open = -1;
  let i = 0;
  let j = 0;
  while (i < old.length || j < now.length) {
    const first = i < old.length ? old[i]! : Number.POSITIVE_INFINITY;
    const second = j < now.length ? now[j]! : Number.POSITIVE_INFINITY;
    const at = Math.min(first, second);
    if (first === at) i++;
    if (second === at) j++;
    if (first === second) continue;
    if (open >= 0) take(open, at);
    open = open < 0 ? at : -1;
  }
  // The same runs of the other value differ to the end.
  if (open >= 0 && open < height * width) take(open, height * width);
  return right < 0 ? undefined : [left, top, right - left + 1, bottom - top + 1];
}

/** Where the runs from number `kept` on end, as column-major positions. */
function positions(counts: Uint32Array, kept: number, changed: Uint32Array): Uint32Array {
  let position = 0;
  for (let i = 0; i < kept; i++) position += counts[i]!;
  return changed.map((run) => (position += run));
}
