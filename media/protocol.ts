/**
 * The messages between the extension and the preview page, both ways. The page trusts the extension; the extension
 * checks what comes from the page with `client/previewMessages.ts`.
 */
import type { PreviewRecord } from '../core/language/previewModel.ts';

/** A record as the page shows it: the server's model plus what only the extension knows. */
export interface ShownRecord extends PreviewRecord {
  /** The photograph's address inside the webview, or nothing where it cannot be shown. */
  readonly imageSource?: string;
}

/** A draft that waits for the user's decision. */
export interface ShownDraft {
  readonly record: ShownRecord;
  /** The bundle's name, for example `coco80`. */
  readonly model: string;
  /** What the model wants the user to know, one sentence each. */
  readonly notes: readonly string[];
}

export type ToPreview =
  | { readonly type: 'show'; readonly record: ShownRecord }
  /** Nothing to show here, and why. */
  | { readonly type: 'empty'; readonly message: string }
  /** Lights up one phrase (its index over the whole record) and its mask; `undefined` lights up none. */
  | { readonly type: 'highlight'; readonly phrase: number | undefined }
  | { readonly type: 'draft'; readonly draft: ShownDraft }
  | { readonly type: 'draftClosed' };

export type FromPreview =
  | { readonly type: 'ready' }
  /** The user clicked a mask, or a phrase in the caption or the list. */
  | { readonly type: 'select'; readonly phrase: number }
  /** The photograph did not load in the page. */
  | { readonly type: 'imageFailed' }
  | { readonly type: 'requestDraft' }
  | { readonly type: 'acceptDraft' }
  | { readonly type: 'rejectDraft' };
