/** Who says of himself that he sees nothing: "I don't see", "I am unable to find", "I'm not seeing", "I see no". */
import { isSpace, skipSpace, skipSpaceBack, type Word, wordAt, wordBefore } from './words.ts';

export interface Seer {
  /** Where "I" begins. */
  readonly start: number;
  /** A lead-in that is glued to it ("ButI"). */
  readonly glued: Word | undefined;
  /** `false` for "we", who look at more than images. */
  readonly isI: boolean;
  /** The "no" behind the verb denies, not a word before it. */
  readonly saysNo: boolean;
}

const SEES = new Set(['see', 'find', 'spot', 'detect']);
const SEEING = new Set(['seeing', 'finding', 'spotting', 'detecting']);
const AUXILIARIES = new Set(['do', 'did', 'can', 'could']);
const NEGATED = new Set(['dont', 'didnt', 'cant', 'couldnt', 'cannot']);
const CUT_OFF = new Set(['don', 'didn', 'can', 'couldn']);
const BEING = new Set(['am', 'was', 'are', 'were']);

/** Who sees nothing by the verb that begins here; `undefined` where it says that something is seen, or that somebody else does. */
export function seenBy(text: string, at: number): Seer | undefined {
  if (!isSpace(text.charCodeAt(at - 1))) return undefined;
  const verb = wordAt(text, at);
  const isSeeing = SEEING.has(verb.lower);
  if (!isSeeing && !SEES.has(verb.lower)) return undefined;
  const last = lastWord(text, at);
  if (isSeeing) return last.lower === 'not' ? beingBefore(text, last.start) : undefined;
  if (last.lower === 'to') return unableBefore(text, last.start);
  const negation = negationStart(text, last);
  if (negation !== undefined) return subjectBefore(text, negation);
  if (wordAt(text, skipSpace(text, verb.end)).lower !== 'no') return undefined;
  const subject = subjectBefore(text, AUXILIARIES.has(last.lower) ? last.start : at);
  return subject && { ...subject, saysNo: true };
}

/** Where `don't`, `do not`, `cannot` … before the verb begins; `last` is the word before the verb. */
function negationStart(text: string, last: Word): number | undefined {
  if (NEGATED.has(last.lower)) return last.start;
  if (last.lower !== 'not' && last.lower !== 't') return undefined;
  const first = lastWord(text, last.start);
  return (last.lower === 't' ? CUT_OFF : AUXILIARIES).has(first.lower) ? first.start : undefined;
}

/** "I am unable", "I'm not able" before "to". */
function unableBefore(text: string, to: number): Seer | undefined {
  const able = lastWord(text, to);
  if (able.lower === 'unable') return beingBefore(text, able.start);
  const not = able.lower === 'able' ? lastWord(text, able.start) : able;
  return not.lower === 'not' ? beingBefore(text, not.start) : undefined;
}

/** "I am", "I'm", "we are". */
function beingBefore(text: string, at: number): Seer | undefined {
  const being = lastWord(text, at);
  if (being.lower === 'im') return { start: being.start, glued: undefined, isI: true, saysNo: false };
  return BEING.has(being.lower) ? subjectBefore(text, being.start) : undefined;
}

function subjectBefore(text: string, at: number): Seer | undefined {
  if (!isSpace(text.charCodeAt(at - 1))) return undefined;
  const { start, end, lower } = lastWord(text, at);
  if (lower === 'i' || lower === 'we') return { start, glued: undefined, isI: lower === 'i', saysNo: false };
  if (lower !== 'buti') return undefined;
  return { start: end - 1, glued: { start, end: end - 1, lower: 'but' }, isI: true, saysNo: false };
}

function lastWord(text: string, before: number): Word {
  return wordBefore(text, skipSpaceBack(text, before));
}
