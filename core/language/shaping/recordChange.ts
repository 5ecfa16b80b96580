/**
 * A change of a record's texts and masks on its way into the file: the smallest edits that make it, held against what they
 * give, so that no edit leaves the record broken.
 */
import type { Arranged } from '../../records/arrangeItems.ts';
import { RecordCell, type UscdfDocument } from '../../records/document.ts';
import { applyEdits } from '../../records/position.ts';
import { RecordModel, type Resources } from '../../records/recordModel.ts';
import type { RecordEdit, SourceRecord, SourceTurn } from '../../records/sourceRecord.ts';
import { SEPARATOR } from '../../records/textLayout.ts';
import { fail, ok, type Result } from '../../result.ts';
import { checkRecord } from '../../rules/checkRecord.ts';
import { smallestEdit } from '../fixRecord.ts';
import { RecordView } from '../recordView.ts';
import { sameValue } from './sameValue.ts';
import type { Shaped } from './shapeEdit.ts';
import { type Sidecar, withSidecar } from './sidecar.ts';

/** The record that is shaped, and all that is known of it. */
export interface ShapedRecord {
  readonly document: UscdfDocument;
  readonly cell: RecordCell;
  readonly view: RecordView;
  readonly resources: Resources | undefined;
  /** The file that holds the masks, where the record names one. */
  readonly sidecar: Sidecar | undefined;
}

/** The mask of a `[SEG]`: one that is there, a new one, or none. */
export type SegMask = Arranged | undefined;

/** A turn's new text, and the masks of its `[SEG]` in their order. */
export interface TurnChange {
  readonly turn: SourceTurn;
  readonly text: string;
  readonly masks: readonly SegMask[];
}

/** As a record holds it. */
export interface NewTurn {
  readonly from: 'human' | 'gpt';
  readonly value: string;
}

/** What is to become of the record; what it does not name stays as it is. */
export interface RecordChange {
  /** Each turn once. */
  readonly turns?: readonly TurnChange[];
  /** Turns behind the last one, the last of them an answer with one `[SEG]`. */
  readonly newTurns?: { readonly values: readonly NewTurn[]; readonly mask: SegMask };
  /** The masks behind those of the `[SEG]`; as they are where it says nothing. */
  readonly leftOver?: readonly Arranged[];
  readonly more?: readonly RecordEdit[];
  /** The mask whose phrase the change is about. */
  readonly about?: SegMask;
  /** What the change leaves to be mended, because it was asked to. */
  readonly leaves?: string;
}

/** The masks of a turn's `[SEG]` as they are. */
export function masksOfTurn({ view }: ShapedRecord, turn: SourceTurn): readonly SegMask[] {
  let first = 0;
  for (const answer of view.model.answers) {
    if (answer === turn) break;
    first += answer.tree.segCount;
  }
  return masksFrom(view, first, turn.tree.segCount);
}

/** So many masks from one on; none where the record has no more. */
function masksFrom({ maskCount }: RecordView, first: number, count: number): readonly SegMask[] {
  return Array.from({ length: count }, (_, i) => (first + i < maskCount ? first + i : undefined));
}

/** Whether the record has a mask of this index. */
export function hasMask({ view }: ShapedRecord, index: number): boolean {
  return Number.isInteger(index) && index >= 0 && index < view.maskCount;
}

/** The masks behind the last `[SEG]`'s. */
export function leftOverMasks({ view }: ShapedRecord): readonly number[] {
  const first = view.model.segCount;
  return Array.from({ length: Math.max(0, view.maskCount - first) }, (_, i) => first + i);
}

/** The edits of a change; refused where the file cannot hold it, or the record would have a mistake that it has not now. */
export function editsOf(shaped: ShapedRecord, change: RecordChange): Result<Shaped> {
  const masks = arranged(shaped, change);
  if (!masks.ok) return masks;
  const edits: RecordEdit[] = [...(change.more ?? [])];
  for (const { turn, text } of change.turns ?? []) {
    const edit = smallestEdit(turn.text, text);
    if (edit !== undefined) edits.push({ kind: 'text', turn: turn.index, ...edit });
  }
  if (change.newTurns !== undefined)
    edits.push({ kind: 'append', path: ['conversations'], values: change.newTurns.values });
  const { sidecar, cell } = shaped;
  const moved = isAsItWas(masks.value, shaped.view.maskCount) ? undefined : masks.value;
  if (moved !== undefined && sidecar === undefined) edits.push({ kind: 'arrange', path: ['masks'], items: moved });
  const spans = cell.record.edit(edits);
  const inSidecar = moved === undefined ? undefined : sidecar?.edit([{ kind: 'arrange', path: [], items: moved }]);
  if (spans === undefined || (moved !== undefined && sidecar !== undefined && inSidecar === undefined))
    return fail('This record cannot be edited where it stands: correct its errors in the text first.');
  const after = new RecordCell(shaped.document.kind, applyEdits(cell.source, spans), cell.start);
  const resources = inSidecar === undefined ? shaped.resources : withSidecar(shaped.resources, inSidecar.masks);
  const problem = whatIsWrong(shaped, change, masks.value, after.record, resources);
  if (problem !== undefined) return fail(problem);
  const phrase = phraseOf(after.record, masks.value, change.about, resources);
  return ok({
    edits: spans.map((edit) => ({ range: cell.rangeOf(edit), newText: edit.newText })),
    ...(inSidecar !== undefined && { files: [inSidecar.file] }),
    ...(phrase !== undefined && { phrase }),
  });
}

/** The record's masks after a change, in the order of its `[SEG]`. */
function arranged(shaped: ShapedRecord, change: RecordChange): Result<readonly Arranged[]> {
  const changed = new Map(change.turns?.map((each) => [each.turn, each.masks]));
  const wanted: SegMask[] = [];
  let index = 0;
  for (const turn of shaped.view.model.answers) {
    const { segCount } = turn.tree;
    for (const mask of changed.get(turn) ?? masksFrom(shaped.view, index, segCount)) wanted.push(mask);
    index += segCount;
  }
  if (change.newTurns !== undefined) wanted.push(change.newTurns.mask);
  for (const mask of change.leftOver ?? leftOverMasks(shaped)) wanted.push(mask);
  while (wanted.length > 0 && wanted[wanted.length - 1] === undefined) wanted.pop();
  const masks = wanted.filter((mask) => mask !== undefined);
  if (masks.length === wanted.length) return ok(masks);
  const first = shaped.view.phrases.find(({ phrase, masks: own }) => own.length < phrase.segs.length);
  return fail(
    `Masks belong to the [SEG] in their order, and one in front of this has none${first === undefined ? '' : `, that of “${first.phrase.text}”`}: draw that one first.`,
  );
}

function isAsItWas(masks: readonly Arranged[], count: number): boolean {
  return masks.length === count && masks.every((mask, i) => mask === i);
}

/** Holds the record after the edits against what was asked for. */
function whatIsWrong(
  { cell, view, document, resources }: ShapedRecord,
  change: RecordChange,
  masks: readonly Arranged[],
  after: SourceRecord,
  resourcesAfter: Resources | undefined,
): string | undefined {
  const model = new RecordModel(after, resourcesAfter);
  const wanted = wantedTexts(view.model.turns, change);
  const same =
    after.problems.length === 0 &&
    model.turns.length === wanted.length &&
    model.turns.every(({ text }, i) => text.trim() === wanted[i]!.trim()) &&
    (model.masks?.length ?? 0) === masks.length &&
    masks.every((mask, i) =>
      sameValue(typeof mask === 'number' ? view.model.masks?.[mask] : mask.value, model.masks?.[i]),
    );
  const splits =
    document.kind === 'uscdf' && wanted.some((text) => text.split('\n').some((line) => SEPARATOR.test(line)));
  if (!same || splits)
    return 'The file’s own form is in the way of this change (a line that would begin a turn, or a mask that is written by reference): make it in the text.';
  if (errorsOf(cell.record, resources).length > 0) return undefined;
  const error = errorsOf(after, resourcesAfter).find(({ code }) => code !== change.leaves);
  return error && `This would leave a mistake in the record. ${error.message}`;
}

/** The turns' texts after a change. */
function wantedTexts(before: readonly SourceTurn[], { turns, newTurns }: RecordChange): readonly string[] {
  const changed = new Map(turns?.map(({ turn, text }) => [turn, text]));
  return [
    ...before.map((turn) => changed.get(turn) ?? turn.text),
    ...(newTurns?.values ?? []).map(({ value }) => value),
  ];
}

function errorsOf(source: SourceRecord, resources: Resources | undefined) {
  const findings = checkRecord(source, { scopes: ['turn', 'record'], ...(resources && { resources }) });
  return findings.filter(({ severity }) => severity === 'error');
}

/** The phrase that owns a mask after the change. */
function phraseOf(
  after: SourceRecord,
  masks: readonly Arranged[],
  about: SegMask,
  resources: Resources | undefined,
): number | undefined {
  const index = about === undefined ? -1 : masks.indexOf(about);
  if (index < 0) return undefined;
  return new RecordView(after, resources).phrases.find((phrase) => phrase.masks.includes(index))?.index;
}
