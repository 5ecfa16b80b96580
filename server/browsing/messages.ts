/** What the extension and the browsing process say to each other. Everything here survives a structured clone. */
import type { BrowseState, Selection } from '../../core/browsing/browseState.ts';
import type { BrowsedRow } from '../../core/browsing/row.ts';
import type { Summary } from '../../core/browsing/summary.ts';
import type { BrowseView } from '../../core/browsing/view.ts';
import type { PreviewRecord } from '../../core/language/previewModel.ts';

/** Places in the shown order: from the first up to the second, which is not among them. */
export type Stretch = readonly [from: number, to: number];

export type ToBrowsing =
  /** The first message: a USCDF file or a folder of them, and the editor's `uscdf` section, which may hold anything. */
  | { readonly kind: 'open'; readonly path: string; readonly editor: unknown }
  | { readonly kind: 'view'; readonly view: BrowseView }
  /** All rows that are wanted by now; what was wanted before and is not among them is left. */
  | { readonly kind: 'want'; readonly selection: number; readonly stretches: readonly Stretch[] }
  | { readonly kind: 'statistics'; readonly wanted: boolean }
  | { readonly kind: 'find'; readonly request: number; readonly record: number };

/** Where a record can be opened. */
export interface FoundRecord {
  readonly file: string;
  /** From 0. */
  readonly line: number;
  /** Bytes of the file. */
  readonly size: number;
  /** For the picture where no extension gets the file's text; nothing where the record cannot be read. */
  readonly preview?: PreviewRecord;
}

export type FromBrowsing =
  | { readonly kind: 'state'; readonly state: BrowseState }
  | { readonly kind: 'selection'; readonly selection: Selection }
  | { readonly kind: 'rows'; readonly selection: number; readonly from: number; readonly rows: readonly BrowsedRow[] }
  /** Of the records that the view shows. */
  | { readonly kind: 'statistics'; readonly summary: Summary }
  | { readonly kind: 'found'; readonly request: number; readonly found: FoundRecord | undefined };
