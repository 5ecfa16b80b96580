/** Fixes that several rules share. */

import type { Span } from '../records/position.ts';
import type { RecordModel } from '../records/recordModel.ts';
import type { RecordEdit, SourceTurn } from '../records/sourceRecord.ts';
import { questionBefore } from '../records/unanswered.ts';
import { referentKey } from '../text/compose.ts';
import { nounPhraseBefore } from '../text/nounPhrase.ts';
import { parseQuestionReferents } from '../text/questions.ts';
import type { Phrase, Seg } from '../text/tree.ts';
import type { Fix } from './rule.ts';

/** How many more masks the record has than `[SEG]`; negative where masks are missing, 0 where they are unknown. */
export function surplusMasks(record: RecordModel): number {
  return record.masks === undefined ? 0 : record.masks.length - record.segs.length;
}

/** Counted once a record: thousands of findings of one record ask for it. */
export function once<T>(compute: (record: RecordModel) => T): (record: RecordModel) => T {
  const known = new WeakMap<RecordModel, { readonly value: T }>();
  return (record) => {
    const found = known.get(record) ?? { value: compute(record) };
    known.set(record, found);
    return found.value;
  };
}

/** Phrases that wait for a `[SEG]`. */
export const lackingSegs = once((record): number => {
  let lacking = 0;
  for (const { tree } of record.answers) {
    const opened = new Set(tree.phrases.map((phrase) => phrase.open));
    lacking += tree.phrases.filter((phrase) => !phrase.nested && phrase.segs.length === 0).length;
    lacking += tree.unclosed.filter((open) => !opened.has(open)).length;
  }
  return lacking;
});

/** `[SEG]` that no words own. */
export const orphanSegs = once((record) => record.segs.filter(({ seg }) => seg.phrase === undefined).length);

/**
 * Whether nothing but a number is in doubt about which mask belongs to which `[SEG]`: the turns are in order, every token is
 * spelt right, and no `[SEG]` stands where it may own a mask that is counted to another.
 */
export const pairsAreClear = once((record): boolean => {
  const { turns } = record;
  if (!record.conversationIsWhole || turns[0]?.role !== 'human' || turns[turns.length - 1]?.role !== 'gpt')
    return false;
  if (turns.some((turn, i) => i > 0 && turn.role === turns[i - 1]!.role)) return false;
  return turns.every(({ role, tree }) => {
    if (tree.tokens.some((token) => !token.exact)) return false;
    if (role === 'human') return tree.segs.length === 0;
    return tree.segs.every((seg) => !seg.denied) && tree.phrases.every((phrase) => phrase.segs.length < 2);
  });
});

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

/** PixelLM's `dog is [SEG]` and GSVA's `dog:[SEG]`: what stands before the colon or the verb is the phrase. */
const NAMED_BEFORE =
  /(?:^|[.,;]\s{1,3}|\bresult of )((?:(?:the|an?) )?[^\s.,;:[\]<>]{1,40}(?: [^\s.,;:[\]<>]{1,40}){0,4}?)(?:\s?:\s?|\s+(?:is|are)\s+)$/di;
const PRONOUN = /^(?:i|you|we|it|this|that|these|those|there|they|he|she|sure|here)\b/i;

/** So many characters back hold a name; a long answer is not read again for each of its `[SEG]`. */
const REACH = 300;

function namedBefore(text: string, end: number): Span | undefined {
  const from = Math.max(0, end - REACH);
  const found = NAMED_BEFORE.exec(text.slice(from, end));
  const name = found?.indices?.[1];
  if (found === null || name === undefined || PRONOUN.test(found[1]!)) return undefined;
  // Where the stretch begins in mid-text its first words may be cut.
  return from > 0 && found.index === 0 ? undefined : { start: from + name[0], end: from + name[1] };
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
  const named = placeholder === undefined ? namedBefore(turn.text, insertAt) : undefined;
  if (named !== undefined) {
    const name = turn.text.slice(named.start, named.end);
    return {
      title: `Wrap "${name}" in <p> … </p>`,
      edits: [replace({ start: named.start, end: until.end }, `<p> ${name} </p> [SEG]`)],
    };
  }
  const asked = unansweredReferent(record, turn);
  if (asked === undefined) return undefined;
  return { title: `Name it: "${asked}"`, edits: [replace(until, `<p> ${asked} </p> [SEG]`)] };
}

/** The one thing that the question before an answer asks for and the answer does not name. */
function unansweredReferent(record: RecordModel, answer: SourceTurn): string | undefined {
  const question = questionBefore(record, answer);
  const named = new Set(answer.tree.phrases.map((phrase) => referentKey(phrase.text)));
  const open = parseQuestionReferents(question?.text ?? '')?.filter((referent) => !named.has(referentKey(referent)));
  return open?.length === 1 ? open[0] : undefined;
}
