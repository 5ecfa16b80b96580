/** The phrases of a record by their words, and the one that somebody meant. */
import { editDistance } from '../records/nearestKey.ts';
import type { PlacedPhrase } from '../records/recordModel.ts';
import { referentKey } from '../text/compose.ts';

/** So many characters and phrases are compared for a hint; real ones are far fewer. */
const MAX_CHARACTERS = 200;
const MAX_PHRASES = 1_000;
/** Words that two phrases share by chance. */
const SMALL_WORDS = new Set(['a', 'an', 'and', 'at', 'in', 'of', 'on', 'the', 'to', 'with']);
/** Letters that a slip may have changed. */
const MOST_SLIPS = 2;

interface Candidate {
  readonly placed: PlacedPhrase;
  readonly key: string;
  readonly words: number;
  readonly letters: number;
}

export class NearestPhrase {
  private readonly keys = new Set<string>();
  /** Made when the first phrase is looked for in vain. */
  private candidates: readonly Candidate[] | undefined;
  private readonly byWord = new Map<string, number[]>();

  constructor(private readonly phrases: readonly PlacedPhrase[]) {
    for (const { phrase } of phrases) this.keys.add(referentKey(phrase.text));
  }

  /** Whether a phrase reads like this. @param key A `referentKey`. */
  has(key: string): boolean {
    return this.keys.has(key);
  }

  /** The phrase that is a letter or two off, else the one that shares the most words; the first one of several. */
  nearest(key: string): PlacedPhrase | undefined {
    this.candidates ??= this.readCandidates();
    const wanted = key.slice(0, MAX_CHARACTERS);
    const slip = this.candidates.find((candidate) => isSlip(wanted, candidate));
    return slip?.placed ?? this.mostShared(wordsOf(wanted));
  }

  private readCandidates(): readonly Candidate[] {
    return this.phrases.slice(0, MAX_PHRASES).map((placed, i) => {
      const key = referentKey(placed.phrase.text).slice(0, MAX_CHARACTERS);
      const words = wordsOf(key);
      for (const word of words) {
        const holders = this.byWord.get(word);
        if (holders === undefined) this.byWord.set(word, [i]);
        else holders.push(i);
      }
      return { placed, key, words: words.size, letters: lettersOf(key) };
    });
  }

  private mostShared(words: ReadonlySet<string>): PlacedPhrase | undefined {
    const shared = new Map<number, number>();
    for (const word of words) for (const i of this.byWord.get(word) ?? []) shared.set(i, (shared.get(i) ?? 0) + 1);
    let best: number | undefined;
    let most = 0;
    for (const [i, count] of shared) {
      const alike = count / (words.size + this.candidates![i]!.words - count);
      if (alike > most || (alike === most && i < best!)) [best, most] = [i, alike];
    }
    return best === undefined ? undefined : this.candidates![best]!.placed;
  }
}

function isSlip(wanted: string, { key, letters }: Candidate): boolean {
  if (Math.abs(key.length - wanted.length) > MOST_SLIPS) return false;
  // A slip takes one letter away, or brings one, or both: most phrases are told apart by that.
  if (bitsOf(letters ^ lettersOf(wanted)) > 2 * MOST_SLIPS) return false;
  return editDistance(wanted, key, MOST_SLIPS) <= MOST_SLIPS;
}

/** A bit for each character that occurs, several characters to a bit. */
function lettersOf(key: string): number {
  let letters = 0;
  for (let i = 0; i < key.length; i++) letters |= 1 << (key.charCodeAt(i) & 31);
  return letters;
}

function bitsOf(number: number): number {
  let bits = 0;
  for (let left = number; left !== 0; left &= left - 1) bits++;
  return bits;
}

function wordsOf(key: string): ReadonlySet<string> {
  return new Set(key.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '' && !SMALL_WORDS.has(word)));
}
