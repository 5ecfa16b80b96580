/** A record as a picture needs it: the text cut into phrases, every mask as runs, each with its colour. */

/** One piece of a turn's text. Joined in order they are the turn's text without its tags. */
export type PreviewPart =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'phrase';
      readonly text: string;
      /** The phrase's index in reading order over the whole record. */
      readonly phrase: number;
      /** The mask it owns, an index into `masks`; absent where its `[SEG]` or the mask is missing. */
      readonly mask?: number;
      /** All masks it owns, where it has more than one `[SEG]`; the first of them is `mask`. */
      readonly masks?: readonly number[];
      /** What is missing: its `[SEG]`, or the mask of one. */
      readonly lacks?: 'seg' | 'mask';
    };

export interface PreviewTurn {
  readonly role: 'human' | 'gpt';
  /** Whose words they are, where two records are compared. */
  readonly speaker?: string;
  readonly parts: readonly PreviewPart[];
}

export interface PreviewMask {
  /** `[height, width]` in pixels. */
  readonly size: readonly [number, number];
  /** Compressed COCO RLE, whatever form the file holds; empty where the mask cannot be read (see `problem`). */
  readonly counts: string;
  /** Index into the palette; the same in the text, the hover and the picture. */
  readonly color: number;
  /** The phrase that owns it, or the mask's own label; `mask 3` where it has neither. */
  readonly label: string;
  /** The owning phrase's index, absent for a mask left over. */
  readonly phrase?: number;
  /** 0 to 1. */
  readonly score?: number;
  /** Pixels. */
  readonly area: number;
  /** Which of two records it is from, where they are compared. */
  readonly side?: 'reference' | 'prediction';
  readonly problem?: string;
}

export interface PreviewRecord {
  readonly id: string;
  /** The record's position in its file, from 0. */
  readonly index: number;
  /** The record's `image` as written. */
  readonly image: string;
  readonly task?: string;
  readonly turns: readonly PreviewTurn[];
  readonly masks: readonly PreviewMask[];
  readonly negatives: readonly string[];
  /** Who made the record, and whether a person has decided on it, as far as it says so. */
  readonly provenance?: { readonly model?: string; readonly status?: string };
  /** How many phrases lack their `[SEG]` or a mask. Absent in a draft, which has all of them. */
  readonly lacking?: number;
  /** Findings by severity, for the badge. */
  readonly errors: number;
  readonly warnings: number;
}
