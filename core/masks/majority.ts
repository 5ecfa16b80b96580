import { foregroundOf, maskOfToggles, type RunLengthMask } from './foreground.ts';
import { boundingBox } from './geometry.ts';

/** The pixels of a square of twice this and one a side fit 16 bits. */
const LARGEST_RADIUS = 127;

/**
 * The mask smoothed: a pixel belongs to it where most pixels of the square round it do, `radius` pixels (1 to 127) to each side.
 * What of the square lies outside the image is not counted, so that a mask that the border cuts stays cut there. Thin spikes and
 * notches go; nothing more than `radius` pixels from the contour changes.
 */
export function smoothed(mask: RunLengthMask, radius: number): RunLengthMask {
  const reach = Math.min(LARGEST_RADIUS, Math.max(0, Math.floor(radius)));
  const [left, top, boxWidth, boxHeight] = boundingBox(mask);
  if (!(reach > 0) || boxWidth === 0) return mask;
  const { height, width } = mask;
  const firstRow = Math.max(0, top - reach);
  const rows = Math.min(height, top + boxHeight + reach) - firstRow;
  const windows = new ColumnWindows(mask, reach, firstRow, rows);
  const heights = windowHeights(height, reach, firstRow, rows);
  const toggles = new ToggleList();
  const first = Math.max(0, left - reach);
  const last = Math.min(width - 1, left + boxWidth - 1 + reach);
  for (let x = first; x < first + reach; x++) windows.enter(x);
  for (let x = first; x <= last; x++) {
    windows.enter(x + reach);
    if (x - reach - 1 >= first) windows.leave(x - reach - 1);
    const columns = Math.min(width - 1, x + reach) - Math.max(0, x - reach) + 1;
    addMajority(toggles, windows.sums, heights, columns, x * height + firstRow);
  }
  return maskOfToggles(height, width, toggles.values, toggles.length);
}

/** The stretches of a column, whose first row is at position `head`, in which more than half of the window is foreground. */
function addMajority(
  toggles: ToggleList,
  sums: Uint16Array,
  heights: Uint16Array,
  columns: number,
  head: number,
): void {
  let inside = false;
  for (let row = 0; row < sums.length; row++) {
    if (2 * sums[row]! > columns * heights[row]! === inside) continue;
    toggles.add(head + row);
    inside = !inside;
  }
  if (inside) toggles.add(head + sums.length);
}

/**
 * How many pixels of the windows round the rows of a column are foreground. Columns enter from left to right, and leave so; the
 * counts of those between are kept.
 */
class ColumnWindows {
  readonly sums: Uint16Array;
  readonly #mask: RunLengthMask;
  readonly #reach: number;
  readonly #firstRow: number;
  readonly #slots: Uint16Array[];
  readonly #pixels: Uint8Array;
  /** The first interval that can lie in the column that enters next. */
  #interval = 0;

  constructor(mask: RunLengthMask, reach: number, firstRow: number, rows: number) {
    this.#mask = mask;
    this.#reach = reach;
    this.#firstRow = firstRow;
    this.sums = evenRoom(rows);
    this.#slots = Array.from({ length: 2 * reach + 2 }, () => evenRoom(rows));
    this.#pixels = new Uint8Array(rows);
  }

  enter(x: number): void {
    const counts = this.#slot(x);
    counts.fill(0);
    if (!this.#readPixels(x)) return;
    const pixels = this.#pixels;
    const reach = this.#reach;
    const rows = pixels.length;
    let count = 0;
    for (let row = 0; row < Math.min(reach, rows); row++) count += pixels[row]!;
    for (let row = 0; row < rows; row++) {
      if (row + reach < rows) count += pixels[row + reach]!;
      if (row > reach) count -= pixels[row - reach - 1]!;
      counts[row] = count;
    }
    const [sums, added] = [pairs(this.sums), pairs(counts)];
    for (let i = 0; i < sums.length; i++) sums[i]! += added[i]!;
  }

  leave(x: number): void {
    const [sums, gone] = [pairs(this.sums), pairs(this.#slot(x))];
    for (let i = 0; i < sums.length; i++) sums[i]! -= gone[i]!;
  }

  #slot(x: number): Uint16Array {
    return this.#slots[x % this.#slots.length]!;
  }

  /** False where the column has no foreground. */
  #readPixels(x: number): boolean {
    const { starts, ends } = foregroundOf(this.#mask);
    const low = x * this.#mask.height + this.#firstRow;
    const high = low + this.#pixels.length;
    while (this.#interval < ends.length && ends[this.#interval]! <= low) this.#interval++;
    if (this.#interval === ends.length || starts[this.#interval]! >= high) return false;
    this.#pixels.fill(0);
    for (let i = this.#interval; i < ends.length && starts[i]! < high; i++) {
      this.#pixels.fill(1, Math.max(starts[i]!, low) - low, Math.min(ends[i]!, high) - low);
    }
    return true;
  }
}

class ToggleList {
  values = new Uint32Array(4096);
  length = 0;

  /** A position twice is none: what ends at the foot of a column goes on at the head of the next. */
  add(position: number): void {
    if (this.length > 0 && this.values[this.length - 1] === position) {
      this.length--;
      return;
    }
    if (this.length === this.values.length) {
      const larger = new Uint32Array(2 * this.length);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length++] = position;
  }
}

/** How many rows of the image the windows hold, from row `first` on: fewer at head and foot. */
function windowHeights(height: number, reach: number, first: number, rows: number): Uint16Array {
  const sizes = new Uint16Array(rows);
  for (let i = 0; i < rows; i++) {
    const y = first + i;
    sizes[i] = Math.min(height - 1, y + reach) - Math.max(0, y - reach) + 1;
  }
  return sizes;
}

/** Numbers of 16 bits of which two can be added as one of 32: none of them ever runs over into the other. */
function evenRoom(rows: number): Uint16Array {
  return new Uint16Array(new ArrayBuffer(4 * ((rows + 1) >> 1)), 0, rows);
}

function pairs(numbers: Uint16Array): Uint32Array {
  return new Uint32Array(numbers.buffer);
}
