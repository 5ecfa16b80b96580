import { highOfWord, lowOfWord, mixHigh, mixLow, SEED_HIGH, SEED_LOW } from './phraseHash.ts';

/** As many as a power of two. */
const BUCKETS = 2048;
const NONE = -1;

/**
 * Every stretch of words of a text by the two numbers of a phrase. Filled anew for each text. A stretch has the number
 * `longest * (its first word) + (how many words come after that)`.
 */
export class PhraseSpans {
  /** Of the text. */
  words = 0;
  /** By stretch; what goes beyond the text has none. */
  lows = new Uint32Array(0);
  highs = new Uint32Array(0);
  /** By stretch: the next one in its bucket. */
  private nexts = new Int32Array(0);
  /** By bucket: the text that it was last used for, and its first stretch. */
  private readonly usedFor = new Uint32Array(BUCKETS);
  private readonly heads = new Int32Array(BUCKETS);
  private text = 0;

  /** `longest`: words of the longest stretch that is looked for. */
  constructor(readonly longest: number) {}

  fill(words: readonly string[]): void {
    const { longest } = this;
    this.text++;
    this.words = words.length;
    this.makeRoom(words.length * longest);
    const lows = words.map(lowOfWord);
    const highs = words.map(highOfWord);
    // From the last on, so that the first in a bucket is the first in the text.
    for (let at = words.length - 1; at >= 0; at--) {
      let low = SEED_LOW;
      let high = SEED_HIGH;
      const end = Math.min(words.length, at + longest);
      for (let i = at; i < end; i++) {
        low = mixLow(low, lows[i]!);
        high = mixHigh(high, highs[i]!);
        this.add(longest * at + i - at, low >>> 0, high >>> 0);
      }
    }
  }

  /** Quickly; false means that no stretch has this number. */
  mayHave(low: number): boolean {
    return this.usedFor[low & (BUCKETS - 1)] === this.text;
  }

  /** The stretches of a phrase, from the left to the right. */
  each(low: number, high: number, found: (at: number, words: number) => void): void {
    for (let span = this.heads[low & (BUCKETS - 1)]!; span !== NONE; span = this.nexts[span]!)
      if (this.lows[span] === low && this.highs[span] === high) {
        const at = Math.floor(span / this.longest);
        found(at, span - at * this.longest + 1);
      }
  }

  private add(span: number, low: number, high: number): void {
    const bucket = low & (BUCKETS - 1);
    this.lows[span] = low;
    this.highs[span] = high;
    this.nexts[span] = this.usedFor[bucket] === this.text ? this.heads[bucket]! : NONE;
    this.usedFor[bucket] = this.text;
    this.heads[bucket] = span;
  }

  private makeRoom(spans: number): void {
    if (spans <= this.lows.length) return;
    this.lows = new Uint32Array(2 * spans);
    this.highs = new Uint32Array(2 * spans);
    this.nexts = new Int32Array(2 * spans);
  }
}
