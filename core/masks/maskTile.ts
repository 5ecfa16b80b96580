import { firstEndingAfter, foregroundOf, type RunLengthMask } from './foreground.ts';

/** A square part of a mask, made smaller, with one cell more on each side. */
export interface MaskTile {
  /** Column-major, 0 or 1: `(side + 2) * (side + 2)` cells. */
  readonly cells: Uint8Array;
  /** Cells that are 1, those at the sides included. */
  readonly filled: number;
}

/**
 * The cells of `step` × `step` pixels from pixel (`left`, `top`) on, `side` in a row and a column; a cell is 1 where any of its pixels
 * is, so that a line as thin as a pixel stays in sight. Outside the image lies background. `into` is used anew for the cells.
 */
export function maskTile(
  mask: RunLengthMask,
  left: number,
  top: number,
  step: number,
  side: number,
  into: Uint8Array = new Uint8Array((side + 2) * (side + 2)),
): MaskTile {
  const { height, width } = mask;
  const across = side + 2;
  const cells = into.fill(0);
  const [firstRow, endRow] = [top - step, top + (side + 1) * step];
  const foreground = foregroundOf(mask);
  const { starts, ends } = foreground;
  const firstColumn = Math.max(0, left - step);
  const inSight = firstRow < height && endRow > 0;
  const lastColumn = inSight ? Math.min(width, left + (side + 1) * step) - 1 : -1;
  let i = firstEndingAfter(foreground, firstColumn * height);
  for (let x = firstColumn; x <= lastColumn && i < starts.length; x++) {
    const head = x * height;
    const low = head + Math.max(0, firstRow);
    const high = head + Math.min(height, endRow);
    while (i < starts.length && ends[i]! <= low) i++;
    const column = Math.floor((x - left + step) / step) * across;
    for (let k = i; k < starts.length && starts[k]! < high; k++) {
      const from = Math.floor((Math.max(starts[k]!, low) - head - firstRow) / step);
      const to = Math.floor((Math.min(ends[k]!, high) - 1 - head - firstRow) / step) + 1;
      cells.fill(1, column + from, column + to);
    }
  }
  let filled = 0;
  for (const cell of cells) filled += cell;
  return { cells, filled };
}

/**
 * The edges between cells of different value, from the tile's own cells to their neighbours: straight pieces `[x1, y1, x2, y2, …]` in
 * cells from the tile's left top corner, each as long as it goes straight on.
 */
export function tileEdges({ cells }: MaskTile, side: number): number[] {
  const across = side + 2;
  const edges: number[] = [];
  for (let x = 0; x <= side; x++) {
    const [before, here] = [x * across, (x + 1) * across];
    for (let y = 1; y <= side; y++) {
      if (cells[before + y] === cells[here + y]) continue;
      const from = y;
      while (y <= side && cells[before + y] !== cells[here + y]) y++;
      edges.push(x, from - 1, x, y - 1);
    }
  }
  for (let y = 0; y <= side; y++) {
    for (let x = 1; x <= side; x++) {
      const at = x * across + y;
      if (cells[at] === cells[at + 1]) continue;
      const from = x;
      while (x <= side && cells[x * across + y] !== cells[x * across + y + 1]) x++;
      edges.push(from - 1, y, x - 1, y);
    }
  }
  return edges;
}
