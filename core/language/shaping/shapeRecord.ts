/**
 * What a person does to phrases and masks on a record's picture, as the smallest edits of its files. Total: an edit that
 * cannot be made is a sentence that says why, and what to do.
 */
import { area } from '../../masks/runLengthMask.ts';
import type { UscdfDocument } from '../../records/document.ts';
import { RecordModel, type Resources } from '../../records/recordModel.ts';
import { fail, ok, type Result } from '../../result.ts';
import { RecordView } from '../recordView.ts';
import { newMaskValue, readDrawn, sized } from './drawnMask.ts';
import { groundPhrase, groundWords } from './groundWords.ts';
import { movePhrase } from './movePhrase.ts';
import { nameMask } from './nameMask.ts';
import { editsOf, hasMask, leftOverMasks, type RecordChange, type SegMask, type ShapedRecord } from './recordChange.ts';
import { removePhrase } from './removePhrase.ts';
import { MASK_GONE, setMask } from './setMask.ts';
import type { DrawnMask, Shaped, ShapeEdit } from './shapeEdit.ts';
import { Sidecar, withSidecar } from './sidecar.ts';
import { mergeMasks, splitMask } from './splitAndMerge.ts';

/**
 * The edits of one step, to be applied together.
 *
 * @param record The record's position in the file, from 0.
 * @param sidecarText The text on disk of the file that the record's `masks` name, where they name one.
 */
export function shapeRecord(
  document: UscdfDocument,
  record: number,
  edit: ShapeEdit,
  resources: Resources | undefined,
  sidecarText?: string,
): Result<Shaped> {
  const shaped = openRecord(document, record, resources, sidecarText);
  if (!shaped.ok) return shaped;
  if (edit.kind === 'setMask') return setMask(shaped.value, edit.mask, edit.drawn);
  const change = changeOf(shaped.value, edit);
  return change.ok ? editsOf(shaped.value, change.value) : change;
}

function openRecord(
  document: UscdfDocument,
  index: number,
  resources: Resources | undefined,
  sidecarText: string | undefined,
): Result<ShapedRecord> {
  const cell = document.cells[index];
  if (cell === undefined) return fail('That record is not in the file any more: show it anew, then draw.');
  if (cell.record.problems.length > 0)
    return fail('This record cannot be read, so nothing can be drawn into it: correct its errors in the text first.');
  const path = new RecordModel(cell.record).sidecar;
  if (path === undefined) {
    const view = new RecordView(cell.record, resources);
    const noList = view.model.data['masks'] !== undefined && view.model.masks === undefined;
    if (noList)
      return fail('The record’s "masks" is no list, so no mask has a place in it: write a list in the text first.');
    return ok({ document, cell, view, resources, sidecar: undefined });
  }
  if (sidecarText === undefined)
    return fail(
      `The masks of this record lie in ${path}, which cannot be read: correct the path, or put the file there.`,
    );
  const sidecar = Sidecar.read(path, sidecarText);
  if (!sidecar.ok) return sidecar;
  const known = withSidecar(resources, sidecar.value.masks);
  return ok({ document, cell, view: new RecordView(cell.record, known), resources: known, sidecar: sidecar.value });
}

function changeOf(shaped: ShapedRecord, edit: Exclude<ShapeEdit, { kind: 'setMask' }>): Result<RecordChange> {
  switch (edit.kind) {
    case 'groundWords':
      return withDrawn(shaped, edit.drawn, (mask) => groundWords(shaped, edit.words, mask));
    case 'groundPhrase':
      return withDrawn(shaped, edit.drawn, (mask) => groundPhrase(shaped, edit.phrase, mask));
    case 'nameMask':
      return withDrawn(shaped, edit.drawn, (mask) => nameMask(shaped, edit.name, mask));
    case 'giveMask':
      return giveMask(shaped, edit.mask, edit.to);
    case 'removeMask':
      return removeMask(shaped, edit.mask);
    case 'movePhrase':
      return movePhrase(shaped, edit.phrase, edit.to);
    case 'removePhrase':
      return removePhrase(shaped, edit);
    case 'mergeMasks':
      return mergeMasks(shaped, edit.phrase);
    case 'splitMask':
      return splitMask(shaped, edit.mask, edit.parts);
  }
}

/** A change around a new mask. */
function withDrawn(
  shaped: ShapedRecord,
  drawn: DrawnMask,
  change: (mask: SegMask) => Result<RecordChange>,
): Result<RecordChange> {
  const mask = readDrawn(drawn, shaped.view.model);
  return mask.ok ? change({ value: newMaskValue(mask.value, drawn.counts, shaped.view.model) }) : mask;
}

/** A mask left over goes to a phrase, or gets a name and with it a phrase. */
function giveMask(
  shaped: ShapedRecord,
  mask: number,
  to: { readonly phrase: number } | { readonly name: string },
): Result<RecordChange> {
  const leftOver = leftOverMasks(shaped);
  if (!leftOver.includes(mask)) return fail(hasMask(shaped, mask) ? OWNED : MASK_GONE);
  const sound = soundMask(shaped, mask);
  if (!sound.ok) return sound;
  const change = 'phrase' in to ? groundPhrase(shaped, to.phrase, mask) : nameMask(shaped, to.name, mask);
  return change.ok ? ok({ ...change.value, leftOver: leftOver.filter((other) => other !== mask) }) : change;
}

const OWNED = 'This mask belongs to a phrase: delete the phrase, or draw the mask anew.';

/** A mask that shows something, on this image; one in a label map that is not loaded is taken on trust. */
function soundMask({ view }: ShapedRecord, index: number): Result<unknown> {
  const reading = view.model.reading(index);
  if (!reading.ok)
    return reading.kind === 'unavailable' ? ok(undefined) : fail(`This mask cannot be read. ${reading.message}`);
  if (area(reading.mask) === 0) return fail('This mask is empty, so it shows nothing: draw it, or remove it.');
  return sized(reading.mask, view.model);
}

function removeMask(shaped: ShapedRecord, mask: number): Result<RecordChange> {
  const leftOver = leftOverMasks(shaped);
  if (!leftOver.includes(mask)) return fail(hasMask(shaped, mask) ? OWNED : MASK_GONE);
  return ok({ leftOver: leftOver.filter((other) => other !== mask), leaves: 'mask-count' });
}
