/**
 * METEOR's paraphrase table, which users bring themselves (facts/metrics.md §0.6): `paraphrase-en.gz`, unzipped and
 * read by `paraphraseBuilder.ts`.
 *
 * The table has five million entries. Of a phrase two numbers of 32 bits are kept and not the words, 60 MB in all, which
 * threads share; that two phrases have both numbers in common is as unlikely as a bit that falls over in memory.
 */
import { PhraseSpans } from './phraseSpans.ts';

/** A table as plain data. Entries stand in the order of the file, those of one phrase that follow each other as a group. */
export interface ParaphraseData {
  /** What may stand for a phrase, by entry. */
  readonly otherLow: Uint32Array;
  readonly otherHigh: Uint32Array;
  /** The phrase of a group. */
  readonly phraseLow: Uint32Array;
  readonly phraseHigh: Uint32Array;
  /** A group's first entry; one more than there are groups. */
  readonly first: Uint32Array;
  /** The next group of the same phrase, or -1. */
  readonly next: Int32Array;
  /** By the low number of a phrase: its first group, from 1; 0 where there is none. As many as a power of two. */
  readonly slots: Int32Array;
  /** Words of the longest phrase, and of the longest of what stands for one. */
  readonly longest: number;
  readonly longestOther: number;
}

/** Told of a phrase that stands in one text, and of a paraphrase of it that stands in another. */
export type ParaphraseFound = (at: number, words: number, otherAt: number, otherWords: number) => void;

export class ParaphraseTable {
  private readonly spans: readonly [PhraseSpans, PhraseSpans];

  constructor(private readonly data: ParaphraseData) {
    const longest = Math.max(1, data.longest, data.longestOther);
    this.spans = [new PhraseSpans(longest), new PhraseSpans(longest)];
  }

  /**
   * Every phrase of the table that stands in one of two texts and has a paraphrase in the other: first those that stand
   * in `one`, told to `found`, then those in `other`, told to `foundBack`. By the place of the phrase, the shortest
   * phrases first, then in the order of the table, then by the place of the paraphrase.
   */
  find(one: readonly string[], other: readonly string[], found: ParaphraseFound, foundBack: ParaphraseFound): void {
    const [ones, others] = this.spans;
    ones.fill(one);
    others.fill(other);
    this.findIn(ones, others, found);
    this.findIn(others, ones, foundBack);
  }

  private findIn(own: PhraseSpans, other: PhraseSpans, found: ParaphraseFound): void {
    const { next, longest } = this.data;
    for (let at = 0; at < own.words; at++) {
      const most = Math.min(own.words - at, longest);
      for (let words = 1; words <= most; words++) {
        const span = own.longest * at + words - 1;
        for (let group = findGroup(this.data, own.lows[span]!, own.highs[span]!); group >= 0; group = next[group]!)
          this.findOf(group, at, words, other, found);
      }
    }
  }

  private findOf(group: number, at: number, words: number, other: PhraseSpans, found: ParaphraseFound): void {
    const { first, otherLow, otherHigh } = this.data;
    const end = first[group + 1]!;
    for (let entry = first[group]!; entry < end; entry++) {
      const low = otherLow[entry]!;
      if (!other.mayHave(low)) continue;
      other.each(low, otherHigh[entry]!, (otherAt, otherWords) => found(at, words, otherAt, otherWords));
    }
  }
}

/** @internal What a group is found by. */
export type Lookup = Pick<ParaphraseData, 'slots' | 'phraseLow' | 'phraseHigh'>;

/** @internal The first group of a phrase, or -1. */
export function findGroup({ slots, phraseLow, phraseHigh }: Lookup, low: number, high: number): number {
  const mask = slots.length - 1;
  for (let slot = low & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
    const group = slots[slot]! - 1;
    if (phraseLow[group] === low && phraseHigh[group] === high) return group;
  }
  return -1;
}
