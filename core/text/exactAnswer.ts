/**
 * The quick way to know that an answer keeps to its question's words, which most do: the question's list is walked once,
 * and each item must be a phrase of the answer or a referent that it denies, letter by letter.
 */
import { articleLength } from './compose.ts';
import { isSummary, type Referent } from './negatives.ts';
import { endsSentence, listStart, pictureAt } from './questions.ts';
import type { AnswerTree } from './tree.ts';
import { standsAt } from './words.ts';

/** More items than this are laid beside each other by their keys. */
const MOST = 30;

/** Where the words of each phrase and each denied referent stand in the answer, articles left out; made once for all answers. */
const starts = new Int32Array(MOST);
const ends = new Int32Array(MOST);

/**
 * Whether a question lists exactly what its answer grounds and denies, each of them once; articles do not matter. `false`
 * proves nothing: the words may differ in case, or the question be written in an unusual way.
 */
export function answersExactly(question: string, { text, canonical, phrases, clauses }: AnswerTree): boolean {
  if (!canonical || clauses.length > 1) return false;
  const denied = clauses.length === 0 ? NONE : clauses[0]!.referents;
  const count = phrases.length + denied.length;
  if (count === 0 || count > MOST) return false;
  let at = listStart(question);
  if (at < 0) return false;
  for (let i = 0; i < phrases.length; i++) place(text, i, phrases[i]!.contentStart + 1, phrases[i]!.contentEnd - 1);
  for (let i = 0; i < denied.length; i++) {
    const referent = denied[i]!;
    if (isSummary(referent)) return false;
    place(text, phrases.length + i, referent.start, referent.end);
    for (let k = 0; k < phrases.length; k++) if (areSame(text, k, phrases.length + i)) return false;
  }
  /** One bit for each item that was met. */
  let met = 0;
  for (let left = count; left > 0; left--) {
    at += articleLength(question, at);
    let end = -1;
    for (let i = 0; i < count && end < 0; i++) {
      if ((met & (1 << i)) !== 0) continue;
      end = itemEnd(question, at, text, i, left === 1);
      if (end >= 0) met |= 1 << i;
    }
    if (end < 0) return false;
    at = end;
  }
  return true;
}

const NONE: readonly Referent[] = [];

function place(text: string, item: number, start: number, end: number): void {
  starts[item] = start + articleLength(text, start);
  ends[item] = end;
}

/** Whether two items have the same words; what is denied may not be there. */
function areSame(text: string, one: number, other: number): boolean {
  const from = starts[one]!;
  const length = ends[one]! - from;
  const by = starts[other]! - from;
  if (ends[other]! - starts[other]! !== length) return false;
  for (let i = from; i < from + length; i++)
    if ((text.charCodeAt(i) | 32) !== (text.charCodeAt(i + by) | 32)) return false;
  return true;
}

/** Behind an item and what parts it from the next one; for the last one, its end before "in this image". -1 where another stands. */
function itemEnd(question: string, at: number, answer: string, item: number, isLast: boolean): number {
  const from = starts[item]!;
  const length = ends[item]! - from;
  for (let i = 0; i < length; i++) if (question.charCodeAt(at + i) !== answer.charCodeAt(from + i)) return -1;
  const end = at + length;
  if (!isLast) return separatorEnd(question, end);
  const picture = pictureAt(question, end + 1);
  return picture !== undefined && question.charCodeAt(end) === 32 && endsSentence(question, picture.end) ? end : -1;
}

function separatorEnd(question: string, at: number): number {
  if (question.charCodeAt(at) === 44) return standsAt(question, at, ', and ') ? at + 6 : spaceEnd(question, at + 1);
  return standsAt(question, at, ' and ') ? at + 5 : -1;
}

function spaceEnd(question: string, at: number): number {
  return question.charCodeAt(at) === 32 ? at + 1 : -1;
}
