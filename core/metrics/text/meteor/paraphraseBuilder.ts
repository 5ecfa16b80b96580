/** Reads METEOR's paraphrase table: entries of three lines each, a probability, a phrase, and what may stand for it. */
import { findGroup, type ParaphraseData, ParaphraseTable } from './paraphrases.ts';
import { folded, mixHigh, mixLow, SEED_HIGH, SEED_LOW } from './phraseHash.ts';

const NEWLINE = 10;
const BLANK = 32;
const NONE = -1;
/** In bytes: two words of a letter, and three ends of lines. */
const SHORTEST_ENTRY = 5;

/** The table in bytes, which may come in pieces that end anywhere. */
export function paraphraseTable(pieces: Iterable<Uint8Array>): ParaphraseTable {
  const builder = new ParaphraseBuilder();
  for (const piece of pieces) builder.add(piece);
  return new ParaphraseTable(builder.finish());
}

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
  /** Of the word so far. */
  private wordLow = SEED_LOW;
  private wordHigh = SEED_HIGH;
  private inWord = false;
  /** Of the words before it in the line. */
  private low = SEED_LOW;
  private high = SEED_HIGH;
  private words = 0;
  /** Of the phrase above. */
  private wantedLow = 0;
  private wantedHigh = 0;
  private wantedWords = 0;

  /** Takes in the bytes that come next, which may begin and end anywhere. */
  add(piece: Uint8Array): void {
    const most = this.entries + Math.ceil(piece.length / SHORTEST_ENTRY);
    this.otherLow = grown(this.otherLow, most);
    this.otherHigh = grown(this.otherHigh, most);
    let at = 0;
    // Where in this piece the phrase of the entry before begins.
    let before = NONE;
    while (at < piece.length) {
      if (this.line > 0) {
        at = this.addWords(piece, at);
        continue;
      }
      const phrase = behindLine(piece, at);
      if (phrase === NONE) return;
      // Of ten entries nine have the phrase of the one before.
      const same = before === NONE ? NONE : behindSame(piece, before, phrase);
      before = phrase;
      this.line = same === NONE ? 1 : 2;
      at = same === NONE ? phrase : same;
    }
  }

  /**
   * @param share Allocates what the table's arrays lie in; by default memory of this thread.
   */
  finish(share: (bytes: number) => ArrayBufferLike = (bytes) => new ArrayBuffer(bytes)): ParaphraseData {
    // A last line may lack its newline.
    if (this.line === 2) this.add(Uint8Array.of(NEWLINE));
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
    let { wordLow, wordHigh, inWord, low, high, words } = this;
    const { length } = piece;
    let at = from;
    let byte = 0;
    while (at < length && byte !== NEWLINE) {
      byte = piece[at++]!;
      if (byte !== BLANK && byte !== NEWLINE) {
        wordLow = mixLow(wordLow, byte);
        wordHigh = mixHigh(wordHigh, byte);
        inWord = true;
      } else if (inWord) {
        low = mixLow(low, wordLow);
        high = mixHigh(high, folded(wordHigh));
        words++;
        wordLow = SEED_LOW;
        wordHigh = SEED_HIGH;
        inWord = false;
      }
    }
    this.wordLow = wordLow;
    this.wordHigh = wordHigh;
    this.inWord = inWord;
    this.low = low;
    this.high = high;
    this.words = words;
    if (byte === NEWLINE) this.endLine();
    return at;
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
  }

  private addEntry(): void {
    const group = this.groups - 1;
    const follows =
      group >= 0 && this.phraseLow[group] === this.wantedLow && this.phraseHigh[group] === this.wantedHigh;
    if (!follows) this.addGroup();
    const entry = this.entries++;
    this.otherLow[entry] = this.low;
    this.otherHigh[entry] = this.high;
    if (this.words > this.longestOther) this.longestOther = this.words;
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

/** Behind the line that `at` stands in; -1 where it goes on behind the piece. */
function behindLine(piece: Uint8Array, at: number): number {
  // Lines are so short that a call of `indexOf` takes longer than they do.
  for (let i = at; i < piece.length; i++) if (piece[i] === NEWLINE) return i + 1;
  return NONE;
}

/** Behind the line at `at` if it is the one at `before` once more; -1 if not, or if it goes on behind the piece. */
function behindSame(piece: Uint8Array, before: number, at: number): number {
  for (let i = at, j = before; i < piece.length && piece[i] === piece[j]; i++, j++)
    if (piece[i] === NEWLINE) return i + 1;
  return NONE;
}

/** The array, or a longer copy where it has no place `index`. */
function grown<Numbers extends Uint32Array<ArrayBuffer> | Int32Array<ArrayBuffer>>(
  list: Numbers,
  index: number,
): Numbers {
  if (index < list.length) return list;
  const longer = new (list.constructor as new (length: number) => Numbers)(Math.max(2 * list.length, index + 1));
  longer.set(list);
  return longer;
}
