/**
 * Denials that only an answer's last sentence is read for, since captions speak like this too: "No zebra in this image." and
 * "The zebra is not in this image." Most texts are told by their last letter to hold none.
 */
import { leadWords } from './denials.ts';
import { pictureAt } from './questions.ts';
import { isSpace, isWordCode, skipSpace, skipSpaceBack, type Word, wordAt, wordBefore, wordEnd } from './words.ts';

export interface Absence {
  /** Where "no" begins, or the list. */
  readonly start: number;
  readonly listStart: number;
  readonly listEnd: number;
  readonly end: number;
}

/** A sentence longer than this, in UTF-16 units, denies nothing. */
const LONGEST = 600;

/** The denial that a text's last sentence is; `undefined` where it is another sentence, or begins before `from`. */
export function absenceAtEnd(text: string, from: number): Absence | undefined {
  let end = skipSpaceBack(text, text.length);
  if (end <= from) return undefined;
  const stop = end;
  const mark = text.charCodeAt(end - 1);
  if (mark === 46 || mark === 33) end = skipSpaceBack(text, end - 1);
  if (!mayEndPicture(text, end)) return undefined;
  const pictureStart = wordStart(text, wordStart(text, wordStart(text, end)));
  const picture = skipSpaceBack(text, pictureStart);
  if (picture <= from) return undefined;
  const start = skipOpeners(text, sentenceStart(text, picture, from));
  const no = wordEnd(text, start, 'no');
  // Few captions come this far.
  if ((no < 0 && MAY_DENY[text.charCodeAt(picture - 1) | 32] !== 1) || pictureAt(text, pictureStart)?.end !== end)
    return undefined;
  const listStart = no < 0 ? start : skipSpace(text, no);
  const listEnd = no < 0 ? beforeNot(text, picture) : withoutVerb(text, picture, listStart);
  return listEnd === undefined || listEnd <= listStart ? undefined : { start, listStart, listEnd, end: stop };
}

/** Where the last word before an offset begins. */
function wordStart(text: string, before: number): number {
  let start = skipSpaceBack(text, before);
  while (start > 0 && isWordCode(text.charCodeAt(start - 1))) start--;
  return start;
}

/** By the last two letters of "image", "picture", "photo" and "photograph"; few other words have them. */
function mayEndPicture(text: string, end: number): boolean {
  const before = text.charCodeAt(end - 2) | 32;
  switch (text.charCodeAt(end - 1) | 32) {
    case 101:
      return before === 103 || before === 114;
    case 111:
      return before === 116;
    case 104:
      return before === 112;
    default:
      return false;
  }
}

/** Where the sentence begins in which an offset lies; a tag, a line's end, and ", but" begin one too. */
function sentenceStart(text: string, at: number, from: number): number {
  const limit = Math.max(from, at - LONGEST);
  for (let i = at; i > limit; i--) {
    const code = text.charCodeAt(i - 1);
    if (code === 44 ? opens(text, skipSpace(text, i), leadWords) : code < 128 && ENDS[code] === 1)
      return skipSpace(text, i);
  }
  return skipSpace(text, limit);
}

/** What a sentence's beginning stands behind. */
const ENDS = new Uint8Array(128);
for (const character of '.!?;:\n]>') ENDS[character.charCodeAt(0)] = 1;

/** Words that may open the last sentence. */
const OPENERS: ReadonlySet<string> = new Set([...leadWords, 'sure', 'yes', 'well', 'okay', 'ok']);
/** Their first letters; few sentences begin with one of them. */
const MAY_OPEN = new Uint8Array(128);
for (const opener of OPENERS) MAY_OPEN[opener.charCodeAt(0)] = 1;
/** More of them are somebody's joke. */
const MOST_OPENERS = 3;

/** Behind "Sorry," and "Sure, but". */
function skipOpeners(text: string, start: number): number {
  for (let i = 0; i < MOST_OPENERS && opens(text, start, OPENERS); i++) {
    const { end } = wordAt(text, start);
    start = skipSpace(text, text[end] === ',' ? end + 1 : end);
  }
  return start;
}

/** Whether one of the words stands at `at`. */
function opens(text: string, at: number, words: ReadonlySet<string>): boolean {
  return MAY_OPEN[text.charCodeAt(at) | 32] === 1 && words.has(wordAt(text, at).lower);
}

const VERBS = new Set(['is', 'are', 'was', 'were', 'can', 'be']);
const SHOWN = new Set(['visible', 'present', 'shown', 'seen', 'found']);

/** The end of a list that ends at `end` without "is", "are visible", "can be seen". */
function withoutVerb(text: string, end: number, from: number): number {
  let word = lastWord(text, end);
  if (SHOWN.has(word.lower)) word = lastWord(text, word.start);
  if (!VERBS.has(word.lower)) return end;
  let listEnd = end;
  for (; VERBS.has(word.lower) && word.start > from; word = lastWord(text, word.start)) listEnd = word.start;
  return skipSpaceBack(text, listEnd);
}

/** Where the list before "is not", "aren't visible" ends. */
function beforeNot(text: string, end: number): number | undefined {
  let word = lastWord(text, end);
  if (SHOWN.has(word.lower)) word = lastWord(text, word.start);
  const verb = word.lower === 'not' ? lastWord(text, word.start) : word;
  const denies = verb === word ? NEGATED.has(verb.lower) : VERBS.has(verb.lower);
  return denies && isSpace(text.charCodeAt(verb.start - 1)) ? skipSpaceBack(text, verb.start) : undefined;
}

const NEGATED = new Set(['isnt', 'arent']);
/** The last letters of "not", "isn't" and what may stand behind them. */
const MAY_DENY = new Uint8Array(128);
for (const word of ['not', ...NEGATED, ...SHOWN]) MAY_DENY[word.charCodeAt(word.length - 1)] = 1;

function lastWord(text: string, before: number): Word {
  return wordBefore(text, skipSpaceBack(text, before));
}
