/**
 * The requests that the extension and the server share beyond the language server protocol. Described for other
 * clients in docs/protocol.md; a test fails when this file changes without that page.
 */

import type { DraftToAccept } from '../core/language/acceptDraft.ts';
import type { DraftContext, PhrasePlace } from '../core/language/languageService.ts';
import type { PreviewRecord } from '../core/language/previewModel.ts';
import type { Position, Range, TextEdit } from '../core/records/position.ts';

export interface AtPosition {
  readonly uri: string;
  readonly position: Position;
}

/** The record at a position as the preview shows it; null where there is none that can be read. */
export namespace PreviewRequest {
  export const method = 'uscdf/preview';
  export type Params = AtPosition;
  export type Answer = PreviewRecord | null;
}

/** The record and the phrase at a position; null in a file without records. */
export namespace PhraseAtRequest {
  export const method = 'uscdf/phraseAt';
  export type Params = AtPosition;
  export type Answer = PhrasePlace | null;
}

/** The range of a phrase's words; null where it is not there any more. */
export namespace RangeOfPhraseRequest {
  export const method = 'uscdf/rangeOfPhrase';
  export interface Params {
    readonly uri: string;
    readonly place: PhrasePlace;
  }
  export type Answer = Range | null;
}

/** What a draft at a position would be about. */
export namespace DraftContextRequest {
  export const method = 'uscdf/draftContext';
  export type Params = AtPosition;
  export type Answer = DraftContext | null;
}

/** The edits that accept a draft, or the reason why it cannot be accepted. */
export namespace AcceptDraftRequest {
  export const method = 'uscdf/acceptDraft';
  export interface Params extends AtPosition {
    readonly draft: DraftToAccept;
  }
  export type Answer = { readonly edits: readonly TextEdit[] } | { readonly message: string };
}

/** The edits that decide on a draft that stands in the file already. */
export namespace DecideRequest {
  export const method = 'uscdf/decide';
  export interface Params extends AtPosition {
    readonly status: 'accepted' | 'rejected';
  }
  export type Answer = readonly TextEdit[] | null;
}
