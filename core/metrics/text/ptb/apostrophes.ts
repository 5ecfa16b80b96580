/** Tokens with an apostrophe: parted words (`is n't`, `dog 's`) and words that keep it (`o'clock`, `'em`). */
import { characterClass, isApostrophe, isAsciiDigit, isAsciiLetter, SPACE } from './characters.ts';
import type { Longest } from './longest.ts';

/** Words that keep their apostrophe, by what stands before it. */
const WHOLE: ReadonlyMap<string, readonly string[]> = new Map([
  ['e', ['er']],
  ['c', ['mon', 'est']],
  ['li', ['l']],
  ['nat', ['l']],
  ['s', ['mores']],
  ['ev', ['ry']],
  ['nor', ['easter']],
  ['cont', ['d.']],
  ['ol', ['']],
  ['somethin', ['']],
  ['dunkin', ['']],
]);
const LONGEST_BEFORE = 8;

/** Offers the tokens from `at` that an apostrophe at `mark` makes: the word before it, or one that holds it. */
export function offerAfterApostrophe(found: Longest, text: string, at: number, mark: number): void {
  offerBeforeNot(found, text, at, mark);
  if (!isApostrophe(text.charCodeAt(mark))) return;
  const clitic = cliticEnd(text, mark);
  if (clitic > 0) found.offer(mark, clitic);
  const letters = lettersEnd(text, mark + 1);
  if (mark === at + 1) {
    const first = text.charCodeAt(at);
    if (takesWord(first) && letters - mark > 2) found.offer(letters);
    const lower = first | 32;
    if (letters > mark + 1 && (lower === 108 || lower === 100 || lower === 106 || lower === 121)) found.offer(mark + 1);
  } else if (isVowel(text.charCodeAt(mark - 1)) && startsSyllable(text.charCodeAt(mark + 1))) found.offer(letters);
  if (mark - at <= LONGEST_BEFORE) offerWhole(found, text, at, mark);
}

/** `is|n't`, and `n't` itself. */
function offerBeforeNot(found: Longest, text: string, at: number, mark: number): void {
  if ((text.charCodeAt(mark - 1) | 32) !== 110 || (text.charCodeAt(mark + 1) | 32) !== 116) return;
  if (mark === at + 1) found.offer(mark + 2, mark + 2, straight(text, at, mark + 2));
  else if (isAsciiLetter(text.charCodeAt(mark - 2)) && (text.charCodeAt(mark - 2) | 32) !== 110) {
    found.offer(mark - 1, mark + 2);
  }
}

function offerWhole(found: Longest, text: string, at: number, mark: number): void {
  for (const rest of WHOLE.get(text.slice(at, mark).toLowerCase()) ?? []) {
    const end = mark + 1 + rest.length;
    if (text.slice(mark + 1, end).toLowerCase() === rest) found.offer(end);
  }
}

/** A letter that an apostrophe and a word may follow in one token: `d'oh`, `O'Connor`, `L'Oreal`. */
function takesWord(code: number): boolean {
  if (code >= 65 && code <= 90) return code !== 73 && code !== 89;
  return code === 100 || code === 108 || code === 110 || code === 111;
}

function isVowel(code: number): boolean {
  const lower = code | 32;
  return lower === 97 || lower === 101 || lower === 105 || lower === 111 || lower === 117 || lower === 121;
}

/** What may follow a vowel and an apostrophe inside a word: a vowel or a capital. */
function startsSyllable(code: number): boolean {
  return (code >= 65 && code <= 90) || (isVowel(code) && code !== 121);
}

/**
 * The end of `'s`, `'m`, `'d`, `'re`, `'ve` or `'ll` at `at`; -1 where none stands there. A letter may follow only where
 * the apostrophe is a right quote.
 */
function cliticEnd(text: string, at: number): number {
  const first = text.charCodeAt(at + 1) | 32;
  let end = -1;
  if (first === 115 || first === 109 || first === 100) end = at + 2;
  else {
    const second = text.charCodeAt(at + 2) | 32;
    if ((first === 114 || first === 118) && second === 101) end = at + 3;
    else if (first === 108 && second === 108) end = at + 3;
  }
  return end > 0 && (text.charCodeAt(at) !== 39 || !isAsciiLetter(text.charCodeAt(end))) ? end : -1;
}

function lettersEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length && isAsciiLetter(text.charCodeAt(end))) end++;
  return end;
}

/** A token in lower case, its right quote made an apostrophe. */
function straight(text: string, start: number, end: number): string {
  return text
    .slice(start, end)
    .toLowerCase()
    .replace(/[\u2019\u0092]/, "'");
}

/** Offers the tokens that begin with the apostrophe at `at`; quotes are not among them. */
export function offerWithApostrophe(found: Longest, text: string, at: number): void {
  const clitic = cliticEnd(text, at);
  if (clitic > 0) found.offer(clitic, clitic + 1, straight(text, at, clitic));
  const next = text.slice(at + 1, at + 6).toLowerCase();
  if (next.startsWith('em')) found.offer(at + 3);
  else if (next.startsWith('till')) found.offer(at + 5);
  else if (next.startsWith('til')) found.offer(at + 4);
  else if (next === 'cause') found.offer(at + 6);
  else if (next.startsWith('tis')) found.offer(at + 2, at + 4);
  else if (next.startsWith('twas')) found.offer(at + 2, at + 5);
  else if (next.startsWith('n')) found.offer(isApostrophe(text.charCodeAt(at + 2)) ? at + 3 : at + 2);
  else if (isAsciiDigit(next.charCodeAt(0))) offerYear(found, text, at);
}

/** `'90s`, `'05`. */
function offerYear(found: Longest, text: string, at: number): void {
  if (!isAsciiDigit(text.charCodeAt(at + 2))) return;
  const last = text.charCodeAt(at + 3);
  if (text.charCodeAt(at + 1) >= 50 && text.charCodeAt(at + 2) === 48 && (last | 32) === 115) found.offer(at + 4);
  else if (at + 3 >= text.length || characterClass(last) === SPACE) found.offer(at + 3);
}
