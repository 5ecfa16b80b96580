import type { MaskPatch } from '../paste.ts';
import type { Sight } from '../sight.ts';

/** A cell of a patch. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

/** The cell that a pixel of the photograph lies in, or the nearest one. */
export function cellAt({ rows, columns, region }: Omit<MaskPatch, 'probabilities'>, x: number, y: number): Place {
  const [left, top, width, height] = region;
  return {
    row: inside(((y - top) / height) * rows, rows),
    column: inside(((x - left) / width) * columns, columns),
  };
}

/**
 * The photograph's colours at the centres of a patch's cells, from the head's picture: three planes of `rows * columns`, red, green
 * and blue, 0 to 255. Beyond the photograph its border goes on.
 */
export function coloursOf(
  { rows, columns, region: [left, top, width, height] }: Omit<MaskPatch, 'probabilities'>,
  sight: Sight,
  [pictureHeight, pictureWidth]: readonly [number, number],
): readonly Float32Array[] {
  const cells = rows * columns;
  const planes = [0, 1, 2].map(() => new Float32Array(cells));
  const across = Array.from({ length: columns }, (_, column) =>
    inside(((left + ((column + 0.5) / columns) * width) / sight.width) * pictureWidth, pictureWidth),
  );
  for (let row = 0; row < rows; row++) {
    const y = inside(((top + ((row + 0.5) / rows) * height) / sight.height) * pictureHeight, pictureHeight);
    for (let column = 0; column < columns; column++) {
      const at = 3 * (y * pictureWidth + across[column]!);
      for (let plane = 0; plane < 3; plane++) planes[plane]![row * columns + column] = sight.picture[at + plane]!;
    }
  }
  return planes;
}

/** A position as a whole number from 0 to below `count`. */
function inside(position: number, count: number): number {
  return Math.min(count - 1, Math.max(0, Math.floor(position)));
}
