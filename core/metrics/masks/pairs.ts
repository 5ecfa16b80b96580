/** A row and a column of a matrix of overlaps, and the overlap. */
export interface Pair {
  readonly row: number;
  readonly column: number;
  readonly iou: number;
}

/**
 * Pairs in the order in which a search for the largest overlap, repeated, would come upon them: larger ones first, of
 * equals the one that stands first, row by row.
 */
export function largestFirst(pairs: Pair[]): Pair[] {
  return pairs.length < 2 ? pairs : pairs.sort((a, b) => b.iou - a.iou || a.row - b.row || a.column - b.column);
}
