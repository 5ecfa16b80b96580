/**
 * METEOR 1.5's English normaliser (its option `-norm`), which splits once more what the Penn Treebank tokeniser left
 * whole: `t-shirt`, `n't`, `1/2` (facts/metrics.md §1.6).
 */
import { ABBREVIATIONS, ABBREVIATIONS_BEFORE_NUMBERS } from './wordLists.ts';

/** Lower-case ASCII words and numbers with one blank between them: nothing to split. */
const PLAIN = /^[a-z0-9]*(?: [a-z0-9]+)*$/;
/** Latin with accents, and Cyrillic. */
const LETTERS =
  'A-Za-z\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u017e\\u0400-\\u0527\\u1d00-\\u1d7f\\ua640-\\ua66e\\ua67e-\\ua697';
const LETTER = new RegExp(`^[${LETTERS}]$`);
/** Neither a letter, a digit, white space, nor one of the marks that are read on their own. */
const SYMBOL = new RegExp(`[^${LETTERS}0-9\\s.'\`,\\-\\u2018\\u2019]`, 'gu');
const HYPHEN = new RegExp(`([${LETTERS}0-9.])-([${LETTERS}0-9])`, 'g');
const NEITHER = new RegExp(`([^${LETTERS}])'([^${LETTERS}])`, 'g');
const BEFORE_LETTER = new RegExp(`([^${LETTERS}0-9])'([${LETTERS}])`, 'g');
const AFTER_LETTER = new RegExp(`([${LETTERS}])'([^${LETTERS}])`, 'g');
const BETWEEN_LETTERS = new RegExp(`([${LETTERS}])'([${LETTERS}])`, 'g');

/** The words of a tokenised caption as METEOR compares them. */
export function normalise(caption: string): string[] {
  if (PLAIN.test(caption)) return caption === '' ? [] : caption.split(' ');
  let text = ` ${caption} `.replace(SYMBOL, ' $& ');
  text = splitDots(text);
  text = splitCommas(text);
  text = text.replace(/[\u2018\u2019`]/g, "'").replace(/\u201c|\u201d|''/g, ' " ');
  text = text.replace(/\u2013|--/g, '-');
  text = text.replace(HYPHEN, '$1 $2');
  text = splitApostrophes(text);
  return splitFullStops(text.split(/\s+/).filter(Boolean)).map((word) => word.toLowerCase());
}

/** Two dots and more are a word of their own. */
function splitDots(text: string): string {
  return text.includes('..') ? text.replace(/\.{2,}/g, ' $& ') : text;
}

/** Commas are words, but between digits. The passes do not overlap. */
function splitCommas(text: string): string {
  if (!text.includes(',')) return text;
  return text
    .replace(/([^0-9]),([^0-9])/g, '$1 , $2')
    .replace(/([0-9]),([^0-9])/g, '$1 , $2')
    .replace(/([^0-9]),([0-9])/g, '$1 , $2');
}

/** Between letters an apostrophe begins a word, `n't` is `n 't`; elsewhere it is one. The passes do not overlap. */
function splitApostrophes(text: string): string {
  if (!text.includes("'")) return text;
  return text
    .replace(NEITHER, "$1 ' $2")
    .replace(BEFORE_LETTER, "$1 ' $2")
    .replace(AFTER_LETTER, "$1 ' $2")
    .replace(BETWEEN_LETTERS, "$1 '$2")
    .replace(/([0-9])'s/g, "$1 's");
}

/** Parts the full stop from the words that it does not belong to; words of letters and dots lose their dots. */
function splitFullStops(words: readonly string[]): string[] {
  const split: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const stem = word.slice(0, -1);
    if (!word.endsWith('.') || stem === '' || stem.endsWith('.')) split.push(word);
    else if (stem.includes('.') && hasLetter(stem)) split.push(stem.replaceAll('.', ''));
    else if (keepsFullStop(stem, words[i + 1] ?? '')) split.push(word);
    else split.push(stem, '.');
  }
  return split;
}

function keepsFullStop(stem: string, next: string): boolean {
  if (ABBREVIATIONS.has(stem) || startsLowerCase(next)) return true;
  return ABBREVIATIONS_BEFORE_NUMBERS.has(stem) && isDigit(next[0]);
}

function startsLowerCase(word: string): boolean {
  const first = word[0];
  return first !== undefined && first !== first.toUpperCase();
}

function hasLetter(word: string): boolean {
  for (const character of word) if (isLetter(character)) return true;
  return false;
}

function isLetter(character: string | undefined): boolean {
  return character !== undefined && LETTER.test(character);
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= '0' && character <= '9';
}
