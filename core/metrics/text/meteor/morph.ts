/** WordNet's rules of detachment, as METEOR 1.5 applies them (facts/metrics.md §1.6). */

/** Endings and what takes their place, in the order in which they are tried: nouns, verbs, adjectives. */
const ENDINGS: readonly (readonly [ending: string, replacement: string])[] = [
  ['s', ''],
  ['ses', 's'],
  ['xes', 'x'],
  ['zes', 'z'],
  ['ches', 'ch'],
  ['shes', 'sh'],
  ['men', 'man'],
  ['ies', 'y'],
  ['s', ''],
  ['ies', 'y'],
  ['es', 'e'],
  ['es', ''],
  ['ed', 'e'],
  ['ed', ''],
  ['ing', 'e'],
  ['ing', ''],
  ['er', ''],
  ['est', ''],
  ['er', 'e'],
  ['est', 'e'],
];

/** The first base form of a regular word that WordNet knows; the empty string where there is none. */
export function baseForm(word: string, isWord: (form: string) => boolean): string {
  const full = word.endsWith('ful');
  const bare = full ? word.slice(0, -3) : word;
  if (!full && (word.endsWith('ss') || word.length <= 2)) return word;
  for (const [ending, replacement] of ENDINGS) {
    if (!bare.endsWith(ending)) continue;
    const form = bare.slice(0, bare.length - ending.length) + replacement;
    if (isWord(form)) return full ? `${form}ful` : form;
  }
  return '';
}
