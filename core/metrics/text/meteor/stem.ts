import { stem as porter2 } from 'porter2';

/** Stems by word, so that a word is stemmed once. A few hundred thousand words at most are kept. */
const stems = new Map<string, string>();
const MOST = 200_000;

/** The Snowball English stem of a word in lower case, as METEOR 1.5 has it (facts/metrics.md §7: no word differs). */
export function stem(word: string): string {
  const known = stems.get(word);
  if (known !== undefined) return known;
  if (stems.size >= MOST) stems.clear();
  const made = porter2(word);
  stems.set(word, made);
  return made;
}
