/** Tokens that begin with a letter or a digit: words, abbreviations, compounds, file names, addresses. */
import { abbreviation, isFileEnding } from './abbreviations.ts';
import { offerAfterApostrophe } from './apostrophes.ts';
import {
  characterClass,
  DIGIT,
  isAsciiAlphanumeric,
  isAsciiLetter,
  isNearApostrophe,
  LETTER,
  SPACE,
} from './characters.ts';
import { type Longest, offerPattern } from './longest.ts';
import { offerNumbers } from './numbers.ts';
import type { Runs } from './runs.ts';

/** Written as one word, read as two; the first has three letters. */
const TWO_WORDS = new Set(['cannot', 'gonna', 'gotta', 'lemme', 'gimme', 'wanna']);

export function isTwoWords(word: string): boolean {
  return (word.length === 5 || word.length === 6) && TWO_WORDS.has(word.toLowerCase());
}

/** Offers every token of this kind that begins at `at`, where a letter or a digit stands. */
export function offerWords(found: Longest, text: string, at: number, runs: Runs): void {
  const run = alphanumericEnd(text, at);
  const next = text.charCodeAt(run);
  if (isTwoWords(text.slice(at, run))) found.offer(at + 3, run);
  if (characterClass(text.charCodeAt(at)) === LETTER) {
    const word = next === 46 || next === 33 || next === 63 ? joinedEnd(text, run) : run;
    offerBeforePoint(found, text, word);
    if (next === 46) offerAbbreviations(found, text, at, run);
    else if (next === 36 || next === 38 || next === 43 || next === 35) offerCapitals(found, text, at, run);
    if (isNearApostrophe(next)) offerAfterApostrophe(found, text, at, run);
  } else {
    offerBeforePoint(found, text, run);
    offerNumbers(found, text, at);
  }
  if (next === 46) offerFileName(found, text, at, run);
  offerHyphened(found, text, at, runs);
  offerJoined(found, text, at);
  offerSlashed(found, text, at);
  offerAddresses(found, text, at, runs);
}

/** The end of the letters and digits at `at`. */
export function alphanumericEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length) {
    const kind = characterClass(text.charCodeAt(end));
    if (kind !== LETTER && kind !== DIGIT) break;
    end++;
  }
  return end;
}

function asciiEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length && isAsciiAlphanumeric(text.charCodeAt(end))) end++;
  return end;
}

function lettersEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length && isAsciiLetter(text.charCodeAt(end))) end++;
  return end;
}

/** A token, and the full stop with it where a comma, a colon or a semicolon comes next. */
function offerBeforePoint(found: Longest, text: string, end: number): void {
  found.offer(end);
  if (text.charCodeAt(end) !== 46) return;
  const next = text.charCodeAt(end + 1);
  if (next === 44 || next === 59 || next === 58 || next === 0x3001) found.offer(end + 1, end + 2);
}

/** The end of words that `.`, `!` or `?` join to the one that ends at `end`: `man.He`. */
function joinedEnd(text: string, end: number): number {
  let last = end;
  for (;;) {
    const mark = text.charCodeAt(last);
    if (mark !== 46 && mark !== 33 && mark !== 63) return last;
    if (characterClass(text.charCodeAt(last + 1)) !== LETTER) return last;
    last = alphanumericEnd(text, last + 1);
  }
}

function offerAbbreviations(found: Longest, text: string, at: number, run: number): void {
  const initials = initialsEnd(text, at);
  if (initials > 0) found.offer(initials);
  if (lettersEnd(text, at) !== run) return;
  if (run === at + 1) found.offer(run + 1);
  if (isDegree(text, at)) found.offerAbbreviation(at + 5);
  const kind = abbreviation(text.slice(at, run));
  if (kind === 'keeps') found.offer(run + 1);
  else if (kind === 'endsSentence') found.offerAbbreviation(run + 1);
  else if (kind === 'beforeNumber') {
    const next = characterClass(text.charCodeAt(run + 1)) === SPACE ? run + 2 : run + 1;
    if (characterClass(text.charCodeAt(next)) === DIGIT) found.offer(run + 1, next + 1);
  }
}

/** `Ph.D.` or `Ed.D.` stands at `at`. */
function isDegree(text: string, at: number): boolean {
  if (text.charCodeAt(at + 4) !== 46) return false;
  const degree = text.slice(at, at + 5).toLowerCase();
  return degree === 'ph.d.' || degree === 'ed.d.';
}

/** The end of single letters with dots between them, the last dot included: `u.s.`; -1 where there are none. */
function initialsEnd(text: string, at: number): number {
  let end = at + 1;
  while (text.charCodeAt(end) === 46 && isAsciiLetter(text.charCodeAt(end + 1))) end += 2;
  if (end === at + 1 || isAsciiLetter(text.charCodeAt(at + 1))) return -1;
  return text.charCodeAt(end) === 46 ? end + 1 : end;
}

/** `US$`, `AT&T`, `C++`, `C#`. */
function offerCapitals(found: Longest, text: string, at: number, run: number): void {
  const sign = text.charCodeAt(run);
  const capitals = capitalsEnd(text, at);
  if (sign === 36 && capitals === run) found.offer(run + 1);
  if (run === at + 1) {
    const letter = text.charCodeAt(at) | 32;
    if (letter === 99 && text.startsWith('++', run)) found.offer(run + 2);
    if ((letter === 99 || letter === 102) && sign === 35) found.offer(run + 1);
  }
  let end = capitals;
  while (end > at && (text.charCodeAt(end) === 38 || text.charCodeAt(end) === 43)) {
    const next = capitalsEnd(text, end + 1);
    if (next === end + 1) break;
    end = next;
  }
  if (end > capitals) found.offer(end);
}

function capitalsEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length && text.charCodeAt(end) >= 65 && text.charCodeAt(end) <= 90) end++;
  return end;
}

/** What may stand behind the name of a file. */
const BEHIND_FILE = new Set(' \t.?!,"\'<');

/** `5.jpg`: a dot before the ending of a file's name parts nothing. */
function offerFileName(found: Longest, text: string, at: number, run: number): void {
  let end = run;
  while (text.charCodeAt(end) === 46) {
    const next = alphanumericEnd(text, end + 1);
    if (next === end + 1) return;
    if (isFileEnding(text.slice(end + 1, next)) && BEHIND_FILE.has(text[next] ?? ' ')) found.offer(next);
    end = next;
    if (end - at > 200) return;
  }
}

/** `t-shirt`, `9-to-5`, `3.5-inch`, `x-U.S.` */
function offerHyphened(found: Longest, text: string, at: number, runs: Runs): void {
  if (!isAsciiAlphanumeric(text.charCodeAt(at))) return;
  let end = runs.pointed(at);
  let parts = 0;
  while (text.charCodeAt(end) === 45) {
    const initials = isAsciiLetter(text.charCodeAt(end + 1)) ? initialsEnd(text, end + 1) : -1;
    const next = initials > 0 && text.charCodeAt(initials - 1) === 46 ? initials : asciiEnd(text, end + 1);
    if (next === end + 1) break;
    end = next;
    parts++;
  }
  if (parts > 0) offerBeforePoint(found, text, end);
}

/** Words of any script, with hyphens or underscores between them: `São-Paulo`, `left_hand`, `Smith-O'Connor`. */
function offerJoined(found: Longest, text: string, at: number): void {
  let end = segmentEnd(text, at);
  const first = end;
  for (;;) {
    const joint = text.charCodeAt(end);
    if (joint !== 45 && joint !== 95 && joint !== 0x2010 && joint !== 0x2011) break;
    const next = segmentEnd(text, end + 1);
    if (next === end + 1) break;
    end = next;
  }
  if (end > first) offerBeforePoint(found, text, end);
}

function segmentEnd(text: string, at: number): number {
  const run = alphanumericEnd(text, at);
  if (run !== at + 1 || !isNearApostrophe(text.charCodeAt(run)) || text.charCodeAt(run) === 96) return run;
  const letter = text.charCodeAt(at) | 32;
  if (letter !== 100 && letter !== 108 && letter !== 111) return run;
  const end = alphanumericEnd(text, run + 1);
  return end - run > 2 ? end : run;
}

/** `left/right`, `24/7/365`: up to three words, each with up to two hyphened parts of letters. */
function offerSlashed(found: Longest, text: string, at: number): void {
  let end = slashPartEnd(text, at);
  if (end === at) return;
  for (let parts = 0; parts < 2; parts++) {
    const slash = text.charCodeAt(end) === 92 ? end + 1 : end;
    if (text.charCodeAt(slash) !== 47) return;
    const next = slashPartEnd(text, slash + 1);
    if (next === slash + 1) return;
    end = next;
    found.offer(end);
  }
}

function slashPartEnd(text: string, at: number): number {
  let end = asciiEnd(text, at);
  if (end === at) return at;
  for (let parts = 0; parts < 2 && text.charCodeAt(end) === 45; parts++) {
    const next = lettersEnd(text, end + 1);
    if (next === end + 1) break;
    end = next;
  }
  return end;
}

const URL = /https?:\/\/[^\s"<>|()]+[^\s"<>|.!?(){},-]/iy;
const WWW = /www\.(?:[^\s"<>|.!?(){},]+\.)+[a-z]{2,4}(?:\/[^\s"<>|()]+[^\s"<>|.!?(){},-])?/iy;
const SITE = /(?:[a-z]+\.)+(?:com|net|org|edu)\/[^\s"<>|()]+[^\s"<>|.!?(){},-]/y;
const EMAIL = /[a-z0-9][^\s"<>|(){}@]*@(?:[^\s"<>|().]+\.)*[^\s"<>|().]+/iy;

function offerAddresses(found: Longest, text: string, at: number, runs: Runs): void {
  const first = text.charCodeAt(at) | 32;
  if (first === 104 && text.charCodeAt(at + 1) !== 32) offerPattern(found, URL, text, at);
  if (first === 119) offerPattern(found, WWW, text, at);
  if (found.end < text.length && text.charCodeAt(found.end) === 47) offerPattern(found, SITE, text, at);
  if (isAsciiAlphanumeric(text.charCodeAt(at)) && runs.holdsAddress(at)) offerPattern(found, EMAIL, text, at);
}
