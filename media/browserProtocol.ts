/**
 * The messages between the extension and the page of the dataset browser, notifications both ways over vscode-messenger. The page
 * trusts the extension; the extension checks what comes from the page with `client/browser/messages.ts`.
 */
import type { NotificationType } from 'vscode-messenger-common';
import type { BrowseState, Selection } from '../core/browsing/browseState.ts';
import type { BrowsedRow } from '../core/browsing/row.ts';
import type { Summary } from '../core/browsing/summary.ts';
import type { BrowseView } from '../core/browsing/view.ts';

export const toBrowser: NotificationType<ToBrowser> = { method: 'uscdf/toBrowser' };
export const fromBrowser: NotificationType<FromBrowser> = { method: 'uscdf/fromBrowser' };

/** A row as the page shows it: the record plus what only the extension knows. */
export interface ShownRow extends BrowsedRow {
  /** The photograph's address inside the webview; absent where it cannot be shown. */
  readonly imageSource?: string;
}

export type ToBrowser =
  | { readonly type: 'state'; readonly state: BrowseState }
  | { readonly type: 'selection'; readonly selection: Selection }
  /** Rows of a selection, from a place on. */
  | { readonly type: 'rows'; readonly selection: number; readonly from: number; readonly rows: readonly ShownRow[] }
  /** Of the records that the view shows. */
  | { readonly type: 'statistics'; readonly summary: Summary }
  /** Reading has ended before its time, and why. */
  | { readonly type: 'failed'; readonly message: string };

export type FromBrowser =
  /** The page is there, and wants to see this. */
  | { readonly type: 'ready'; readonly view: BrowseView }
  | { readonly type: 'view'; readonly view: BrowseView }
  /** The places that are on the screen and whose rows are missing, the most wanted first; those asked for before are left. */
  | {
      readonly type: 'want';
      readonly selection: number;
      readonly stretches: readonly (readonly [from: number, to: number])[];
    }
  | { readonly type: 'statistics'; readonly wanted: boolean }
  | { readonly type: 'open'; readonly record: number }
  /** Starts reading anew after it has failed. */
  | { readonly type: 'again' };
