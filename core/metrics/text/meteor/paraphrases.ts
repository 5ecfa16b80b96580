/**
 * METEOR's paraphrase table, which users bring themselves (facts/metrics.md §0.6): `paraphrase-en.gz`, unzipped. Its
 * entries are three lines each: a probability, a phrase, and what may stand for it.
 *
 * The table has five million entries. Of a phrase two numbers of 32 bits are kept and not the words, 60 MB in all, which
 * threads share; that two phrases have both numbers in common is as unlikely as a bit that falls over in memory.
 */

import { mixHigh, mixLow, SEED_HIGH, SEED_LOW } from './phraseHash.ts';
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
  private readonly spans: PhraseSpans;

  constructor(private readonly data: ParaphraseData) {
    this.spans = new PhraseSpans(data.longestOther);
  }

  /** Reads the table's bytes, which may come in pieces that end anywhere. */
  static from(pieces: Iterable<Uint8Array>): ParaphraseTable {
    const builder = new ParaphraseBuilder();
    for (const piece of pieces) builder.add(piece);
    return new ParaphraseTable(builder.finish());
  }

  /**
   * Every phrase of the table that stands in `text` and has a paraphrase in `other`: by the place of the phrase, the
   * shortest phrases first, then in the order of the table, then by the place of the paraphrase.
   */
  find(text: readonly string[], other: readonly string[], found: ParaphraseFound): void {
    const { spans } = this;
    const { longest } = this.data;
    spans.fill(other);
    for (let at = 0; at < text.length; at++) {
      let low = SEED_LOW;
      let high = SEED_HIGH;
      const end = Math.min(text.length, at + longest);
      for (let i = at; i < end; i++) {
        if (i > at) {
          low = mixLow(low, 32);
          high = mixHigh(high, 32);
        }
        low = spans.lowAfter(low, text[i]!);
        high = spans.highAfter(high, text[i]!);
        for (let group = this.groupOf(low, high); group >= 0; group = this.data.next[group]!)
          this.findOf(group, at, i + 1 - at, found);
      }
    }
  }

  private findOf(group: number, at: number, words: number, found: ParaphraseFound): void {
    const { first, otherLow, otherHigh } = this.data;
    const { spans } = this;
    const end = first[group + 1]!;
    for (let entry = first[group]!; entry < end; entry++) {
      const low = otherLow[entry]!;
      if (!spans.mayHave(low)) continue;
      spans.each(low, otherHigh[entry]!, (otherAt, otherWords) => found(at, words, otherAt, otherWords));
    }
  }

  private groupOf(low: number, high: number): number {
    return findGroup(this.data, low >>> 0, high >>> 0);
  }
}

type Lookup = Pick<ParaphraseData, 'slots' | 'phraseLow' | 'phraseHigh'>;

/** The first group of a phrase, or -1. */
function findGroup({ slots, phraseLow, phraseHigh }: Lookup, low: number, high: number): number {
  const mask = slots.length - 1;
  for (let slot = low & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
    const group = slots[slot]! - 1;
    if (phraseLow[group] === low && phraseHigh[group] === high) return group;
  }
  return -1;
}

const NEWLINE = 10;
const BLANK = 32;

/** Makes a table from its bytes, piece by piece. */
export class ParaphraseBuilder {
  private otherLow = new Uint32Array(1024);
  private otherHigh = new Uint32Array(1024);
  private entries = 0;
  private phraseLow = new Uint32Array(1024);
  private phraseHigh = new Uint32Array(1024);
  private starts = new Uint32Array(1024);
  private next = new Int32Array(1024);
  /** Of the first group of a phrase: the last one. */
  private last = new Int32Array(1024);
  private groups = 0;
  private slots = new Int32Array(4096);
  private longest = 0;
  private longestOther = 0;
  /** 0: a probability; 1: a phrase; 2: a paraphrase. */
  private line = 0;
  /** Of the line so far. */
  private low = SEED_LOW;
  private high = SEED_HIGH;
  private words = 0;
  private inWord = false;
  /** Of the phrase above. */
  private wantedLow = 0;
  private wantedHigh = 0;
  private wantedWords = 0;

  add(piece: Uint8Array): void {
    let at = 0;
    while (at < piece.length) {
      if (this.line === 0) {
        const end = piece.indexOf(NEWLINE, at);
        if (end < 0) return;
        this.line = 1;
        at = end + 1;
      } else {
        at = this.addWords(piece, at);
      }
    }
  }

  /**
   * @param share Allocates what the table's arrays lie in; by default memory of this thread.
   */
  finish(share: (bytes: number) => ArrayBufferLike = (bytes) => new ArrayBuffer(bytes)): ParaphraseData {
    // A last line may lack its newline.
    if (this.line === 2 && this.words > 0) this.endLine();
    const { entries, groups, longest, longestOther } = this;
    const unsigned = (from: Uint32Array, length: number) => {
      const copy = new Uint32Array(share(4 * length), 0, length);
      copy.set(from.subarray(0, length));
      return copy;
    };
    const signed = (from: Int32Array, length: number) => {
      const copy = new Int32Array(share(4 * length), 0, length);
      copy.set(from.subarray(0, length));
      return copy;
    };
    const first = unsigned(grown(this.starts, groups), groups + 1);
    first[groups] = entries;
    return {
      otherLow: unsigned(this.otherLow, entries),
      otherHigh: unsigned(this.otherHigh, entries),
      phraseLow: unsigned(this.phraseLow, groups),
      phraseHigh: unsigned(this.phraseHigh, groups),
      first,
      next: signed(this.next, groups),
      slots: signed(this.slots, this.slots.length),
      longest,
      longestOther,
    };
  }

  /** Takes in the bytes of a line, up to its end or that of the piece; returns where it stopped. */
  private addWords(piece: Uint8Array, from: number): number {
    let { low, high, words, inWord } = this;
    let at = from;
    let byte = 0;
    for (; at < piece.length; at++) {
      byte = piece[at]!;
      if (byte === NEWLINE) break;
      if (byte === BLANK) {
        inWord = false;
        continue;
      }
      if (!inWord) {
        inWord = true;
        if (words++ > 0) {
          low = mixLow(low, BLANK);
          high = mixHigh(high, BLANK);
        }
      }
      low = mixLow(low, byte);
      high = mixHigh(high, byte);
    }
    this.low = low;
    this.high = high;
    this.words = words;
    this.inWord = inWord;
    if (at < piece.length) this.endLine();
    return at + 1;
  }

  private endLine(): void {
    if (this.line === 1) {
      this.wantedLow = this.low >>> 0;
      this.wantedHigh = this.high >>> 0;
      this.wantedWords = this.words;
      this.line = 2;
    } else {
      if (this.words > 0 && this.wantedWords > 0) this.addEntry();
      this.line = 0;
    }
    this.low = SEED_LOW;
    this.high = SEED_HIGH;
    this.words = 0;
    this.inWord = false;
  }

  private addEntry(): void {
    const group = this.groups - 1;
    const follows =
      group >= 0 && this.phraseLow[group] === this.wantedLow && this.phraseHigh[group] === this.wantedHigh;
    if (!follows) this.addGroup();
    this.otherLow = grown(this.otherLow, this.entries);
    this.otherHigh = grown(this.otherHigh, this.entries);
    this.otherLow[this.entries] = this.low;
    this.otherHigh[this.entries] = this.high;
    this.entries++;
    this.longestOther = Math.max(this.longestOther, this.words);
  }

  private addGroup(): void {
    const group = this.groups;
    this.phraseLow = grown(this.phraseLow, group);
    this.phraseHigh = grown(this.phraseHigh, group);
    this.starts = grown(this.starts, group);
    this.next = grown(this.next, group);
    this.last = grown(this.last, group);
    this.phraseLow[group] = this.wantedLow;
    this.phraseHigh[group] = this.wantedHigh;
    this.starts[group] = this.entries;
    this.next[group] = -1;
    this.last[group] = group;
    this.longest = Math.max(this.longest, this.wantedWords);
    this.groups++;
    const { slots, phraseLow, phraseHigh } = this;
    const earlier = findGroup({ slots, phraseLow, phraseHigh }, this.wantedLow, this.wantedHigh);
    if (earlier >= 0) {
      this.next[this.last[earlier]!] = group;
      this.last[earlier] = group;
      return;
    }
    if (2 * this.groups > this.slots.length) this.slots = this.rehashed(2 * this.slots.length);
    place(this.slots, this.wantedLow, group);
  }

  private rehashed(length: number): Int32Array<ArrayBuffer> {
    const slots = new Int32Array(length);
    for (const value of this.slots) if (value !== 0) place(slots, this.phraseLow[value - 1]!, value - 1);
    return slots;
  }
}

function place(slots: Int32Array, low: number, group: number): void {
  const mask = slots.length - 1;
  let slot = low & mask;
  while (slots[slot] !== 0) slot = (slot + 1) & mask;
  slots[slot] = group + 1;
}

/** The array, or a longer copy where it has no place `index`. */
function grown<Numbers extends Uint32Array<ArrayBuffer> | Int32Array<ArrayBuffer>>(
  list: Numbers,
  index: number,
): Numbers {
  if (index < list.length) return list;
  const longer = new (list.constructor as new (length: number) => Numbers)(2 * list.length);
  longer.set(list);
  return longer;
}
