import { foregroundOf, type RunLengthMask } from '../../masks/foreground.ts';
import { paint } from './labelSegments.ts';

/** A painted map, column by column, as runs: the position behind each, and its value. Together they are the whole map. */
export interface ValueRuns {
  readonly ends: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

interface Layer {
  readonly mask: RunLengthMask;
  readonly value: number;
}

/** What `paint` paints, as runs. Layers that do not overlap, as segments of a map do not, are not painted for it. */
export function paintedRuns(layers: readonly Layer[], height: number, width: number, ground: number): ValueRuns {
  const fitting = layers.filter(({ mask }) => mask.height === height && mask.width === width);
  return (
    runsOfDisjoint(fitting, height * width, ground) ??
    runsOfPixels(paint(fitting, height, width, ground), height * width)
  );
}

/** Intervals are told apart by their number, which stands below their start in one number. */
const MOST_INTERVALS = 2 ** 20;

/** Undefined where layers overlap, or have more intervals than can be sorted in one go. */
function runsOfDisjoint(layers: readonly Layer[], total: number, ground: number): ValueRuns | undefined {
  const foregrounds = layers.map(({ mask }) => foregroundOf(mask));
  let count = 0;
  for (const { starts } of foregrounds) count += starts.length;
  if (count > MOST_INTERVALS) return undefined;
  const order = new Float64Array(count);
  const ends = new Uint32Array(count);
  const layerOf = new Uint32Array(count);
  let at = 0;
  foregrounds.forEach((foreground, layer) => {
    for (let i = 0; i < foreground.starts.length; i++, at++) {
      order[at] = foreground.starts[i]! * MOST_INTERVALS + at;
      ends[at] = foreground.ends[i]!;
      layerOf[at] = layer;
    }
  });
  const runs = new Runs();
  let position = 0;
  for (const key of order.sort()) {
    const interval = key % MOST_INTERVALS;
    const start = (key - interval) / MOST_INTERVALS;
    if (start < position) return undefined;
    if (start > position) runs.add(start, ground);
    position = ends[interval]!;
    runs.add(position, layers[layerOf[interval]!]!.value);
  }
  if (position < total) runs.add(total, ground);
  return runs;
}

function runsOfPixels(pixels: Uint32Array, total: number): ValueRuns {
  const runs = new Runs();
  for (let i = 1; i <= total; i++) if (i === total || pixels[i] !== pixels[i - 1]) runs.add(i, pixels[i - 1]!);
  return runs;
}

class Runs implements ValueRuns {
  readonly ends: number[] = [];
  readonly values: number[] = [];

  add(end: number, value: number): void {
    this.ends.push(end);
    this.values.push(value);
  }
}
