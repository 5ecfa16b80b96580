/**
 * The quick way to know that an answer keeps to its question's words, which most do: the question's list is walked once,
 * and each item must be a phrase of the answer or a referent that it denies, letter by letter.
 */
import { articleLength, referentKey } from './compose.ts';
import { isSummary, type Referent } from './negatives.ts';
import { endsSentence, listStart, pictureAt } from './questions.ts';
import type { AnswerTree, Phrase } from './tree.ts';
import { standsAt } from './words.ts';

/** More items than this are laid beside each other by their keys. */
const MOST = 30;

/**
 * Whether a question lists exactly what its answer grounds and denies, each of them once; articles do not matter. `false`
 * proves nothing: the words may differ in case, or the question be written in an unusual way.
 */
export function answersExactly(question: string, { canonical, phrases, clauses }: AnswerTree): boolean {
  if (!canonical || clauses.length > 1) return false;
  const denied = clauses.length === 0 ? undefined : clauses[0]!.referents;
  const count = phrases.length + (denied?.length ?? 0);
  if (count === 0 || count > MOST) return false;
  if (denied !== undefined)
    for (const referent of denied) if (isSummary(referent) || isGrounded(referent, phrases)) return false;
  let at = listStart(question);
  if (at < 0) return false;
  /** One bit for each phrase and each denied referent that was met. */
  let met = 0;
  for (let left = count; left > 0; left--) {
    at += articleLength(question, at);
    let end = -1;
    for (let i = 0; i < count && end < 0; i++) {
      if ((met & (1 << i)) !== 0) continue;
      const words = i < phrases.length ? phrases[i]!.text : denied![i - phrases.length]!.text;
      const next = itemEnd(question, at, words, left === 1);
      if (next < 0) continue;
      end = next;
      met |= 1 << i;
    }
    if (end < 0) return false;
    at = end;
  }
  return true;
}

/** Whether a phrase says what is denied. */
function isGrounded({ text }: Referent, phrases: readonly Phrase[]): boolean {
  const key = referentKey(text);
  for (const phrase of phrases) if (referentKey(phrase.text) === key) return true;
  return false;
}

/** Behind an item and what parts it from the next one; for the last one, its end before "in this image". -1 where another stands. */
function itemEnd(question: string, at: number, words: string, isLast: boolean): number {
  const article = articleLength(words, 0);
  const end = at + words.length - article;
  for (let i = article; i < words.length; i++)
    if (question.charCodeAt(at + i - article) !== words.charCodeAt(i)) return -1;
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
