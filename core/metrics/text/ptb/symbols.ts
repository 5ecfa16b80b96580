/** Tokens that begin with neither a letter nor a digit: quotes, brackets, dashes, dots, tags, faces, signs. */
import { offerWithApostrophe } from './apostrophes.ts';
import { characterClass, isApostrophe, isAsciiAlphanumeric, isAsciiDigit, isAsciiLetter, SPACE } from './characters.ts';
import { type Longest, offerPattern } from './longest.ts';
import { offerNumbers } from './numbers.ts';
import type { Runs } from './runs.ts';

const TAG =
  /<(?:[!?][a-z-][^>\r\n]*|\/?[a-z][a-z0-9:._-]*(?: +[a-z][a-z0-9:.-]*(?: *= *(?:"[^"]*"|'[^']*'))?)* *\/?)>/iy;
const EMAIL_IN_BRACKETS = /<[a-z0-9][^\s"<>|(){}@]*@(?:[^\s"<>|().]+\.)*[^\s"<>|().]+>/iy;
const FACE = /[<>]?[:;=][-o*']?[()DPdpO\\{@|[\]](?![A-Za-z0-9])/y;
const EAST_ASIAN_FACE = /[-^x=~<>']_[-^x=~<>']/iy;
const NAMED_BRACKET = /-[lr][rcs]b-/iy;
const DOTS = /\.{3,5}|(?:\.[ \u00a0]){2,4}\./y;
const HANDLE = /@[a-z_][a-z0-9_]*/iy;
const HASHTAG = /#\p{L}+/uy;
const ENTITY = /&(?:lt|gt|#\d+);/iy;

/** Signs that are written out differently. */
const WRITTEN: Readonly<Record<string, string>> = {
  '(': '-lrb-',
  ')': '-rrb-',
  '[': '-lsb-',
  ']': '-rsb-',
  '{': '-lcb-',
  '}': '-rcb-',
  '…': '...',
  '“': '``',
  '«': '``',
  '\u0093': '``',
  '”': "''",
  '»': "''",
  '\u0094': "''",
  '‘': '`',
  '‛': '`',
  '‹': '`',
  '\u0091': '`',
  '’': "'",
  '›': "'",
  '\u0092': "'",
  '–': '--',
  '—': '--',
  '―': '--',
  '\u0096': '--',
  '\u0097': '--',
  '\u0080': '$',
  '\u0085': '...',
  '€': '$',
  '¤': '$',
  '₠': '$',
  '£': '#',
  '¢': 'cents',
  '¼': '1/4',
  '½': '1/2',
  '¾': '3/4',
  '⅓': '1/3',
  '⅔': '2/3',
  '\u00ad': '-',
};

/** How a character that parts its neighbours is written out all the same; undefined where it is dropped. */
export function writtenSign(character: string): string | undefined {
  return WRITTEN[character];
}

/** Offers the tokens that begin at `at`, where neither a letter nor a digit stands. */
export function offerSymbols(found: Longest, text: string, at: number, runs: Runs): void {
  const code = text.charCodeAt(at);
  const next = text.charCodeAt(at + 1);
  switch (code) {
    case 0x27: // '
      offerWithApostrophe(found, text, at);
      offerQuote(found, text, at);
      break;
    case 0x22: // "
    case 0x60: // `
      offerQuote(found, text, at);
      break;
    case 0x2d: // -
      offerPattern(found, NAMED_BRACKET, text, at);
      offerDashes(found, text, at);
      offerNumbers(found, text, at);
      offerPattern(found, EAST_ASIAN_FACE, text, at);
      break;
    case 0x2b: // +
      offerNumbers(found, text, at);
      break;
    case 0x28: // (
      if (isAsciiDigit(next)) offerNumbers(found, text, at);
      break;
    case 0x2e: // .
      offerDots(found, text, at);
      offerNumbers(found, text, at);
      break;
    case 0x2c: // ,
      offerNumbers(found, text, at);
      break;
    case 0x3a: // :
    case 0x3b: // ;
    case 0x3d: // =
      if (code === 0x3a) offerNumbers(found, text, at);
      offerPattern(found, FACE, text, at);
      break;
    case 0x3c: // <
    case 0x3e: // >
      offerAngled(found, text, at, runs);
      break;
    case 0x5e: // ^
    case 0x7e: // ~
      offerPattern(found, EAST_ASIAN_FACE, text, at);
      break;
    case 0x40: // @
      offerPattern(found, HANDLE, text, at);
      break;
    case 0x23: // #
      offerPattern(found, HASHTAG, text, at);
      if (next === code) found.offer(repeatedEnd(text, at, code));
      break;
    case 0x26: // &
      offerEntity(found, text, at);
      break;
    case 0x5c: // \
      if (next === 0x2a) found.offer(at + 2);
      break;
    case 0x21: // !
    case 0x3f: // ?
    case 0x2a: // *
    case 0x5f: // _
      found.offer(repeatedEnd(text, at, code));
      break;
    default:
      if (isApostrophe(code)) offerWithApostrophe(found, text, at);
  }
  found.offer(at + 1, at + 1, WRITTEN[text[at]!]);
}

/** `&lt;` and `&gt;` are signs, never the brackets of a tag; `&#39;` stays as it is. */
function offerEntity(found: Longest, text: string, at: number): void {
  ENTITY.lastIndex = at;
  const [entity] = ENTITY.exec(text) ?? [];
  if (entity === undefined) return;
  const end = at + entity.length;
  if (entity[1] === '#') found.offer(end);
  else found.offer(end, end, (entity.charCodeAt(1) | 32) === 108 ? '<' : '>');
}

/** Three to five dots, with or without blanks between them, are an ellipsis. */
function offerDots(found: Longest, text: string, at: number): void {
  DOTS.lastIndex = at;
  if (DOTS.test(text)) found.offer(DOTS.lastIndex, DOTS.lastIndex, '...');
}

/** Behind the same sign repeated; `!` and `?` mix. */
function repeatedEnd(text: string, at: number, code: number): number {
  let end = at + 1;
  const other = code === 0x21 ? 0x3f : code === 0x3f ? 0x21 : code;
  while (text.charCodeAt(end) === code || text.charCodeAt(end) === other) end++;
  return end;
}

function offerDashes(found: Longest, text: string, at: number): void {
  let end = at + 1;
  while (text.charCodeAt(end) === 45) end++;
  const count = end - at;
  found.offer(end, end, count > 1 && count < 5 ? '--' : undefined);
}

function offerAngled(found: Longest, text: string, at: number, runs: Runs): void {
  const code = text.charCodeAt(at);
  if (text.charCodeAt(at + 1) === code) found.offer(at + 2);
  offerPattern(found, FACE, text, at);
  offerPattern(found, EAST_ASIAN_FACE, text, at);
  if (code !== 0x3c || !runs.closes(at)) return;
  offerPattern(found, TAG, text, at);
  if (runs.holdsAddress(at + 1)) offerPattern(found, EMAIL_IN_BRACKETS, text, at);
}

/** A tag begins at `at`. */
export function isTagAt(text: string, at: number): boolean {
  TAG.lastIndex = at;
  return TAG.test(text);
}

function endsWord(text: string, at: number): boolean {
  return at >= text.length || characterClass(text.charCodeAt(at)) === SPACE;
}

/** Offers the straight quote or backtick at `at`, which opens or closes by what stands behind it. */
function offerQuote(found: Longest, text: string, at: number): void {
  const code = text.charCodeAt(at);
  const next = text.charCodeAt(at + 1);
  if (code === 34) found.offer(at + 1, at + 1, isAsciiAlphanumeric(next) || next === 36 ? '``' : "''");
  else if (next === code) found.offer(at + 2, at + 2, code === 39 ? "''" : '``');
  else if (code === 96) found.offer(at + 1, at + 1, '`');
  else if (isAsciiLetter(next) && !endsWord(text, at + 2)) found.offer(at + 1, at + 3, '`');
}
