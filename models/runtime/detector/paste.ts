import type { RunLengthMask } from '../../../core/masks/runLengthMask.ts';

/** A small map of probabilities and the part of the photograph that it covers. */
export interface MaskPatch {
  /** `[rows, columns]`, row-major, 0 to 1. */
  readonly probabilities: Float32Array;
  readonly rows: number;
  readonly columns: number;
  /** Left, top, width, height in pixels of the photograph; may reach beyond its edges. */
  readonly region: readonly [number, number, number, number];
}

/**
 * The patch at the photograph's size, as runs: bilinear between cell centres, a pixel belongs to the mask where the
 * probability exceeds `threshold`. Only the region's pixels are visited, so a small thing on a large photograph is cheap.
 */
export function pasteMask(patch: MaskPatch, height: number, width: number, threshold: number): RunLengthMask {
  const { rows, columns, probabilities, region } = patch;
  const [left, top, regionWidth, regionHeight] = region;
  const x0 = Math.max(0, Math.floor(left));
  const x1 = Math.min(width, Math.ceil(left + regionWidth));
  const y0 = Math.max(0, Math.floor(top));
  const y1 = Math.min(height, Math.ceil(top + regionHeight));
  const runs = new RunWriter();
  if (x1 > x0 && y1 > y0) {
    const down = cellsAlong(y0, y1, top, regionHeight, rows);
    const across = cellsAlong(x0, x1, left, regionWidth, columns);
    const column = new Float32Array(rows);
    for (let x = x0; x < x1; x++) {
      const cell = across.cell[x - x0]!;
      const share = across.share[x - x0]!;
      const next = Math.min(cell + 1, columns - 1);
      for (let row = 0; row < rows; row++) {
        const at = row * columns;
        column[row] = probabilities[at + cell]! * (1 - share) + probabilities[at + next]! * share;
      }
      for (let y = y0; y < y1; y++) {
        const above = down.cell[y - y0]!;
        const part = down.share[y - y0]!;
        const value = column[above]! * (1 - part) + column[Math.min(above + 1, rows - 1)]! * part;
        if (value > threshold) runs.set(x * height + y);
      }
    }
  }
  return { height, width, counts: runs.finish(height * width) };
}

/** For each pixel from `from` to `to`: the cell whose centre lies at or before its centre, and how far to the next. */
function cellsAlong(from: number, to: number, start: number, length: number, cells: number) {
  const cell = new Uint16Array(to - from);
  const share = new Float32Array(to - from);
  for (let i = 0; i < to - from; i++) {
    const position = Math.min(cells - 1, Math.max(0, ((from + i + 0.5 - start) / length) * cells - 0.5));
    cell[i] = Math.floor(position);
    share[i] = position - Math.floor(position);
  }
  return { cell, share };
}

/** Collects pixels, given in column-major order, into runs that begin with background. */
class RunWriter {
  #counts: number[] = [];
  #end = 0;

  set(index: number): void {
    if (index === this.#end && this.#counts.length > 0) this.#counts[this.#counts.length - 1]! += 1;
    else this.#counts.push(index - this.#end, 1);
    this.#end = index + 1;
  }

  finish(total: number): Uint32Array {
    if (this.#end < total || this.#counts.length === 0) this.#counts.push(total - this.#end);
    return Uint32Array.from(this.#counts);
  }
}
