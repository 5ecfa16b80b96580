/**
 * The requests that the extension and the server share beyond the language server protocol. Described for other
 * clients in docs/protocol.md; a test fails when this file changes without that page.
 */

import type { DraftToAccept } from '../core/language/acceptDraft.ts';
import type { DraftContext, NamedRecord, UndecidedRecords } from '../core/language/draftRecords.ts';
import type { PhrasePlace } from '../core/language/languageService.ts';
import type { MaskPictures } from '../core/language/maskPictures.ts';
import type { PreviewRecord } from '../core/language/previewModel.ts';
import type { RecordPlace, Shaped, ShapeEdit, WordsFound } from '../core/language/shaping/shapeEdit.ts';
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
  export interface Params extends AtPosition {
    /** A phrase by its index over the whole record, in place of the one at the position. */
    readonly phrase?: number;
  }
  export type Answer = DraftContext | null;
}

/** The records without an answer, and the drafts that stand in the file. */
export namespace UndecidedRequest {
  export const method = 'uscdf/undecided';
  export interface Params {
    readonly uri: string;
  }
  export type Answer = UndecidedRecords | null;
}

/** What a draft for a record that was named once would be about now; null where it is gone. */
export namespace FindRecordRequest {
  export const method = 'uscdf/findRecord';
  export interface Params {
    readonly uri: string;
    readonly name: NamedRecord;
  }
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

/** The edits that a change of phrases and masks on the picture makes, or the reason why it cannot be made. */
export namespace ShapeRequest {
  export const method = 'uscdf/shape';
  export interface Params {
    readonly uri: string;
    /** The record's position in its file, from 0. */
    readonly record: number;
    readonly edit: ShapeEdit;
  }
  export type Answer = Shaped | { readonly message: string };
}

/** The words at a range of an answer that a mask can be drawn for, or the reason why there are none. */
export namespace WordsAtRequest {
  export const method = 'uscdf/wordsAt';
  export interface Params {
    readonly uri: string;
    readonly range: Range;
  }
  export type Answer = WordsFound | { readonly message: string };
}

/** Where a record begins, by its position in the file; null where it is not there any more. */
export namespace RecordPlaceRequest {
  export const method = 'uscdf/recordPlace';
  export interface Params {
    readonly uri: string;
    readonly record: number;
  }
  export type Answer = RecordPlace | null;
}

/** What stands beside the text of some lines; null where the document is closed or changed meanwhile. */
export namespace MaskPicturesRequest {
  export const method = 'uscdf/maskPictures';
  export interface Params {
    readonly uri: string;
    /** Those that are looked at, apart from each other. */
    readonly ranges: readonly Range[];
    /** Of the pictures, in pixels. */
    readonly height: number;
  }
  export type Answer = MaskPictures | null;
}
