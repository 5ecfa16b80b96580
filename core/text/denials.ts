/** How a negative clause begins: a lead-in, and "I don't see any" or "there is no" (`negatives.ts` has the grammar). */
import { seenBy } from './seeing.ts';
import { isSpace, isWordCode, skipSpace, skipSpaceBack, type Word, wordAt, wordBefore } from './words.ts';

/** `but` after positives, `sorry` without them, `none` where the lead-in is missing or another word. */
export type Lead = 'but' | 'sorry' | 'none';

export interface Denial {
  /** "I don't see any" is said by nobody else; the other words may be a caption's. */
  readonly certain: boolean;
  /** Where "I" or "there" begins. */
  readonly start: number;
  /** A lead-in that is glued to it ("ButI"). */
  readonly glued: Word | undefined;
  readonly listStart: number;
}

/** The denial around a verb; `undefined` where the verb denies nothing. */
export function denialAt(text: string, at: number): Denial | undefined {
  const isThere = (text.charCodeAt(at) | 32) === 116;
  return isThere ? thereAt(text, at) : seeAt(text, at);
}

const DETERMINERS = new Set(['any', 'a', 'an', 'the']);
/** With these goes on what names nothing: "I don't see why", "I can't see it". */
const NO_LIST = new Set(
  'why how what where when who which whether if that this it him her them you us much well'.split(' '),
);

/** "I don't see any", "I see no": read back from the verb to "I", and on to the list. */
function seeAt(text: string, at: number): Denial | undefined {
  const seer = seenBy(text, at);
  if (seer === undefined) return undefined;
  const { start, glued, isI, saysNo } = seer;
  const verb = wordAt(text, at);
  const determiner = wordAt(text, skipSpace(text, verb.end));
  const isDeterminer = saysNo || DETERMINERS.has(determiner.lower);
  if (!isSpace(text.charCodeAt(isDeterminer ? determiner.end : verb.end)) || NO_LIST.has(determiner.lower))
    return undefined;
  const listStart = isDeterminer ? skipSpace(text, determiner.end) : determiner.start;
  return { certain: isI && isDeterminer && !saysNo, start, glued, listStart };
}

/** "There is no", "there are not any", "there isn't a". */
function thereAt(text: string, at: number): Denial | undefined {
  if (at > 0 && isWordCode(text.charCodeAt(at - 1))) return undefined;
  const there = wordAt(text, at);
  const verb = there.lower === 'theres' ? there : wordAt(text, skipSpace(text, there.end));
  if (there.lower !== 'there' && verb !== there) return undefined;
  let last = wordAt(text, skipSpace(text, verb.end));
  if (verb.lower === 'isnt' || verb.lower === 'arent') return thereOf(text, at, last, DETERMINERS);
  if (verb.lower !== 'is' && verb.lower !== 'are' && verb !== there) return undefined;
  if (last.lower === 'no') return thereOf(text, at, last, NO);
  if (last.lower !== 'not') return undefined;
  last = wordAt(text, skipSpace(text, last.end));
  return thereOf(text, at, last, DETERMINERS);
}

const NO = new Set(['no']);

function thereOf(text: string, start: number, last: Word, allowed: ReadonlySet<string>): Denial | undefined {
  if (!allowed.has(last.lower) || !isSpace(text.charCodeAt(last.end))) return undefined;
  return { certain: false, start, glued: undefined, listStart: skipSpace(text, last.end) };
}

/** Words that lead a clause in. */
export const leadWords: ReadonlySet<string> = new Set(['but', 'sorry', 'however', 'unfortunately']);
/** "Sorry, but however": more lead-ins than this are somebody's joke. */
const MOST_LEADS = 3;

/** The lead-in before "I" or "there", and the comma before it. */
export function leadBefore(
  text: string,
  denial: Pick<Denial, 'start' | 'glued'>,
  from: number,
): { start: number; lead: Lead } {
  let start = denial.start;
  let lead: Lead = 'none';
  let word: Word | undefined = denial.glued ?? leadWord(text, start, from);
  for (let i = 0; word !== undefined && i < MOST_LEADS; i++) {
    start = word.start;
    if (word.lower === 'sorry') lead = 'sorry';
    else if (word.lower === 'but' && lead === 'none') lead = 'but';
    word = leadWord(text, start, from);
  }
  if (start === denial.start) return { start, lead };
  if (lead === 'sorry') start = apologyStart(text, start, from);
  const comma = skipSpaceBack(text, start) - 1;
  return { start: comma >= from && text[comma] === ',' ? comma : start, lead };
}

/** A lead-in that ends before an offset, a comma or full stop behind it. */
export function leadWord(text: string, at: number, from: number): Word | undefined {
  let end = skipSpaceBack(text, at);
  if (text[end - 1] === ',' || text[end - 1] === '.') end = skipSpaceBack(text, end - 1);
  const word = wordBefore(text, end);
  return leadWords.has(word.lower) && word.start >= from ? word : undefined;
}

/** "I'm sorry", "I am sorry". */
function apologyStart(text: string, sorry: number, from: number): number {
  const am = wordBefore(text, skipSpaceBack(text, sorry));
  const first = am.lower === 'am' ? wordBefore(text, skipSpaceBack(text, am.start)) : am;
  const apologises = am.lower === 'am' ? first.lower === 'i' : am.lower === 'im';
  return apologises && first.start >= from ? first.start : sorry;
}
