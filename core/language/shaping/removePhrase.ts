/** Takes a phrase out of an answer: its tags and `[SEG]`, and if wanted its words and its mask. */
import type { Span } from '../../records/position.ts';
import { deniedReferents } from '../../records/unanswered.ts';
import { fail, ok, type Result } from '../../result.ts';
import { itemEnd, readListAnswer, writeListAnswer } from '../../text/listAnswer.ts';
import { isSpacedWord } from '../../text/spacing.ts';
import type { ViewedPhrase } from '../recordView.ts';
import { GONE } from './groundWords.ts';
import { leftOverMasks, masksOfTurn, type RecordChange, type ShapedRecord } from './recordChange.ts';
import { withFittingLeads } from './sentences.ts';
import type { ShapeEdit } from './shapeEdit.ts';

export function removePhrase(
  shaped: ShapedRecord,
  { phrase: index, words, mask }: Extract<ShapeEdit, { kind: 'removePhrase' }>,
): Result<RecordChange> {
  const placed = shaped.view.phrases[index];
  if (placed === undefined) return fail(GONE);
  const { turn, phrase, masks } = placed;
  const text = withFittingLeads(words === 'keep' ? withoutTags(placed) : withoutWords(shaped, placed));
  if (!/[\p{L}\p{N}]/u.test(text))
    return fail(
      `“${phrase.text}” is all that this answer says, and an answer without words is a mistake: keep the words, or deny it in the text if the image does not show it.`,
    );
  const segs = turn.tree.segs.filter((seg) => !seg.denied);
  return ok({
    turns: [{ turn, text, masks: masksOfTurn(shaped, turn).filter((_, i) => segs[i]?.phrase !== phrase) }],
    ...(mask === 'keep' && { leftOver: [...leftOverMasks(shaped), ...masks], leaves: 'mask-count' }),
  });
}

/** The text with the phrase as plain words. */
function withoutTags({ turn: { text }, phrase }: ViewedPhrase): string {
  const before = text.slice(0, phrase.start);
  const gap = phrase.gap === undefined ? '' : text.slice(phrase.gap.start, phrase.gap.end).trim();
  const after = text.slice(phrase.segEnd);
  const words = phrase.text + gap;
  return `${before}${parting(before, words)}${words}${parting(words, after)}${after}`;
}

/** The space between two stretches that would run into one word. */
function parting(before: string, after: string): string {
  const [last, first] = [before[before.length - 1], after[0]];
  return last !== undefined && first !== undefined && isSpacedWord(last) && isSpacedWord(first) ? ' ' : '';
}

function withoutWords({ view }: ShapedRecord, placed: ViewedPhrase): string {
  const { turn, phrase } = placed;
  const list = readListAnswer(turn.tree);
  if (list !== undefined) {
    const others = turn.tree.phrases.filter((other) => other !== phrase);
    const denied = deniedReferents(view.model, turn).map(({ text }) => text);
    const items = others.map((other) => turn.text.slice(other.start, itemEnd(other)));
    return writeListAnswer(list, items, denied);
  }
  const { start, end } = cutOf(turn.text, { start: phrase.start, end: phrase.segEnd });
  const [before, after] = [turn.text.slice(0, start), turn.text.slice(end)];
  return before + parting(before, after) + after;
}

/** So far around a phrase stands what goes with it. */
const REACH = 80;

/** The phrase with what stands there for it alone: its sentence, its article, the comma or "and" that joins it. */
function cutOf(text: string, { start, end }: Span): Span {
  const before = text.slice(Math.max(0, start - REACH), start);
  const after = text.slice(end, end + REACH);
  const sentence = /(?:^|[.!?]\s)(\s*There (?:is|are) )$/.exec(before);
  const stop = /^\./.exec(after);
  if (sentence !== null && stop !== null) return spaced(text, start - sentence[1]!.length, end + 1);
  const article = /(?:^|\s)((?:an?|the|some|any)\s)$/i.exec(before)?.[1] ?? '';
  const from = start - article.length;
  const lead = before.slice(0, before.length - article.length);
  const joinedBefore = /(?:\s*,\s*and|\s+and|\s*,)\s+$/.exec(lead);
  const joinedAfter = /^(?:,\s+and\s+|\s+and\s+|,\s+)/.exec(after);
  const ends = /^\s*(?:$|[.!?;:,)])/.test(after);
  if (joinedBefore !== null && ends) return { start: from - joinedBefore[0].length, end };
  if (joinedAfter !== null) return { start: from, end: end + joinedAfter[0].length };
  return spaced(text, from, end);
}

/** One of the spaces around goes, and none is left before punctuation or at an end. */
function spaced(text: string, from: number, to: number): Span {
  let [start, end] = [from, to];
  const opens = start === 0 || /\s/.test(text[start - 1]!);
  if (opens) while (end < text.length && /[ \t]/.test(text[end]!)) end++;
  if (end === text.length || /[.,;:!?)]/.test(text[end]!)) while (start > 0 && /[ \t]/.test(text[start - 1]!)) start--;
  return { start, end };
}
