import { mixHigh, mixLow, mixWord, SEED_HIGH, SEED_LOW } from './phraseHash.ts';

/** As many as a power of two. */
const BUCKETS = 4096;

/** Every stretch of words of a text, to be found by the two numbers of a phrase. Filled anew for each text. */
export class PhraseSpans {
  /** By bucket: the text that it was last used for, and its first stretch. */
  private readonly usedFor = new Uint32Array(BUCKETS);
  private readonly heads = new Int32Array(BUCKETS);
  private text = 0;
  /** By stretch. */
  private readonly lows: number[] = [];
  private readonly highs: number[] = [];
  private readonly starts: number[] = [];
  private readonly lengths: number[] = [];
  private readonly nexts: number[] = [];
  private count = 0;

  /** `longest`: words of the longest stretch that is looked for. */
  constructor(private readonly longest: number) {}

  fill(words: readonly string[]): void {
    this.text++;
    this.count = 0;
    // From the last on, so that the first in a bucket is the first in the text.
    for (let at = words.length - 1; at >= 0; at--) {
      let low = SEED_LOW;
      let high = SEED_HIGH;
      const end = Math.min(words.length, at + this.longest);
      for (let i = at; i < end; i++) {
        if (i > at) {
          low = mixLow(low, 32);
          high = mixHigh(high, 32);
        }
        low = this.lowAfter(low, words[i]!);
        high = this.highAfter(high, words[i]!);
        this.add(low >>> 0, high >>> 0, at, i + 1 - at);
      }
    }
  }

  lowAfter(low: number, word: string): number {
    return mixWord(low, word, mixLow);
  }

  highAfter(high: number, word: string): number {
    return mixWord(high, word, mixHigh);
  }

  /** Quickly; false means that no stretch has this number. */
  mayHave(low: number): boolean {
    return this.usedFor[low & (BUCKETS - 1)] === this.text;
  }

  /** The stretches of a phrase, from the left to the right. */
  each(low: number, high: number, found: (at: number, words: number) => void): void {
    for (let span = this.heads[low & (BUCKETS - 1)]!; span >= 0; span = this.nexts[span]!)
      if (this.lows[span] === low && this.highs[span] === high) found(this.starts[span]!, this.lengths[span]!);
  }

  private add(low: number, high: number, start: number, length: number): void {
    const bucket = low & (BUCKETS - 1);
    const span = this.count++;
    this.lows[span] = low;
    this.highs[span] = high;
    this.starts[span] = start;
    this.lengths[span] = length;
    this.nexts[span] = this.usedFor[bucket] === this.text ? this.heads[bucket]! : -1;
    this.usedFor[bucket] = this.text;
    this.heads[bucket] = span;
  }
}
