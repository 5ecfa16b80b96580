import type { DraftTask } from '../draft.ts';

/**
 * A dialect reads what one family of models writes and says it in USCDF. It is a pure function, total on any tokens: models
 * write unbalanced tags, phrases without masks and half sentences, and the answer is canonical USCDF all the same.
 */
export type Dialect = (generated: Generated) => DialectReading;

/** One generated token. */
export interface Piece {
  readonly tokenId: number;
  /**
   * What the token adds to the text, special tokens spelt out. All pieces joined are the decoded answer; a token that ends
   * within a character adds nothing, and the next one adds it.
   */
  readonly text: string;
}

/** What a model wrote, and what it was asked. */
export interface Generated {
  /** One a step: `pieces[step]`. The end-of-sequence token is not among them. */
  readonly pieces: readonly Piece[];
  /** Whether the model ended its answer itself, rather than being stopped in the middle of it. */
  readonly finished: boolean;
  readonly task: DraftTask;
  /** As it stands in the record. */
  readonly question: string;
  /** What the model was asked in the bundle's own words: an answer may go on from there ("<grounding> An image of"). */
  readonly asked: string;
  /** What a referring question asks for, in the user's words; empty for other tasks. */
  readonly referents: readonly string[];
  /** The photograph's size in pixels. */
  readonly width: number;
  readonly height: number;
}

export interface DialectReading {
  /** Canonical USCDF; the k-th `[SEG]` owns `masks[k]`. */
  readonly answer: string;
  readonly masks: readonly WantedMask[];
  /** Absent referents, as the negative clause names them. */
  readonly negatives: readonly string[];
  /** What was dropped or mended, for the person who reviews the draft. */
  readonly notes: readonly string[];
}

/** A mask that the answer speaks of, and what to draw it from. */
export interface WantedMask {
  /** The words it stands for. */
  readonly label: string;
  readonly from: MaskSource;
}

export type MaskSource =
  /** The steps that wrote the mask's token, or all tokens of its group in the manifest's order (`tokens.seg`). */
  | { readonly kind: 'tokens'; readonly steps: readonly number[] }
  /** Left, top, right, bottom in pixels of the photograph; several are parts of one mask. */
  | { readonly kind: 'boxes'; readonly boxes: readonly (readonly [number, number, number, number])[] };
