/**
 * The answer to a list question, `Sure, it is A.` or `Sure, A, B, and C. But I don't see any D in this image.`, taken
 * apart and written anew with other positives and negatives (docs/format.md, section 1).
 */

import { joinList, type ListStyle, negativeClause } from './compose.ts';
import { listStyleOf, openClause } from './denyMore.ts';
import type { NegativeClause } from './negatives.ts';
import { isSoundAnswer } from './soundAnswer.ts';
import type { AnswerTree, Phrase } from './tree.ts';

export interface ListAnswer {
  readonly text: string;
  /** The sentence of the positives; absent where the answer has none. */
  readonly positives: PositiveSentence | undefined;
  /** The negative clause behind it; absent where the answer denies nothing. */
  readonly clause: NegativeClause | undefined;
  readonly style: ListStyle;
}

export interface PositiveSentence {
  /** From its first word to behind its full stop. */
  readonly start: number;
  readonly end: number;
  /** The words before the first phrase. */
  readonly lead: string;
  /** Behind the last `[SEG]`. */
  readonly listEnd: number;
  readonly phrases: readonly Phrase[];
}

const SENTENCE_LEAD =
  /(?:^|[.!?]\s|\n)\s*(Sure,(?: (?:it is|they are|the image contains|the segmentation result is))?|It is)\s+$/;
/** No lead is longer, the end of the sentence before it included. */
const LEAD_REACH = 60;
const JOINT = /^(?:,|,?\s+and)\s+$/;

/** `undefined` where the answer is another one: a caption, a list that is broken off, an answer with tags out of order. */
export function readListAnswer(tree: AnswerTree): ListAnswer | undefined {
  if (!isSoundAnswer(tree) || tree.clauses.length > 1) return undefined;
  const clause = openClause(tree);
  const positives = tree.phrases.length === 0 ? undefined : readPositives(tree);
  if (clause === undefined && positives === undefined) return undefined;
  if (positives === undefined) {
    if (tree.phrases.length > 0 || clause?.lead !== 'sorry') return undefined;
    return {
      text: tree.text,
      positives,
      clause,
      style: listStyleOf(tree.text.slice(clause.listStart, clause.listEnd)),
    };
  }
  if (clause !== undefined && (clause.lead !== 'but' || clause.start < positives.end)) return undefined;
  return { text: tree.text, positives, clause, style: styleOf(tree.text, positives, clause) };
}

function readPositives({ text, phrases }: AnswerTree): PositiveSentence | undefined {
  const first = phrases[0]!;
  const from = Math.max(0, first.start - LEAD_REACH);
  const lead = SENTENCE_LEAD.exec(text.slice(from, first.start));
  if (lead === null || (lead.index === 0 && from > 0)) return undefined;
  for (const [i, phrase] of phrases.entries()) {
    const next = phrases[i + 1];
    if (next !== undefined && !JOINT.test(text.slice(itemEnd(phrase), next.start))) return undefined;
  }
  const listEnd = itemEnd(phrases[phrases.length - 1]!);
  const stops = text[listEnd] === '.';
  if (!stops && listEnd < text.trimEnd().length) return undefined;
  const start = first.start - (lead[0].length - lead[0].indexOf(lead[1]!));
  return { start, end: stops ? listEnd + 1 : listEnd, lead: lead[1]!, listEnd, phrases };
}

/** Behind the `[SEG]` of a phrase. */
export function itemEnd(phrase: Phrase): number {
  return phrase.segs[0]?.token.end ?? phrase.end;
}

function styleOf(text: string, positives: PositiveSentence, clause: NegativeClause | undefined): ListStyle {
  const { phrases } = positives;
  const last = phrases[phrases.length - 1]!;
  if (phrases.length > 2)
    return { oxfordComma: text.slice(itemEnd(phrases[phrases.length - 2]!), last.start).startsWith(',') };
  return listStyleOf(clause === undefined ? '' : text.slice(clause.listStart, clause.listEnd));
}

/**
 * The answer with these positives (tags and `[SEG]` included) and these negatives instead of its own; what stands around
 * its two sentences stays.
 */
export function writeListAnswer(answer: ListAnswer, positives: readonly string[], denied: readonly string[]): string {
  const { text, clause, style } = answer;
  const sentence =
    positives.length === 0 ? '' : `${leadOf(answer.positives, positives.length)} ${joinList(positives, style)}.`;
  const denial = denied.length === 0 ? '' : negativeClause(denied, { afterPositives: positives.length > 0, style });
  const start = answer.positives?.start ?? clause!.start;
  const end = clause?.end ?? answer.positives!.end;
  const between =
    answer.positives === undefined || clause === undefined ? ' ' : text.slice(answer.positives.end, clause.start);
  const gap = sentence === '' || denial === '' ? '' : between;
  return text.slice(0, start) + sentence + gap + denial + text.slice(end);
}

/** One thing is "it"; of several the template says nothing. Words that fit any number stay. */
function leadOf(sentence: PositiveSentence | undefined, count: number): string {
  const lead = sentence?.lead ?? '';
  const plural = lead === 'Sure,' || lead === 'Sure, they are' || lead === '';
  const singular = lead === 'It is' || lead === 'Sure, it is' || lead === 'Sure, the segmentation result is';
  if (count === 1 && plural) return 'Sure, it is';
  return count > 1 && singular ? 'Sure,' : lead || 'Sure,';
}
