/**
 * Turns a grounded phrase of a list answer into a negative, and a negative into a grounded phrase: its words, its mask and the
 * record's `negatives` in one edit. Every other `[SEG]` keeps its mask.
 */

import type { UscdfDocument } from '../records/document.ts';
import { isObject } from '../records/isObject.ts';
import { listNegatives, unlistNegative } from '../records/negativesList.ts';
import type { Range } from '../records/position.ts';
import { RecordModel, type Resources } from '../records/recordModel.ts';
import type { RecordEdit, SourceTurn } from '../records/sourceRecord.ts';
import { askedOf, deniedReferents } from '../records/unanswered.ts';
import { groundedPhrase, referentKey, withoutArticle } from '../text/compose.ts';
import { itemEnd, type ListAnswer, readListAnswer, writeListAnswer } from '../text/listAnswer.ts';
import type { Referent } from '../text/negatives.ts';
import type { Phrase } from '../text/tree.ts';
import { smallestEdit } from './fixRecord.ts';
import type { Refactoring } from './ranges.ts';

interface Rewriting {
  readonly title: string;
  readonly edits: readonly RecordEdit[];
}

/**
 * The action for what the range begins at; none outside of phrases and referents, in answers that are no list
 * (`Sure, …`, `Sorry, …`), and where a mask would get into another `[SEG]`'s place.
 */
export function groundedOrDenied(
  document: UscdfDocument,
  range: Range,
  resources: Resources | undefined,
): readonly Refactoring[] {
  const cell = document.cellAt(range.start);
  const place = cell?.record.turnAt(cell.offsetAt(range.start));
  if (cell === undefined || place?.turn.role !== 'gpt' || cell.record.problems.length > 0) return [];
  const { turn, offset } = place;
  const answer = readListAnswer(turn.tree);
  if (answer === undefined) return [];
  const record = new RecordModel(cell.record, resources);
  const rewriting = rewritingAt(record, turn, answer, offset);
  const edits = rewriting === undefined ? undefined : document.edit(cell, rewriting.edits);
  return rewriting === undefined || edits === undefined ? [] : [{ title: rewriting.title, edits }];
}

function rewritingAt(record: RecordModel, turn: SourceTurn, answer: ListAnswer, offset: number): Rewriting | undefined {
  const denied = deniedReferents(record, turn);
  const phrase = turn.tree.phrases.find((each) => each.start <= offset && offset <= itemEnd(each));
  if (phrase !== undefined) return deny(record, turn, answer, phrase, denied);
  const referent = denied.find(({ start, end }) => start <= offset && offset <= end);
  return referent === undefined ? undefined : ground(record, turn, answer, referent, denied);
}

function deny(
  record: RecordModel,
  turn: SourceTurn,
  answer: ListAnswer,
  phrase: Phrase,
  denied: readonly Referent[],
): Rewriting | undefined {
  const key = referentKey(phrase.text);
  const others = turn.tree.phrases.filter((other) => other !== phrase);
  // Two phrases of one name: one of them alone cannot be denied.
  if (others.some((other) => referentKey(other.text) === key)) return undefined;
  const mask = ownMask(record, phrase);
  if (mask === undefined) return undefined;
  const texts = denied.map(({ text }) => text);
  const absent = texts.some((text) => referentKey(text) === key) ? texts : [...texts, withoutArticle(phrase.text)];
  return {
    title: `Deny "${phrase.text}": move it to the negative clause${mask.length > 0 ? ' and remove its mask' : ''}`,
    edits: [
      ...textEdit(turn, writeListAnswer(answer, others.map(sourceOf(turn)), absent)),
      ...mask,
      ...listNegatives(record, [phrase.text]),
    ],
  };
}

/** The edit that removes a phrase's mask; `undefined` where nobody knows which it is, or where it lies in another file. */
function ownMask(record: RecordModel, phrase: Phrase): readonly RecordEdit[] | undefined {
  if (record.sidecar !== undefined) return undefined;
  const { masks, segs } = record;
  if (masks === undefined) return [];
  const index = segs.findIndex(({ seg }) => seg.phrase === phrase);
  return masks.length === segs.length && index >= 0 ? [{ kind: 'removeMask', index }] : undefined;
}

function ground(
  record: RecordModel,
  turn: SourceTurn,
  answer: ListAnswer,
  referent: Referent,
  denied: readonly Referent[],
): Rewriting | undefined {
  const key = referentKey(referent.text);
  if (turn.tree.phrases.some((phrase) => referentKey(phrase.text) === key)) return undefined;
  const mask = maskForNew(record, turn, key);
  if (mask === undefined) return undefined;
  const asked = askedOf(record, turn)?.referents.find(({ text }) => referentKey(text) === key);
  // The new phrase goes last: the `[SEG]` before it keep their masks.
  const positives = [...turn.tree.phrases.map(sourceOf(turn)), groundedPhrase(asked?.text ?? referent.text)];
  const absent = denied.filter((other) => other !== referent).map(({ text }) => text);
  const masked = surplus(record) > 0 ? 'with the mask that has no [SEG]' : 'its mask is still to be drawn';
  return {
    title: `Ground "${referent.text}": ${masked}`,
    edits: [
      ...textEdit(turn, writeListAnswer(answer, positives, absent)),
      ...mask,
      ...unlistNegative(record, referent.text),
    ],
  };
}

function surplus(record: RecordModel): number {
  return (record.masks?.length ?? 0) - record.segs.length;
}

/**
 * The edits that bring a mask without a `[SEG]` to the place of the new `[SEG]`, the one whose label is the referent first.
 * None are needed where the new `[SEG]` is the record's last; `undefined` where later ones would lose their masks.
 */
function maskForNew(record: RecordModel, turn: SourceTurn, key: string): readonly RecordEdit[] | undefined {
  const { masks, segs } = record;
  const place = segs.filter((placed) => placed.turn.index <= turn.index).length;
  if (masks === undefined || surplus(record) <= 0) return place === segs.length ? [] : undefined;
  if (record.sidecar !== undefined) return place === segs.length ? [] : undefined;
  const labelled = masks.findIndex((mask, i) => i >= segs.length && isObject(mask) && labelKey(mask['label']) === key);
  const from = labelled < 0 ? segs.length : labelled;
  if (from === place) return [];
  const moved = [masks[from], ...masks.slice(place, from)];
  return moved.map((value, i): RecordEdit => ({ kind: 'set', path: ['masks', place + i], value }));
}

function labelKey(label: unknown): string | undefined {
  return typeof label === 'string' ? referentKey(label) : undefined;
}

/** A phrase as it stands, tags and `[SEG]` included. */
function sourceOf(turn: SourceTurn): (phrase: Phrase) => string {
  return (phrase) => turn.text.slice(phrase.start, itemEnd(phrase));
}

function textEdit(turn: SourceTurn, newText: string): readonly RecordEdit[] {
  const edit = smallestEdit(turn.text, newText);
  return edit === undefined ? [] : [{ kind: 'text', turn: turn.index, ...edit }];
}
