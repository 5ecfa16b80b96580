/** Gives words of an answer, or a phrase that waits for one, a mask: tags, `[SEG]` and mask in one change. */
import type { SourceTurn } from '../../records/sourceRecord.ts';
import { fail, ok, type Result } from '../../result.ts';
import { parseAnswer } from '../../text/answer.ts';
import type { ViewedPhrase } from '../recordView.ts';
import { freeWords } from './freeWords.ts';
import { masksOfTurn, type RecordChange, type SegMask, type ShapedRecord, type TurnChange } from './recordChange.ts';
import { spacedAt, type TextWithPhrase, withFittingLeads, withPhrase } from './sentences.ts';
import type { WordsPlace } from './shapeEdit.ts';
import { findWords } from './wordsPlace.ts';

/** Tags for words, with this mask. */
export function groundWords(shaped: ShapedRecord, words: WordsPlace, mask: SegMask): Result<RecordChange> {
  const found = findWords(shaped.view, words);
  if (!found.ok) return found;
  const { turn } = found.value;
  const span = freeWords(shaped.view.model, turn, found.value.span);
  if (!span.ok) return span;
  const { start, end } = span.value;
  return ok({
    turns: [withNewMask(shaped, turn, withPhrase(turn.text, start, end, turn.text.slice(start, end)), mask)],
    about: mask,
  });
}

/** The `[SEG]` of a phrase that has none, or the mask of one that lacks it. */
export function groundPhrase(shaped: ShapedRecord, index: number, mask: SegMask): Result<RecordChange> {
  const placed = shaped.view.phrases[index];
  if (placed === undefined) return fail(GONE);
  if (placed.phrase.segs.length === 0) return withSeg(shaped, placed, mask);
  const masks = masksOfTurn(shaped, placed.turn);
  const lacking = firstLacking(placed, masks);
  if (lacking === undefined)
    return fail(`“${placed.phrase.text}” has its mask: edit that one, or draw other words’ mask.`);
  const given = masks.map((own, i) => (i === lacking ? mask : own));
  return ok({ turns: [{ turn: placed.turn, text: placed.turn.text, masks: given }], about: mask });
}

export const GONE = 'That phrase is not in the record any more: choose it anew.';

function withSeg(shaped: ShapedRecord, { turn, phrase }: ViewedPhrase, mask: SegMask): Result<RecordChange> {
  if (phrase.open === undefined || phrase.close === undefined || phrase.text === '')
    return fail('The tags of this phrase are not in order, so its [SEG] has no place: correct them in the text first.');
  const { text } = turn;
  const tagged = spacedAt(`${text.slice(0, phrase.end)} [SEG]${text.slice(phrase.end)}`, phrase.start);
  return ok({ turns: [withNewMask(shaped, turn, tagged, mask)], about: mask });
}

/** The first `[SEG]` of a phrase without a mask, among those of its turn. */
function firstLacking({ turn, phrase }: ViewedPhrase, masks: readonly SegMask[]): number | undefined {
  const segs = turn.tree.segs.filter((seg) => !seg.denied);
  const index = segs.findIndex((seg, i) => seg.phrase === phrase && masks[i] === undefined);
  return index < 0 ? undefined : index;
}

/** A turn whose text has one phrase more, with its mask at its place among the others. */
export function withNewMask(shaped: ShapedRecord, turn: SourceTurn, added: TextWithPhrase, mask: SegMask): TurnChange {
  const before = parseAnswer(added.text).segs.filter((seg) => !seg.denied && seg.token.start < added.at).length;
  const masks = masksOfTurn(shaped, turn);
  return { turn, text: withFittingLeads(added.text), masks: [...masks.slice(0, before), mask, ...masks.slice(before)] };
}
