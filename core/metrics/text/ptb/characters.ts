/**
 * What the Penn Treebank tokeniser takes a character for. The classes are those that PTBTokenizer 3.4.1 shows on every
 * character of the Basic Multilingual Plane, told from its output. Characters beyond it are dropped, as it does.
 */

export const LETTER = 1;
export const DIGIT = 2;
export const SPACE = 3;
/** A token of its own. */
export const SYMBOL = 4;
/** No token: it only parts its neighbours. */
export const DROPPED = 5;

const LETTERS =
  /[\p{L}\u02c2-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065e\u0670\u06d6-\u06ed\u0730-\u074c]/u;
const MORE_LETTERS =
  /[\u00ad\u07a6-\u07b0\u07eb-\u07f3\u0900-\u0903\u093c-\u094e\u0951-\u0955\u0962\u0963\u0981-\u0983\u09bc-\u09ce\u0a01-\u0a03\u0a3c-\u0a4f\u0a81-\u0a83\u0abc-\u0acf\u0b82\u0bbe-\u0bcd\u0c01-\u0c03\u0c3e-\u0c56\u0d3e-\u0d48\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1-\u0ebc\u0ec8-\u0ecd]/u;
const DIGITS = /\p{Nd}/u;

/** First and last of the characters beyond ASCII that are a token of their own. */
const SYMBOLS = [
  0xa1, 0xa1, 0xa5, 0xa9, 0xac, 0xac, 0xae, 0xb4, 0xb6, 0xb9, 0xbf, 0xbf, 0xd7, 0xd7, 0xf7, 0xf7, 0x37e, 0x37e, 0x387,
  0x387, 0x589, 0x589, 0x5be, 0x5be, 0x606, 0x60c, 0x61b, 0x61b, 0x61e, 0x61f, 0x66a, 0x66a, 0x66d, 0x66d, 0x6d4, 0x6d4,
  0x964, 0x965, 0xe3f, 0xe3f, 0x2016, 0x2017, 0x201a, 0x201a, 0x201e, 0x2023, 0x2030, 0x2038, 0x203b, 0x203b, 0x203e,
  0x2042, 0x2044, 0x2044, 0x2070, 0x2070, 0x2074, 0x207e, 0x2080, 0x208e, 0x20a4, 0x20a4, 0x2100, 0x2101, 0x2103,
  0x2106, 0x2108, 0x2109, 0x2114, 0x2114, 0x2116, 0x2118, 0x211e, 0x2123, 0x2125, 0x2125, 0x2127, 0x2127, 0x2129,
  0x2129, 0x212e, 0x212e, 0x213a, 0x213b, 0x2140, 0x2144, 0x214a, 0x214d, 0x214f, 0x214f, 0x2155, 0x215e, 0x2190,
  0x2426, 0x2440, 0x244a, 0x2460, 0x24b5, 0x24d0, 0x2b73, 0x2b76, 0x2b95, 0x2b97, 0x2bff, 0x3001, 0x3002, 0x3012,
  0x3012, 0x30fb, 0x30fb, 0xff01, 0xff0f, 0xff1a, 0xff20, 0xff3b, 0xff40, 0xff5b, 0xff65, 0xffe0, 0xffe1, 0xffe5,
  0xffe6,
];

/** White space beyond ASCII; U+0085 is an ellipsis here, as in Windows-1252. */
const SPACES = /[\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** Class by code; 0 where it was not asked for yet. ASCII is filled in at once. */
const classes = new Uint8Array(65_536);
for (let code = 0; code < 128; code++) classes[code] = ofAscii(code);

/** One of the classes above for a UTF-16 unit. */
export function characterClass(code: number): number {
  return classes[code] || (classes[code] = beyondAscii(code));
}

function ofAscii(code: number): number {
  if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90)) return LETTER;
  if (code >= 48 && code <= 57) return DIGIT;
  if (code === 32 || (code >= 9 && code <= 13)) return SPACE;
  return code > 32 && code < 127 ? SYMBOL : DROPPED;
}

function beyondAscii(code: number): number {
  const character = String.fromCharCode(code);
  if (SPACES.test(character)) return SPACE;
  for (let i = 0; i < SYMBOLS.length; i += 2) if (code >= SYMBOLS[i]! && code <= SYMBOLS[i + 1]!) return SYMBOL;
  if (DIGITS.test(character)) return DIGIT;
  return LETTERS.test(character) || MORE_LETTERS.test(character) ? LETTER : DROPPED;
}

export function isAsciiLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
}

export function isAsciiDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

export function isAsciiAlphanumeric(code: number): boolean {
  return isAsciiLetter(code) || isAsciiDigit(code);
}

/** A straight apostrophe or a right single quote, that of Windows-1252 included. */
export function isApostrophe(code: number): boolean {
  return code === 39 || code === 0x2019 || code === 0x92;
}

/** An apostrophe, or what is typed for one by mistake. */
export function isNearApostrophe(code: number): boolean {
  return isApostrophe(code) || code === 96 || code === 0x2018 || code === 0x201b || code === 0x91;
}
