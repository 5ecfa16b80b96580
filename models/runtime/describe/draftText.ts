import type { RunLengthMask } from '../../../core/masks/runLengthMask.ts';

/** A question, its answer, and what belongs to the answer's phrases: before it is a draft of one photograph. */
export interface DraftText {
  readonly question: string;
  readonly answer: string;
  /** One a `[SEG]`, in reading order. */
  readonly phrases: readonly {
    readonly label: string;
    /** 0 to 1. */
    readonly score: number;
    readonly mask: RunLengthMask;
  }[];
  readonly negatives: readonly string[];
  readonly notes: readonly string[];
}
