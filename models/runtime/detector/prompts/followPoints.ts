import type { MaskPoint } from '../../model.ts';
import type { MaskPatch } from '../paste.ts';
import { cellAt } from './cells.ts';
import { solve } from './solve.ts';

/** How far a point reaches: in shares of the patch, and in colours (0 to 255 each), as the deviations of a bell curve. */
const REACH = 0.2;
const COLOUR_REACH = 150;
/** The logit that a cell under a point gets: 95 %, or 5 %. */
const SURE = 3;
const CERTAIN = 1e-3;
/** Lets points contradict each other where they lie on one cell. */
const SLACK = 0.05;

interface Seed {
  readonly row: number;
  readonly column: number;
  /** Of its cell in the planes. */
  readonly index: number;
  /** What its cell's logit lacks; 0 where the patch is right there. */
  readonly lack: number;
}

/**
 * A patch that agrees with the points. Under each point on its wrong side the logit becomes what the point says, under the others it
 * stays; in between the change is interpolated by bell curves over place and colour (radial basis functions), so that it spreads over
 * what is near and looks alike. The patch itself where every point is on its right side.
 *
 * @param colours Three planes, as `coloursOf` gives them.
 */
export function followPoints(
  patch: MaskPatch,
  points: readonly MaskPoint[],
  colours: readonly Float32Array[],
  threshold: number,
): MaskPatch {
  const seeds = points.map((point) => seedOf(patch, point, threshold));
  if (seeds.every(({ lack }) => lack === 0)) return patch;
  const weights = weightsOf(seeds, patch, colours);
  const { rows, columns } = patch;
  const probabilities = new Float32Array(patch.probabilities.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const cell = { row, column, index: row * columns + column };
      let value = logit(patch.probabilities[cell.index]!);
      for (const [i, seed] of seeds.entries()) value += weights[i]! * nearness(seed, cell, patch, colours);
      probabilities[cell.index] = 1 / (1 + Math.exp(-value));
    }
  }
  return { ...patch, probabilities };
}

/** How much of each seed's bell curve is added, so that together they give what each seed lacks. */
function weightsOf(seeds: readonly Seed[], patch: MaskPatch, colours: readonly Float32Array[]): Float64Array {
  const matrix = seeds.map((one, i) =>
    Float64Array.from(seeds, (other, j) => nearness(one, other, patch, colours) + (i === j ? SLACK : 0)),
  );
  return solve(
    matrix,
    Float64Array.from(seeds, ({ lack }) => lack),
  );
}

function seedOf(patch: MaskPatch, { x, y, positive }: MaskPoint, threshold: number): Seed {
  const { row, column } = cellAt(patch, x, y);
  const index = row * patch.columns + column;
  const probability = patch.probabilities[index]!;
  const isRight = probability > threshold === positive;
  return { row, column, index, lack: isRight ? 0 : (positive ? SURE : -SURE) - logit(probability) };
}

/** 1 at the seed, towards 0 where place or colour are far from it. */
function nearness(
  seed: Seed,
  cell: Pick<Seed, 'row' | 'column' | 'index'>,
  { rows, columns }: MaskPatch,
  colours: readonly Float32Array[],
): number {
  const down = (cell.row - seed.row) / rows;
  const across = (cell.column - seed.column) / columns;
  let colour = 0;
  for (const plane of colours) colour += (plane[cell.index]! - plane[seed.index]!) ** 2;
  return Math.exp(-(down * down + across * across) / (2 * REACH * REACH) - colour / (2 * COLOUR_REACH * COLOUR_REACH));
}

function logit(probability: number): number {
  const inner = Math.min(1 - CERTAIN, Math.max(CERTAIN, probability));
  return Math.log(inner / (1 - inner));
}
