/** How far a dataset is read, as the browser's page shows it. */
import type { Summary } from './summary.ts';

export interface BrowseState {
  /** The file or folder, absolute. */
  readonly path: string;
  /** Its last part. */
  readonly name: string;
  readonly files: number;
  /** Records whose places are known. */
  readonly records: number;
  /** All places are known. */
  readonly counted: boolean;
  /** Records whose facts are known. */
  readonly known: number;
  /** While a text is searched, how many records have been looked through. */
  readonly searched?: number;
  /** Of all records whose facts are known. */
  readonly all: Summary;
  /** Files that could not be read, and why; a sentence each. */
  readonly problems: readonly string[];
}

/** The records that the view shows, by a number that grows when they change places. */
export interface Selection {
  readonly number: number;
  readonly count: number;
  /** No more will come, as long as the files stay as they are. */
  readonly complete: boolean;
}
