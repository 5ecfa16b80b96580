/** Captions and images of two sets of records, so that what both have is found. */
import { Column } from './column.ts';
import { fingerprint } from './fingerprint.ts';
import { NearTexts } from './nearTexts.ts';
import { shinglesOf } from './wording.ts';

/** A shorter caption may well be true of many images. */
const LEAST_WORDS = 5;

export interface CaptionPair {
  readonly training: number;
  readonly evaluation: number;
}

/** Captions by the numbers of their records; the training's come first, and its numbers are smaller. */
export class CaptionLeaks {
  private readonly firsts = new Map<number, number>();
  private readonly seen = new Set<number>();
  private readonly near = new NearTexts();
  private readonly records = new Column();
  private readonly equalPairs: CaptionPair[] = [];
  /** Numbers from here on are of the evaluation. */
  private border = Number.POSITIVE_INFINITY;

  /** @param words Without punctuation and case (`captionWords`). */
  addTraining(record: number, words: readonly string[]): void {
    if (words.length < LEAST_WORDS) return;
    const key = fingerprint(words.join(' '));
    if (this.firsts.has(key)) return;
    this.firsts.set(key, record);
    this.addNear(record, words);
  }

  addEvaluation(record: number, words: readonly string[]): void {
    if (words.length < LEAST_WORDS) return;
    this.border = Math.min(this.border, record);
    const key = fingerprint(words.join(' '));
    const training = this.firsts.get(key);
    if (training !== undefined) this.equalPairs.push({ training, evaluation: record });
    else if (!this.seen.has(key)) this.addNear(record, words);
    this.seen.add(key);
  }

  get equal(): readonly CaptionPair[] {
    return this.equalPairs;
  }

  /** Pairs that may be alike; a pair may come more than once. */
  *candidates(): Generator<CaptionPair> {
    for (const [a, b] of this.near.pairs()) {
      const [training, evaluation] = [this.records.at(a), this.records.at(b)];
      if (training < this.border && evaluation >= this.border) yield { training, evaluation };
    }
  }

  private addNear(record: number, words: readonly string[]): void {
    this.near.add(shinglesOf(words));
    this.records.push(record);
  }
}
