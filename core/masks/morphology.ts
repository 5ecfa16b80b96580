import { foregroundOf, maskOfToggles, type RunLengthMask } from './foreground.ts';
import { intersection, union } from './merge.ts';

/** The mask with everything up to `radius` pixels from it (a disc), within the image. Computed on runs. */
export function dilated(mask: RunLengthMask, radius: number): RunLengthMask {
  return union(discShifts(mask, radius, 1));
}

/**
 * The pixels whose whole disc of `radius` pixels lies in the mask; the image's border counts as background. On runs.
 */
export function eroded(mask: RunLengthMask, radius: number): RunLengthMask {
  return intersection(discShifts(mask, radius, -1));
}

/** The pixels of `a` that are not in `b`, two masks of one size. */
export function difference(a: RunLengthMask, b: RunLengthMask): RunLengthMask {
  return intersection([a, complement(b)]);
}

/** Every pixel that is not in the mask. */
export function complement(mask: RunLengthMask): RunLengthMask {
  const { starts, ends } = foregroundOf(mask);
  const total = mask.height * mask.width;
  const toggles: number[] = [];
  if (total > 0 && starts[0] !== 0) toggles.push(0);
  for (let i = 0; i < starts.length; i++) {
    if (starts[i]! > 0) toggles.push(starts[i]!);
    if (ends[i]! < total) toggles.push(ends[i]!);
  }
  return maskOfToggles(mask.height, mask.width, toggles);
}

/**
 * A disc is a row of columns: for each column of it the mask, made taller (or shorter) by the column's half and moved
 * aside.
 */
function discShifts(mask: RunLengthMask, radius: number, direction: 1 | -1): RunLengthMask[] {
  const reach = Math.floor(radius);
  const shifts: RunLengthMask[] = [];
  for (let dx = -reach; dx <= reach; dx++) {
    const half = Math.floor(Math.sqrt(radius * radius - dx * dx));
    shifts.push(movedAside(mask, dx, half * direction));
  }
  return shifts;
}

/**
 * The mask moved `dx` columns to the right, each of its vertical stretches longer by `grow` at both ends, cut to the
 * image.
 */
function movedAside(mask: RunLengthMask, dx: number, grow: number): RunLengthMask {
  const { height, width } = mask;
  const { starts, ends } = foregroundOf(mask);
  const toggles: number[] = [];
  for (let i = 0; i < starts.length; i++) {
    for (let from = starts[i]!; from < ends[i]!; ) {
      const column = Math.floor(from / height);
      const foot = (column + 1) * height;
      const to = Math.min(ends[i]!, foot);
      const target = column + dx;
      if (target >= 0 && target < width) {
        const top = Math.max(from - grow, column * height);
        const bottom = Math.min(to + grow, foot);
        if (bottom > top) addInterval(toggles, top + dx * height, bottom + dx * height);
      }
      from = to;
    }
  }
  return maskOfToggles(height, width, toggles);
}

/** Adds an interval that begins no earlier than the last one; what overlaps or touches is joined. */
function addInterval(toggles: number[], from: number, to: number): void {
  const last = toggles.length - 1;
  if (last >= 0 && from <= toggles[last]!) toggles[last] = Math.max(toggles[last]!, to);
  else toggles.push(from, to);
}
