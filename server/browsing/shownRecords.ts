/** The records that the view shows, in its order, kept up to date while facts come in. */
import type { Selection } from '../../core/browsing/browseState.ts';
import type { RecordTable } from '../../core/browsing/recordTable.ts';
import { type BrowseView, isWholeFile, type Matches, selectRecords, WHOLE_FILE } from '../../core/browsing/view.ts';

export class ShownRecords {
  private shown: BrowseView = WHOLE_FILE;
  /** Absent where all records are shown as they stand. */
  private order: Uint32Array | undefined;
  private number = 1;

  get view(): BrowseView {
    return this.shown;
  }

  /** The records in their order; `undefined` stands for all of them, as they stand. */
  get records(): Uint32Array | undefined {
    return this.order;
  }

  /** Shows something else; `refresh` fills it. */
  show(view: BrowseView): void {
    this.shown = view;
    this.begin();
  }

  /** The records are others: all places that anybody knows are void. */
  begin(): void {
    this.order = isWholeFile(this.shown) ? undefined : new Uint32Array(0);
    this.number++;
  }

  /** Takes in what has become known. Places that were handed out stay valid where the number stays. */
  refresh(table: RecordTable, matches: Matches | undefined): void {
    if (isWholeFile(this.shown)) return;
    const order = selectRecords(table, this.shown, matches);
    const { sort, descending } = this.shown;
    const onlyGrows = sort === 'file' && !descending;
    if (!onlyGrows && !isSame(order, this.order)) this.number++;
    this.order = order;
  }

  selection(table: RecordTable, complete: boolean): Selection {
    return { number: this.number, count: this.order?.length ?? table.size, complete };
  }

  /** The record at a place of a selection; `undefined` where the selection is another one by now, or ends before. */
  recordAt(selection: number, place: number, table: RecordTable): number | undefined {
    if (selection !== this.number) return undefined;
    if (this.order !== undefined) return this.order[place];
    return place < table.size ? place : undefined;
  }
}

function isSame(a: Uint32Array, b: Uint32Array | undefined): boolean {
  if (b === undefined || a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
