/** How many tiles lie side by side and one below the other. */
export interface TileGrid {
  readonly columns: number;
  readonly rows: number;
}

/**
 * The grid of `min` to `max` tiles whose proportions are closest to the photograph's, as InternVL chooses it. Of grids that
 * are equally close the larger one is taken where the photograph has more than half its pixels.
 */
export function tileGrid(
  photograph: { readonly width: number; readonly height: number },
  [tileHeight, tileWidth]: readonly [number, number],
  min: number,
  max: number,
): TileGrid {
  const proportions = photograph.width / photograph.height;
  const pixels = photograph.width * photograph.height;
  let best: TileGrid = { columns: 1, rows: 1 };
  let least = Number.POSITIVE_INFINITY;
  for (const grid of grids(min, max)) {
    const difference = Math.abs(proportions - grid.columns / grid.rows);
    const isLargeEnough = pixels > 0.5 * tileHeight * tileWidth * grid.columns * grid.rows;
    if (difference < least || (difference === least && isLargeEnough)) best = grid;
    least = Math.min(least, difference);
  }
  return best;
}

/** All grids of `min` to `max` tiles, small ones first. */
function grids(min: number, max: number): readonly TileGrid[] {
  const all: TileGrid[] = [];
  for (let columns = 1; columns <= max; columns++) {
    for (let rows = 1; rows * columns <= max; rows++) if (rows * columns >= min) all.push({ columns, rows });
  }
  return all.sort((a, b) => a.columns * a.rows - b.columns * b.rows);
}
