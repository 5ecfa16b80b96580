/** Fixes that several rules share. */

import type { Span } from '../records/position.ts';
import type { RecordModel } from '../records/recordModel.ts';
import type { RecordEdit, SourceTurn } from '../records/sourceRecord.ts';
import type { Phrase, Seg } from '../text/answer.ts';
import { referentKey } from '../text/compose.ts';
import { nounPhraseBefore } from '../text/nounPhrase.ts';
import { parseQuestionReferents } from '../text/questions.ts';
import type { Fix } from './rule.ts';

/** How many more masks the record has than `[SEG]`; negative where masks are missing, 0 where they are unknown. */
export function surplusMasks(record: RecordModel): number {
  return record.masks === undefined ? 0 : record.masks.length - record.segs.length;
}

/** The edits that take a stretch out of a turn, with one of the spaces around it where two would be left. */
export function cutOut(turn: SourceTurn, { start, end }: Span): RecordEdit {
  const text = turn.text;
  const spaceBefore = start === 0 || /\s/.test(text[start - 1]!);
  if (spaceBefore) while (end < text.length && (text[end] === ' ' || text[end] === '\t')) end++;
  const next = text[end];
  // No space is left before punctuation or at the text's end.
  if (next === undefined || /[.,;:!?)]/.test(next)) while (start > 0 && /[ \t]/.test(text[start - 1]!)) start--;
  return { kind: 'text', turn: turn.index, start, end, newText: '' };
}

/** The edits that take several stretches out of a turn; neighbours go as one, since edits may not overlap. */
export function cutOutAll(turn: SourceTurn, stretches: readonly Span[]): readonly RecordEdit[] {
  const joined: { start: number; end: number }[] = [];
  for (const { start, end } of [...stretches].sort((a, b) => a.start - b.start)) {
    const last = joined[joined.length - 1];
    if (last !== undefined && turn.text.slice(last.end, start).trim() === '') last.end = Math.max(last.end, end);
    else joined.push({ start, end });
  }
  return joined.map((stretch) => cutOut(turn, stretch));
}

/** The mask of a `[SEG]`, where every `[SEG]` has one; else nothing can be said about which it is. */
export function maskOf(record: RecordModel, seg: Seg): number | undefined {
  if (surplusMasks(record) !== 0 || record.sidecar !== undefined) return undefined;
  const index = record.segs.findIndex((placed) => placed.seg === seg);
  return index < 0 ? undefined : index;
}

/** Takes `[SEG]` out, each with its mask, and tags where they are given. */
export function removeSegs(
  record: RecordModel,
  turn: SourceTurn,
  segs: readonly Seg[],
  tags: readonly Span[] = [],
): readonly RecordEdit[] {
  const masks = segs.map((seg) => maskOf(record, seg)).filter((mask) => mask !== undefined);
  return [
    ...cutOutAll(turn, [...tags, ...segs.map((seg) => seg.token)]),
    ...masks.map((index): RecordEdit => ({ kind: 'removeMask', index })),
  ];
}

/** What a `[SEG]` without words may belong to: the words before it, or what the question asks for. */
export function wrapFix(record: RecordModel, turn: SourceTurn, seg: Seg, placeholder?: Phrase): Fix | undefined {
  const insertAt = placeholder?.start ?? seg.token.start;
  const noun = nounPhraseBefore(turn.text, insertAt);
  const until = { start: insertAt, end: seg.token.end };
  const replace = (span: Span, newText: string): RecordEdit => ({ kind: 'text', turn: turn.index, ...span, newText });
  if (noun !== undefined) {
    const words = turn.text.slice(noun.start, noun.end);
    return {
      title: `Wrap "${words}" in <p> … </p>`,
      edits: [replace({ start: noun.start, end: until.end }, `<p> ${words} </p> [SEG]`)],
    };
  }
  const asked = unansweredReferent(record, turn);
  if (asked === undefined) return undefined;
  return { title: `Name it: "${asked}"`, edits: [replace(until, `<p> ${asked} </p> [SEG]`)] };
}

/** The one thing that the question before an answer asks for and the answer does not name. */
function unansweredReferent(record: RecordModel, answer: SourceTurn): string | undefined {
  const question = record.turns.filter((turn) => turn.role === 'human' && turn.index < answer.index).at(-1);
  const named = new Set(answer.tree.phrases.map((phrase) => referentKey(phrase.text)));
  const open = parseQuestionReferents(question?.text ?? '')?.filter((referent) => !named.has(referentKey(referent)));
  return open?.length === 1 ? open[0] : undefined;
}
