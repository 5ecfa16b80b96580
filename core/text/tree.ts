/** The tree of a turn's text: what stands where, and what belongs together. All places are UTF-16 offsets into the text. */
import type { NegativeClause } from './negatives.ts';
import type { Token } from './scan.ts';

export interface Phrase {
  /** The opening tag; absent where only a `</p>` was written. */
  readonly open: Token | undefined;
  /** The closing tag; absent where only a `<p>` was written. */
  readonly close: Token | undefined;
  /** A second `<p>` that stands where the `</p>` should. */
  readonly closeWrittenAsOpen: Token | undefined;
  /** The whole phrase, tags included. */
  readonly start: number;
  readonly end: number;
  /** What lies between the tags. */
  readonly contentStart: number;
  readonly contentEnd: number;
  /** The words between the tags, without inner tags and surrounding space. */
  readonly text: string;
  /** The `[SEG]` that follow it; one, in a text without mistakes. */
  readonly segs: readonly Seg[];
  /** The end of its last `[SEG]`; its own end where none follows. */
  readonly segEnd: number;
  /** Something other than white space stands between `</p>` and its `[SEG]`. */
  readonly gap: { readonly start: number; readonly end: number } | undefined;
  /** It stands inside another phrase. */
  readonly nested: boolean;
}

export interface Seg {
  readonly token: Token;
  /** The words it belongs to; absent where no phrase precedes it. */
  readonly phrase?: Phrase;
  /** It stands inside a negative clause, where no mask belongs. */
  readonly denied: boolean;
}

export interface AnswerTree {
  readonly text: string;
  /**
   * Every token is exact, and every phrase is `<p> words </p> [SEG]` in canonical spacing. Nothing can be wrong with the
   * tags of such a text. Most texts are, and rules that look for such faults are spared; `false` proves no fault.
   */
  readonly canonical: boolean;
  readonly tokens: readonly Token[];
  /** The tokens that stand for the image, near misses included. */
  readonly placeholders: readonly Token[];
  /** Phrases in reading order of their opening, nested ones included. */
  readonly phrases: readonly Phrase[];
  /** Every `[SEG]` in reading order, those inside negative clauses included. */
  readonly segs: readonly Seg[];
  /** How many `[SEG]` a mask belongs to: all but those in negative clauses. */
  readonly segCount: number;
  /** `<p>` without its `</p>`. Where a `[SEG]` ends it, a phrase with that `open` is in `phrases`. */
  readonly unclosed: readonly Token[];
  /** `</p>` without a `<p>`. `stray` ones stand right behind a phrase that is already closed. */
  readonly unopened: readonly { readonly close: Token; readonly stray: boolean; readonly phrase?: Phrase }[];
  readonly clauses: readonly NegativeClause[];
}
