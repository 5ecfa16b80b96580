/** What the words of a label or an expression may show: the ground for telling that something is not in an image. */
import { looseKey } from '../../text/sameReferent.ts';
import { COCO_THINGS } from '../classNames/coco.ts';
import { CLASS_WORDS, EVERYWHERE, TELLS_NOTHING, WIDER_WORDS, WITH } from './nouns.ts';

export interface Things {
  /** What is named: COCO's classes, and nouns as they stand. */
  readonly named: readonly string[];
  /** What it may be or come with: `named`, each word alone (a teddy bear is a bear to somebody), and what the tables add. */
  readonly marks: readonly string[];
}

interface Noun {
  readonly names: Set<string>;
  readonly also: Set<string>;
}

const MOST_WORDS = 3;
/** "holding", "parked": what is done tells nothing about what it is. */
const SHORTEST_VERB = 6;
const LEAST_LETTERS = 3;
/** A fruit, and far more often a colour. */
const COLOUR = 'orange';

const NOUNS = nounTable();
const SILENT = new Set(TELLS_NOTHING.map(looseKey));
const SCENERY = new Set(EVERYWHERE);

/** The things that a text names; both lists are empty for "the left one". */
export function thingsOf(text: string): Things {
  const words = looseKey(text).split(' ');
  const named = new Set<string>();
  const marks = new Set<string>();
  for (let i = 0; i < words.length; ) {
    const count = longestNoun(words, i);
    const noun = NOUNS.get(words.slice(i, i + count).join(' '));
    for (const name of noun?.names ?? []) {
      if (name !== COLOUR || words.length === 1) named.add(name);
      marks.add(name);
    }
    for (const name of noun?.also ?? []) marks.add(name);
    for (const word of words.slice(i, i + Math.max(count, 1))) {
      if (isSilent(word) || (count === 0 && isVerb(word))) continue;
      marks.add(word);
      if (count === 0) named.add(word);
    }
    i += Math.max(count, 1);
  }
  return { named: [...named], marks: [...marks] };
}

/** Whether it is in most images, so that nobody can say that it is not there who has not looked. */
export function isScenery(name: string): boolean {
  return SCENERY.has(name);
}

/** How many words from a place on are a noun of the table; 0 where none is. */
function longestNoun(words: readonly string[], at: number): number {
  for (let count = Math.min(MOST_WORDS, words.length - at); count > 0; count--)
    if (NOUNS.has(words.slice(at, at + count).join(' '))) return count;
  return 0;
}

function isSilent(word: string): boolean {
  return SILENT.has(word) || isNumber(word) || (word.length < LEAST_LETTERS && !NOUNS.has(word));
}

function isVerb(word: string): boolean {
  return word.length >= SHORTEST_VERB && (word.endsWith('ing') || word.endsWith('ed'));
}

function isNumber(word: string): boolean {
  for (let i = 0; i < word.length; i++) if (word.charCodeAt(i) < 48 || word.charCodeAt(i) > 57) return false;
  return true;
}

function nounTable(): ReadonlyMap<string, Noun> {
  const table = new Map<string, Noun>();
  const noun = (word: string): Noun => {
    const known = table.get(word) ?? { names: new Set(), also: new Set() };
    table.set(word, known);
    return known;
  };
  for (const name of COCO_THINGS) noun(looseKey(name)).names.add(name);
  for (const [name, words] of Object.entries(CLASS_WORDS))
    for (const word of words.split(', ')) noun(word).names.add(name);
  for (const [word, classes] of Object.entries(WIDER_WORDS)) {
    noun(word).names.add(word);
    for (const name of classes.split(', ')) noun(word).also.add(name);
  }
  for (const [family, words] of Object.entries(WITH)) {
    for (const word of words.split(', ').map(looseKey)) {
      const { names, also } = noun(word);
      if (names.size === 0) names.add(word);
      also.add(family);
    }
    const { names } = noun(family);
    if (names.size === 0) names.add(family);
  }
  return table;
}
