/** Keys of referents, looked up by what holds them and what they hold without comparing each with each. */
import { oneHoldsOther } from './sameReferent.ts';

/** Stretches of so many words at most are remembered; a referent seldom has more. */
const LONGEST = 12;
/** So many longer keys are compared one by one; behind them every long key counts as one of them. */
const MOST_LONG = 200;

export class AskedKeys {
  private readonly keys = new Set<string>();
  /** Every stretch of words of every key. */
  private readonly stretches = new Set<string>();
  private readonly long: string[] = [];

  get size(): number {
    return this.keys.size;
  }

  /** @param key A `looseKey`: words one space apart. */
  add(key: string): void {
    if (this.keys.has(key)) return;
    this.keys.add(key);
    const words = wordsOf(key);
    if (words.length > LONGEST) this.long.push(key);
    someStretch(words, (stretch) => {
      this.stretches.add(stretch);
      return false;
    });
  }

  /** Whether a key is one of them, or one of them holds it or is held by it (`oneHoldsOther`). */
  hasAlike(key: string): boolean {
    if (this.keys.has(key) || this.stretches.has(key)) return true;
    const words = wordsOf(key);
    if (someStretch(words, (stretch) => this.keys.has(stretch))) return true;
    if (words.length <= LONGEST) return false;
    return this.long.length > MOST_LONG || this.long.some((other) => oneHoldsOther(other, key));
  }
}

function wordsOf(key: string): readonly string[] {
  return key === '' ? [] : key.split(' ');
}

/** Whether a stretch of at most `LONGEST` words is what is looked for. */
function someStretch(words: readonly string[], isIt: (stretch: string) => boolean): boolean {
  for (let from = 0; from < words.length; from++) {
    let stretch = '';
    for (let to = from; to < Math.min(words.length, from + LONGEST); to++) {
      stretch = to === from ? words[to]! : `${stretch} ${words[to]!}`;
      if (isIt(stretch)) return true;
    }
  }
  return false;
}
