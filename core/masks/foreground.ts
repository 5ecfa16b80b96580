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
  const most = mask.counts.length >> 1;
  const bounds = new Uint32Array(2 * most);
  const length = writeBounds(mask.counts, bounds, most);
  const foreground = { starts: bounds.subarray(0, length), ends: bounds.subarray(most, most + length) };
  known.set(mask, foreground);
  return foreground;
}

/** Starts to the first `most` places of `bounds`, ends to those from `most` on; returns how many intervals there are. */
function writeBounds(counts: Uint32Array, bounds: Uint32Array, most: number): number {
  let length = 0;
  let position = 0;
  for (let i = 1; i < counts.length; i += 2) {
    // Positions are whole numbers of 32 bits, and `>>> 0` lets the sums be so too.
    position = (position + counts[i - 1]!) >>> 0;
    const run = counts[i]!;
    if (run === 0) continue;
    if (length > 0 && bounds[most + length - 1] === position) length--;
    else bounds[length] = position;
    position = (position + run) >>> 0;
    bounds[most + length++] = position;
  }
  return length;
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
  const last = length > 0 ? toggles[length - 1]! : 0;
  const open = last < total;
  const counts = new Uint32Array(open ? length + 1 : length);
  // A loop that sees arrays of one kind alone is several times as fast.
  differences(toggles instanceof Uint32Array ? toggles : new Uint32Array(toggles), length, counts);
  if (open) counts[length] = total - last;
  return { height, width, counts };
}

function differences(positions: Uint32Array, length: number, into: Uint32Array): void {
  let before = 0;
  for (let i = 0; i < length; i++) {
    const position = positions[i]!;
    into[i] = position - before;
    before = position;
  }
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
