/** The records of a document in which something was found, so that a keystroke costs nothing for all the clean ones. */
import type { RecordCell, UscdfDocument } from '../records/document.ts';
import { comparePositions } from '../records/position.ts';

export interface NoisyRecord {
  readonly cell: RecordCell;
  /** How many findings it has; never 0. */
  readonly count: number;
}

export class NoisyRecords {
  private document: UscdfDocument | undefined;
  private revision = 0;
  private list: NoisyRecord[] = [];

  /** What was found in some records has changed though their text did not. */
  forget(): void {
    this.document = undefined;
    this.list = [];
  }

  /** In the order of their places. Only records that are new since the last call are looked at. */
  of(document: UscdfDocument, count: (cell: RecordCell) => number): readonly NoisyRecord[] {
    const changes = this.document === document ? document.changesSince(this.revision) : undefined;
    if (changes === undefined) this.list = countAll(document.cells, count);
    else if (changes.length > 0) {
      // What came and went again in between is in both.
      const gone = new Set(changes.flatMap(({ removed }) => removed));
      this.list = this.list.filter(({ cell }) => !gone.has(cell));
      const fresh = changes.flatMap(({ added }) => added).filter((cell) => !gone.has(cell));
      for (const noisy of countAll(fresh, count)) this.list.splice(this.placeOf(noisy.cell), 0, noisy);
    }
    this.document = document;
    this.revision = document.revision;
    return this.list;
  }

  /** Where a record belongs in the list. */
  private placeOf(cell: RecordCell): number {
    let low = 0;
    let high = this.list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (comparePositions(this.list[middle]!.cell.start, cell.start) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function countAll(cells: readonly RecordCell[], count: (cell: RecordCell) => number): NoisyRecord[] {
  const noisy: NoisyRecord[] = [];
  for (const cell of cells) {
    const found = count(cell);
    if (found > 0) noisy.push({ cell, count: found });
  }
  return noisy;
}
