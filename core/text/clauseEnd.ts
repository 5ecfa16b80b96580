/** How a negative clause goes on and ends: its list, "in this image", its full stop (`negatives.ts` has the grammar). */
import { pictureAt } from './questions.ts';
import { seenBy } from './seeing.ts';
import { isSpace, isWordCode, skipSpace, skipSpaceBack, wordBefore } from './words.ts';

/** A list of referents is no longer than this, in UTF-16 units. */
const LONGEST_LIST = 600;

export interface ListEnd {
  readonly listEnd: number;
  /** The end of the clause, its full stop included. */
  readonly end: number;
  /** The clause says that it speaks of the picture. */
  readonly ofPicture: boolean;
}

/** Where a list ends: before `in this image`, or with its sentence. A line's end or another denial before that: it is none. */
export function readList(text: string, start: number): ListEnd | undefined {
  if (pictureAt(text, start) !== undefined) return undefined;
  const limit = Math.min(text.length, start + LONGEST_LIST + 1);
  for (let at = start; at < limit; at++) {
    const code = text.charCodeAt(at);
    if (code === 10 || code === 46 || code === 33) {
      const end = sentenceEnd(text, at);
      if (end !== undefined) return at === start ? undefined : withoutHere(text, start, at, end);
      if (code === 10) return undefined;
      at = marksEnd(text, at) - 1;
    } else if (at > start && isSpace(text.charCodeAt(at - 1))) {
      const found = pictureEnd(text, at, code);
      if (found !== undefined) return found;
      if (mayBeVerb(text, at, code) && seenBy(text, at) !== undefined) return undefined;
    }
  }
  if (limit < text.length || limit === start) return undefined;
  return withoutHere(text, start, limit, limit);
}

/** Whether one of the verbs begins at a word's first letter: few words do. */
function mayBeVerb(text: string, at: number, code: number): boolean {
  const next = text.charCodeAt(at + 1) | 32;
  switch (code | 32) {
    case 115:
      return next === 101 || next === 112;
    case 102:
      return next === 105;
    case 100:
      return next === 101;
    default:
      return false;
  }
}

/** The clause's end, where `in this image` begins here and ends it or is followed by a comma. */
function pictureEnd(text: string, at: number, code: number): ListEnd | undefined {
  const lower = code | 32;
  const picture = lower === 105 || lower === 119 ? pictureAt(text, at) : undefined;
  if (picture === undefined) return undefined;
  const next = skipSpace(text, picture.end);
  const listEnd = skipSpaceBack(text, at);
  const mark = text[next];
  if (mark === '.' || mark === '!') return { listEnd, end: marksEnd(text, next), ofPicture: true };
  const ends =
    mark === undefined || mark === '?' || mark === ';' || mark === ',' || text[skipBlank(text, picture.end)] === '\n';
  return ends ? { listEnd, end: picture.end, ofPicture: true } : undefined;
}

/** Behind the full stops that end a sentence here; `undefined` where it goes on. */
function sentenceEnd(text: string, at: number): number | undefined {
  if (text.charCodeAt(at) === 10) return skipSpace(text, at) === text.length ? at : undefined;
  const end = marksEnd(text, at);
  if (end === text.length) return end;
  return isSpace(text.charCodeAt(end)) && !isAbbreviated(text, at) ? end : undefined;
}

/** "no. 7", "st. bernard", and what has a full stop behind each letter: "t.v.". */
function isAbbreviated(text: string, stop: number): boolean {
  if (text[stop - 2] === '.' && isWordCode(text.charCodeAt(stop - 1))) return true;
  return ABBREVIATIONS.has(wordBefore(text, stop).lower);
}

/** A full stop behind one of these ends no sentence. */
const ABBREVIATIONS = new Set(['no', 'nr', 'st', 'mr', 'mrs', 'ms', 'dr', 'vs', 'approx']);

function marksEnd(text: string, at: number): number {
  while (text[at] === '.' || text[at] === '!') at++;
  return at;
}

function skipBlank(text: string, at: number): number {
  while (text[at] === ' ' || text[at] === '\t' || text[at] === '\r') at++;
  return at;
}

/** A clause that does not speak of the picture; "here" is no part of its list. */
function withoutHere(text: string, start: number, at: number, end: number): ListEnd {
  const listEnd = skipSpaceBack(text, at);
  const last = wordBefore(text, listEnd);
  const here = last.lower === 'here' && last.start > start;
  return {
    listEnd: here ? skipSpaceBack(text, last.start) : listEnd,
    end: end === at ? listEnd : end,
    ofPicture: false,
  };
}
