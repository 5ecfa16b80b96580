/**
 * What a person does to a record's phrases and masks on its picture. Indices are those of the `PreviewRecord` that was shown:
 * turns, phrases in reading order over the record, masks in the order of the file.
 */
import type { Position, TextEdit } from '../../records/position.ts';

/** A mask as it was drawn. */
export interface DrawnMask {
  /** `[height, width]` in pixels. */
  readonly size: readonly [number, number];
  /** Compressed COCO RLE. */
  readonly counts: string;
}

/** Words inside one part of a shown turn, offsets in that part's `text`. */
export interface WordsPlace {
  readonly turn: number;
  readonly part: number;
  readonly start: number;
  readonly end: number;
}

export type ShapeEdit =
  /** Another shape for a mask that is there; nothing but that mask's bytes changes. */
  | { readonly kind: 'setMask'; readonly mask: number; readonly drawn: DrawnMask }
  /** Words that get tags, a `[SEG]` and a mask. */
  | { readonly kind: 'groundWords'; readonly words: WordsPlace; readonly drawn: DrawnMask }
  /** A phrase whose `[SEG]` or mask is missing gets it. */
  | { readonly kind: 'groundPhrase'; readonly phrase: number; readonly drawn: DrawnMask }
  /** A new mask and its name: at the words if the answer has them ungrounded, else as a phrase more at its end. */
  | { readonly kind: 'nameMask'; readonly name: string; readonly drawn: DrawnMask }
  /** A mask left over goes to a phrase that has none, or gets a name as in `nameMask`. */
  | {
      readonly kind: 'giveMask';
      readonly mask: number;
      readonly to: { readonly phrase: number } | { readonly name: string };
    }
  /** A mask left over goes. */
  | { readonly kind: 'removeMask'; readonly mask: number }
  /** The phrase, its words and tags, takes the place of phrase `to`; those between move over, and the masks follow. */
  | { readonly kind: 'movePhrase'; readonly phrase: number; readonly to: number }
  /** The phrase's tags and `[SEG]` go; its words stay or go, its mask goes or is left over at the end of the list. */
  | {
      readonly kind: 'removePhrase';
      readonly phrase: number;
      readonly words: 'keep' | 'remove';
      readonly mask: 'keep' | 'remove';
    }
  /** The several `[SEG]` of one phrase become one, and their masks one mask. */
  | { readonly kind: 'mergeMasks'; readonly phrase: number }
  /** A mask falls into parts: the first stays with the phrase, each further one gets the same words behind it. */
  | { readonly kind: 'splitMask'; readonly mask: number; readonly parts: readonly DrawnMask[] };

/** What an edit does to the files; applied as one change, so that one undo takes it back. */
export interface Shaped {
  /** Of the document; they do not overlap. */
  readonly edits: readonly TextEdit[];
  /** Of the files that the record names: its sidecar of masks. Absent where none changes. */
  readonly files?: readonly FileEdits[];
  /** The phrase that the edit was about, by its index afterwards; absent where it is about none, or none is left. */
  readonly phrase?: number;
}

/** Edits of a file that lies beside the document, at positions of the text that is on disk. */
export interface FileEdits {
  /** As the record writes it, relative to the document. */
  readonly path: string;
  readonly edits: readonly TextEdit[];
}

/** Words of an answer that a mask can be drawn for. */
export interface WordsFound {
  /** The record's position in its file, from 0. */
  readonly record: number;
  readonly words: WordsPlace;
  /** The words themselves. */
  readonly text: string;
}

/** A record's place in its file. */
export interface RecordPlace {
  /** Where the record begins. */
  readonly position: Position;
  /** How many records the file has. */
  readonly records: number;
}
