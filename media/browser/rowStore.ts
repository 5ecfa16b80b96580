/** The rows that the page holds: those on the screen and around it. Places are those of one selection. */
import type { Selection } from '../../core/browsing/browseState.ts';
import type { ShownRow } from '../browserProtocol.ts';

/** Rows that are held at most. */
const MOST_ROWS = 1_000;
/** Places of one stretch that is asked for. */
const LONGEST_STRETCH = 500;

export class RowStore {
  selection: Selection = { number: -1, count: 0, complete: false };
  private readonly rows = new Map<number, ShownRow>();
  /** Rows of the selection before, shown until theirs come, so that nothing flashes. */
  private before = new Map<number, ShownRow>();

  /** Takes in another selection. */
  select(selection: Selection): void {
    const isOther = selection.number !== this.selection.number;
    this.selection = selection;
    if (isOther) {
      this.before = new Map([...this.before, ...this.rows]);
      this.rows.clear();
    }
  }

  /** Takes in rows; returns the places that they fill, none where they are of another selection. */
  put(selection: number, from: number, rows: readonly ShownRow[]): readonly number[] {
    if (selection !== this.selection.number) return [];
    for (const [i, row] of rows.entries()) {
      this.rows.set(from + i, row);
      this.before.delete(from + i);
    }
    return rows.map((_, i) => from + i);
  }

  /** The row to show at a place: its own, or that of the selection before. */
  at(place: number): ShownRow | undefined {
    return this.rows.get(place) ?? this.before.get(place);
  }

  /** The row that is certainly the place's own. */
  own(place: number): ShownRow | undefined {
    return this.rows.get(place);
  }

  /** The stretches between two places whose rows are missing. */
  missing(from: number, end: number): readonly (readonly [from: number, to: number])[] {
    const stretches: [number, number][] = [];
    for (let place = from; place < Math.min(end, this.selection.count); place++) {
      if (this.rows.has(place)) continue;
      const last = stretches[stretches.length - 1];
      if (last !== undefined && last[1] === place && place - last[0] < LONGEST_STRETCH) last[1] = place + 1;
      else stretches.push([place, place + 1]);
    }
    return stretches;
  }

  /** Lets go of rows that are far from what is shown. */
  keepNear(from: number, end: number): void {
    for (const rows of [this.rows, this.before]) {
      if (rows.size <= MOST_ROWS) continue;
      const room = MOST_ROWS / 4;
      for (const place of rows.keys()) if (place < from - room || place >= end + room) rows.delete(place);
    }
  }
}
