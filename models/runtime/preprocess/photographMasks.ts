import type { RunLengthMask } from '../../../core/masks/runLengthMask.ts';
import type { MaskSettings, Preprocess } from '../manifest.ts';
import { type Axis, axisOf, TAPS } from './axis.ts';
import type { Geometry } from './geometry.ts';
import { RunBuilder } from './runBuilder.ts';

/** Output rows that read the same rows of the mask. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly first: number;
}

/** Brings masks of one photograph to its size. Made once for all of them. */
export class MaskProjector {
  readonly #geometry: Geometry;
  readonly #settings: Pick<MaskSettings, 'size' | 'threshold'>;
  readonly #across: Axis;
  readonly #down: Axis;
  readonly #stretches: readonly Stretch[];
  readonly #column: Float64Array;

  constructor(geometry: Geometry, settings: Pick<MaskSettings, 'size' | 'threshold'>, fit: Preprocess['fit']) {
    const { input, content, photograph } = geometry;
    const [rows, columns] = settings.size;
    // A stretched mask goes to the photograph at once, and one of a square around it to that square; a padded or cropped one
    // must first lie where the input's pixels lie.
    const steps = fit === 'stretch' || fit === 'centre-pad' ? 1 : 2;
    const side = (mask: number, length: number, start: number, inside: number, pixels: number) =>
      axisOf({ mask, input: length, start, length: inside, photograph: pixels, steps });
    this.#geometry = geometry;
    this.#settings = settings;
    this.#across = side(columns, input.width, content.left, content.width, photograph.width);
    this.#down = side(rows, input.height, content.top, content.height, photograph.height);
    this.#stretches = stretchesOf(this.#down.first);
    this.#column = new Float64Array(rows);
  }

  /**
   * One mask of the model, `[rows, columns]` row-major, at the photograph's size: bilinear, a pixel belongs to it above the
   * threshold. Shorter data reads as background, so that no graph can make this read past its end.
   */
  project(mask: Float32Array): RunLengthMask {
    const { height, width } = this.#geometry.photograph;
    const { threshold } = this.#settings;
    const runs = new RunBuilder();
    if (mask.some((value) => value > threshold)) {
      for (let x = 0; x < width; x++) {
        if (this.#readColumn(mask, x)) this.#addColumn(runs, x * height, threshold);
      }
    }
    return { height, width, counts: runs.finish(height * width) };
  }

  /** Masks that lie one behind the other, as a decoder gives them for several targets. */
  projectAll(masks: Float32Array): RunLengthMask[] {
    const [rows, columns] = this.#settings.size;
    const cells = rows * columns;
    return Array.from({ length: Math.floor(masks.length / cells) }, (_, i) =>
      this.project(masks.subarray(i * cells, (i + 1) * cells)),
    );
  }

  /** The mask along one column of the photograph, at the mask's own rows; whether the mask covers the column at all. */
  #readColumn(mask: Float32Array, x: number): boolean {
    const first = this.#across.first[x]!;
    if (first < 0) return false;
    const columns = this.#settings.size[1];
    const column = this.#column;
    const { weights } = this.#across;
    for (let row = 0; row < column.length; row++) {
      let value = 0;
      for (let tap = 0; tap < TAPS; tap++) {
        const weight = weights[x * TAPS + tap]!;
        if (weight !== 0) value += weight * (mask[row * columns + Math.min(first + tap, columns - 1)] ?? 0);
      }
      column[row] = value;
    }
    return true;
  }

  /** Bilinear weights make means: where all rows that a stretch reads lie on one side of the threshold, so does it. */
  #addColumn(runs: RunBuilder, start: number, threshold: number): void {
    const column = this.#column;
    const last = column.length - 1;
    for (const { from, to, first } of this.#stretches) {
      let above = 0;
      for (let tap = 0; tap < TAPS; tap++) if (column[Math.min(first + tap, last)]! > threshold) above++;
      if (above === TAPS) runs.add(start + from, to - from);
      else if (above > 0) this.#addPixels(runs, start, from, to, threshold);
    }
  }

  #addPixels(runs: RunBuilder, start: number, from: number, to: number, threshold: number): void {
    const column = this.#column;
    const last = column.length - 1;
    const { first, weights } = this.#down;
    for (let y = from; y < to; y++) {
      let value = 0;
      for (let tap = 0; tap < TAPS; tap++) {
        value += weights[y * TAPS + tap]! * column[Math.min(first[y]! + tap, last)]!;
      }
      if (value > threshold) runs.add(start + y, 1);
    }
  }
}

function stretchesOf(first: Int32Array): readonly Stretch[] {
  const stretches: Stretch[] = [];
  for (let from = 0, to = 0; from < first.length; from = to) {
    to = from + 1;
    while (to < first.length && first[to] === first[from]) to++;
    if (first[from]! >= 0) stretches.push({ from, to, first: first[from]! });
  }
  return stretches;
}
