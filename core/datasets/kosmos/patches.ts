/** Kosmos-2's places: a box as the cells of its upper left and lower right corner in a grid of 32 × 32 over the image. */
import type { Corners } from '../boxes.ts';

export const GRID = 32;
/** Boxes from cells come back to the same cells, whatever rounding did to them. */
const TOLERANCE = 1e-6;

/** The cells of a box with corners from 0 to 1, row by row from the upper left, as Hugging Face's processor counts them. */
export function cellsOf([left, top, right, bottom]: Corners): readonly [first: number, last: number] {
  const first = (value: number) => within(Math.floor(value * GRID + TOLERANCE));
  const last = (value: number, least: number) => Math.max(within(Math.ceil(value * GRID - 1 - TOLERANCE)), least);
  const [x1, y1] = [first(left), first(top)];
  return [y1 * GRID + x1, last(bottom, y1) * GRID + last(right, x1)];
}

/** The corners that cells stand for, from 0 to 1: the cells' centres, and their edges where both lie in one row or column. */
export function boxOfCells(first: number, last: number): Corners {
  const [x1, y1] = [first % GRID, Math.floor(first / GRID)];
  const [x2, y2] = [last % GRID, Math.floor(last / GRID)];
  const isFlat = x1 === x2 || y1 === y2;
  const [before, after] = isFlat ? [0, 1] : [0.5, 0.5];
  return [(x1 + before) / GRID, (y1 + before) / GRID, (x2 + after) / GRID, (y2 + after) / GRID];
}

function within(cell: number): number {
  return Math.min(Math.max(cell, 0), GRID - 1);
}
