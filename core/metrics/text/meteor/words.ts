import { stem } from './stem.ts';
import type { SynonymTable } from './synonyms.ts';

/** A word, and what METEOR compares it by. Of one {@link WordTable} equal words are the same object. */
export interface Word {
  readonly text: string;
  /** The number of its stem, which words with one stem share; its own where stems are not compared. */
  readonly stem: number;
  /** Sorted; none where synonyms are not compared. */
  readonly senses: Uint32Array;
  /** A bit for each sense: words that share none of these share no sense. */
  readonly senseBits: number;
}

const NO_SENSES = new Uint32Array(0);
/** Words that are remembered. A few hundred thousand at most are in any language's captions. */
const MOST = 200_000;

/** Looks a word up once, however many captions have it. */
export class WordTable {
  private readonly known = new Map<string, Word>();
  private readonly stems = new Map<string, number>();

  constructor(
    private readonly hasStems: boolean,
    private readonly synonyms: SynonymTable | undefined,
  ) {}

  /** The words of two texts that are compared with each other. */
  pair(one: readonly string[], other: readonly string[]): readonly [readonly Word[], readonly Word[]] {
    // Not between the two, or equal words were two objects.
    if (this.known.size >= MOST) this.forget();
    return [one.map((word) => this.word(word)), other.map((word) => this.word(word))];
  }

  private word(text: string): Word {
    const known = this.known.get(text);
    if (known !== undefined) return known;
    const senses = this.synonyms?.sensesOf(text) ?? NO_SENSES;
    let senseBits = 0;
    for (const sense of senses) senseBits |= 1 << (sense & 31);
    const word = { text, stem: this.stemNumber(this.hasStems ? stem(text) : text), senses, senseBits };
    this.known.set(text, word);
    return word;
  }

  private stemNumber(text: string): number {
    const known = this.stems.get(text);
    if (known !== undefined) return known;
    this.stems.set(text, this.stems.size);
    return this.stems.size - 1;
  }

  private forget(): void {
    this.known.clear();
    this.stems.clear();
  }
}
