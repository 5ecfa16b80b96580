/** Whether two referents mean the same thing as far as their words tell. */
import { referentKey } from './compose.ts';
import { isWordCode } from './words.ts';

const IRREGULAR: Readonly<Record<string, string>> = {
  people: 'person',
  men: 'man',
  women: 'woman',
  children: 'child',
  feet: 'foot',
  teeth: 'tooth',
  mice: 'mouse',
  geese: 'goose',
  buses: 'bus',
  knives: 'knife',
  leaves: 'leaf',
  wolves: 'wolf',
  shelves: 'shelf',
  scarves: 'scarf',
};

/** A key in which singular and plural, punctuation, and what `referentKey` overlooks do not matter; its words stand one space apart. */
export function looseKey(referent: string): string {
  const key = referentKey(referent);
  const words: string[] = [];
  for (let at = 0; at < key.length; ) {
    let end = at;
    while (end < key.length && isWordCode(key.charCodeAt(end))) end++;
    if (end > at) words.push(singular(key.slice(at, end)));
    at = end + 1;
  }
  return words.join(' ');
}

/** Whether one key's words are a stretch of the other's: "dog" and "dog on the left". */
export function oneHoldsOther(a: string, b: string): boolean {
  if (a === '' || b === '') return false;
  return a.length < b.length ? ` ${b} `.includes(` ${a} `) : ` ${a} `.includes(` ${b} `);
}

/** English plurals by their endings; a word that only looks like one ("bus", "glass") stays. */
function singular(word: string): string {
  const irregular = Object.hasOwn(IRREGULAR, word) ? IRREGULAR[word] : undefined;
  if (irregular !== undefined) return irregular;
  if (!word.endsWith('s') || word.length < 3) return word;
  if (word.endsWith('ss') || word.endsWith('us') || word.endsWith('is')) return word;
  if (word.endsWith('ies') && word.length > 4) return `${word.slice(0, -3)}y`;
  const sibilant = ['sses', 'shes', 'ches', 'xes', 'zzes', 'toes'].some((ending) => word.endsWith(ending));
  return word.slice(0, sibilant ? -2 : -1);
}
