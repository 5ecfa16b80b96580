/**
 * A mask as runs: column-major (down each column, then the next column), alternating background and foreground.
 * The runs sum to height × width. Masks are values: nothing changes `counts` after the mask is made.
 */
export interface RunLengthMask {
  readonly height: number;
  readonly width: number;
  /** Pixels a run; the first run is background and may be 0. */
  readonly counts: Uint32Array;
}

/**
 * The foreground as half-open intervals of column-major pixel positions: sorted, none empty, none touching the next.
 */
export interface Foreground {
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

const known = new WeakMap<RunLengthMask, Foreground>();

/**
 * The foreground intervals of a mask, computed once a mask. Runs of length 0 are dropped and what they part is joined.
 */
export function foregroundOf(mask: RunLengthMask): Foreground {
  const seen = known.get(mask);
  if (seen !== undefined) return seen;
  const { counts } = mask;
  const most = counts.length >> 1;
  const starts = new Uint32Array(most);
  const ends = new Uint32Array(most);
  let length = 0;
  let position = 0;
  for (let i = 1; i < counts.length; i += 2) {
    position += counts[i - 1]!;
    const run = counts[i]!;
    if (run === 0) continue;
    if (length > 0 && ends[length - 1] === position) length--;
    else starts[length] = position;
    position += run;
    ends[length++] = position;
  }
  const foreground = { starts: starts.subarray(0, length), ends: ends.subarray(0, length) };
  known.set(mask, foreground);
  return foreground;
}

/**
 * The mask whose value changes at each of the given column-major positions, starting from background. Positions are
 * sorted and distinct; the first `length` of them count. The runs are canonical: only the first may be 0.
 */
export function maskOfToggles(
  height: number,
  width: number,
  toggles: ArrayLike<number>,
  length = toggles.length,
): RunLengthMask {
  const total = height * width;
  const open = length > 0 ? toggles[length - 1]! < total : total > 0;
  const counts = new Uint32Array(open ? length + 1 : length);
  let position = 0;
  for (let i = 0; i < length; i++) {
    counts[i] = toggles[i]! - position;
    position = toggles[i]!;
  }
  if (open) counts[length] = total - position;
  return { height, width, counts };
}

/** The index of the first interval that ends after a position; the number of intervals where none does. */
export function firstEndingAfter({ ends }: Foreground, position: number): number {
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle]! > position) high = middle;
    else low = middle + 1;
  }
  return low;
}
