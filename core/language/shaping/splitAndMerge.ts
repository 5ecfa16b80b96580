/** Makes one mask of a phrase's several, and several of one. */
import { encodeCounts } from '../../masks/counts.ts';
import { union } from '../../masks/runLengthMask.ts';
import type { SourceTurn } from '../../records/sourceRecord.ts';
import { deniedReferents } from '../../records/unanswered.ts';
import { fail, ok, type Result } from '../../result.ts';
import { groundedPhrase, joinList } from '../../text/compose.ts';
import { itemEnd, readListAnswer, writeListAnswer } from '../../text/listAnswer.ts';
import type { Phrase } from '../../text/tree.ts';
import type { ViewedPhrase } from '../recordView.ts';
import { newMaskValue, readDrawn, reshapedValue } from './drawnMask.ts';
import { GONE } from './groundWords.ts';
import {
  hasMask,
  leftOverMasks,
  masksOfTurn,
  type RecordChange,
  type SegMask,
  type ShapedRecord,
} from './recordChange.ts';
import { MASK_GONE } from './setMask.ts';
import type { DrawnMask } from './shapeEdit.ts';

/** One `[SEG]` and one mask for a phrase that has several of both. */
export function mergeMasks(shaped: ShapedRecord, index: number): Result<RecordChange> {
  const { view } = shaped;
  const placed = view.phrases[index];
  if (placed === undefined) return fail(GONE);
  const { turn, phrase, masks } = placed;
  if (phrase.segs.length < 2) return fail(`“${phrase.text}” has one mask at most, so there is nothing to merge.`);
  if (masks.length < phrase.segs.length)
    return fail(`A mask of “${phrase.text}” is missing: draw it, or remove its [SEG] in the text.`);
  const readings = masks.map((mask) => view.model.reading(mask));
  const broken = readings.find((reading) => !reading.ok);
  if (broken !== undefined && !broken.ok) return fail(`A mask of “${phrase.text}” cannot be read. ${broken.message}`);
  const merged = union(readings.flatMap((reading) => (reading.ok ? [reading.mask] : [])));
  if (merged.height === 0)
    return fail(`The masks of “${phrase.text}” differ in size, so they cannot be one: draw the wrong one again.`);
  const value = reshapedValue(view.model.masks?.[masks[0]!], merged, encodeCounts(merged.counts));
  const one: SegMask = { value };
  const others = new Set(masks.slice(1));
  const own = masksOfTurn(shaped, turn).flatMap((mask): SegMask[] => {
    if (mask === masks[0]) return [one];
    return typeof mask === 'number' && others.has(mask) ? [] : [mask];
  });
  const [first, last] = [phrase.segs[0]!.token, phrase.segs[phrase.segs.length - 1]!.token];
  const text = turn.text.slice(0, first.end) + turn.text.slice(last.end);
  return ok({ turns: [{ turn, text, masks: own }], about: one });
}

/** More parts of one thing are better said by their own words. */
const MOST_PARTS = 100;

/** The first part stays where the mask is; each further one gets the same words behind it. */
export function splitMask(shaped: ShapedRecord, index: number, parts: readonly DrawnMask[]): Result<RecordChange> {
  const { view } = shaped;
  if (!hasMask(shaped, index)) return fail(MASK_GONE);
  if (parts.length < 2) return fail('The mask is in one piece, so there is nothing to split.');
  if (parts.length > MOST_PARTS)
    return fail(`The mask falls into ${parts.length} parts, most of them specks: remove these first.`);
  const values: SegMask[] = [];
  for (const [i, part] of parts.entries()) {
    const mask = readDrawn(part, view.model);
    if (!mask.ok) return mask;
    const old = view.model.masks?.[index];
    values.push({
      value: i === 0 ? reshapedValue(old, mask.value, part.counts) : newMaskValue(mask.value, part.counts, view.model),
    });
  }
  const placed = view.phrases.find(({ masks }) => masks.includes(index));
  return placed === undefined ? splitLeftOver(shaped, index, values) : ok(splitPhrase(shaped, placed, index, values));
}

/** Without a phrase there are no words to repeat: the parts are left over as the mask was. */
function splitLeftOver(shaped: ShapedRecord, index: number, values: readonly SegMask[]): Result<RecordChange> {
  const leftOver = leftOverMasks(shaped);
  if (!leftOver.includes(index))
    return fail('The [SEG] of this mask has no words, so its parts would have none: put its phrase into tags first.');
  const parts = values.filter((value) => value !== undefined);
  return ok({ leftOver: leftOver.flatMap((mask) => (mask === index ? parts : [mask])), leaves: 'mask-count' });
}

function splitPhrase(
  shaped: ShapedRecord,
  { turn, phrase }: ViewedPhrase,
  index: number,
  [first, ...further]: readonly SegMask[],
): RecordChange {
  const copies = further.map(() => groundedPhrase(phrase.text));
  const denied = deniedReferents(shaped.view.model, turn).map(({ text }) => text);
  const masks: SegMask[] = [];
  const segs = turn.tree.segs.filter((seg) => !seg.denied);
  masksOfTurn(shaped, turn).forEach((mask, i) => {
    masks.push(mask === index ? first : mask);
    if (segs[i] === phrase.segs[phrase.segs.length - 1]) masks.push(...further);
  });
  return { turns: [{ turn, text: withCopies(turn, phrase, copies, denied), masks }], about: first };
}

/** The same words again, in the answer's list, or joined to the phrase as a list of its own. */
function withCopies(
  { text, tree }: SourceTurn,
  phrase: Phrase,
  copies: readonly string[],
  denied: readonly string[],
): string {
  const list = readListAnswer(tree);
  const whole = text.slice(phrase.start, phrase.segEnd);
  if (list === undefined) return text.slice(0, phrase.start) + joinList([whole, ...copies]) + text.slice(phrase.segEnd);
  const items = tree.phrases.flatMap((each) =>
    each === phrase ? [whole, ...copies] : [text.slice(each.start, itemEnd(each))],
  );
  return writeListAnswer(list, items, denied);
}
