/** Characters and words of plain text, read without regular expressions: these run on every answer of a dataset. */
import type { Span } from '../records/position.ts';

/** White space as far as texts hold it, a no-break space included. */
export function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || code === 160;
}

/** What is typed for an apostrophe: the straight one, a backtick, and their typographic kin. */
export function isApostrophe(code: number): boolean {
  if (code < 128) return code === 39 || code === 96;
  return code === 0x2019 || code === 0x2018 || code === 0xb4 || code === 0x2bc || code === 0x2032 || code === 0xff07;
}

/** A letter or a digit of any script, as far as the words that are looked for need it. */
export function isWordCode(code: number): boolean {
  if (code < 128) return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57);
  return (
    code !== 160 && !isApostrophe(code) && !(code >= 0x2000 && code <= 0x206f) && !(code >= 0x3000 && code < 0x3003)
  );
}

/** Whether these very characters stand at `at`; for few of them much quicker than `startsWith`. */
export function standsAt(text: string, at: number, characters: string): boolean {
  for (let i = 0; i < characters.length; i++) if (text.charCodeAt(at + i) !== characters.charCodeAt(i)) return false;
  return true;
}

/** The first offset from `at` on that holds no white space. */
export function skipSpace(text: string, at: number): number {
  while (at < text.length && isSpace(text.charCodeAt(at))) at++;
  return at;
}

/** The end of what stands before `at` without the white space in between. */
export function skipSpaceBack(text: string, at: number): number {
  while (at > 0 && isSpace(text.charCodeAt(at - 1))) at--;
  return at;
}

/** A word: in lower case, apostrophes left out, so that `don't`, `don’t` and `dont` are one. */
export interface Word extends Span {
  readonly lower: string;
}

/** Longer words are none of those that a grammar asks for. */
const LONGEST = 40;

/** The word that begins at `at`, apostrophes included; an empty one where none begins. */
export function wordAt(text: string, at: number): Word {
  let end = at;
  while (end < text.length && end - at < LONGEST && isLetterOrApostrophe(text.charCodeAt(end))) end++;
  return { start: at, end, lower: normalised(text, at, end) };
}

/** The word that ends at `end`; an empty one where none ends. */
export function wordBefore(text: string, end: number): Word {
  let start = end;
  while (start > 0 && end - start < LONGEST && isLetterOrApostrophe(text.charCodeAt(start - 1))) start--;
  return { start, end, lower: normalised(text, start, end) };
}

/** Behind a word (in lower case) that stands at `at` in any case; -1 where another word stands there, or a longer one. */
export function wordEnd(text: string, at: number, word: string): number {
  const end = at + word.length;
  for (let i = 0; i < word.length; i++) if ((text.charCodeAt(at + i) | 32) !== word.charCodeAt(i)) return -1;
  return end < text.length && isLetterOrApostrophe(text.charCodeAt(end)) ? -1 : end;
}

/** Behind a leading "the", "a" or "an" and the space after it; `at` where the text has none there. */
export function articleEnd(text: string, at: number): number {
  const first = text.charCodeAt(at) | 32;
  if (first !== 116 && first !== 97) return at;
  let end = wordEnd(text, at, 'the');
  if (end < 0) end = wordEnd(text, at, 'an');
  if (end < 0) end = wordEnd(text, at, 'a');
  return end >= 0 && isSpace(text.charCodeAt(end)) ? skipSpace(text, end) : at;
}

function isLetterOrApostrophe(code: number): boolean {
  return isWordCode(code) || isApostrophe(code);
}

function normalised(text: string, start: number, end: number): string {
  let lower = '';
  let from = start;
  for (let i = start; i < end; i++) {
    if (!isApostrophe(text.charCodeAt(i))) continue;
    lower += text.slice(from, i);
    from = i + 1;
  }
  return (from === start ? text.slice(start, end) : lower + text.slice(from, end)).toLowerCase();
}
