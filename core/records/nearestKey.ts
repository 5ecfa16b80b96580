/** Finds the key that somebody meant. */

/** Real words that lie close to a key by chance. */
const OWN_WORDS = new Set([
  'weight',
  'weights',
  'part',
  'image_id',
  'ids',
  'mark',
  'tasks',
  'count_',
  'files',
  'values',
]);
const SAME_MEANING: Readonly<Record<string, string>> = {
  img: 'image',
  segmentation: 'masks',
  messages: 'conversations',
  role: 'from',
  content: 'value',
};

/** The known key that a misspelt one means: at most two letters off; `undefined` for a key of the user's own. */
export function nearestKey(key: string, known: readonly string[]): string | undefined {
  const lower = letters(key);
  const meaning = SAME_MEANING[lower];
  if (meaning !== undefined && known.includes(meaning)) return meaning;
  if (OWN_WORDS.has(key)) return undefined;
  let best: string | undefined;
  let least = 3;
  for (const candidate of known) {
    const allowed = candidate.length < 4 ? 0 : candidate.length < 6 ? 1 : 2;
    const distance = editDistance(lower, letters(candidate), allowed);
    const closer =
      distance < least || (distance === least && best !== undefined && starts(lower, candidate) > starts(lower, best));
    if (distance <= allowed && closer) [best, least] = [candidate, distance];
  }
  return best;
}

function letters(word: string): string {
  return word.toLowerCase().replace(/[-\s_]/g, '');
}

/** How many letters two words begin with alike. */
function starts(a: string, b: string): number {
  let i = 0;
  while (i < a.length && a[i] === b.toLowerCase()[i]) i++;
  return i;
}

/** Letters to insert, delete, replace or swap (Damerau–Levenshtein, adjacent swaps); `limit + 1` where it is more. */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1);
      row.push(cost);
    }
    [before, previous] = [previous, row];
  }
  return previous[b.length]!;
}
