/** Gives a mask another shape; nothing of the file but that mask's value changes. */
import type { RunLengthMask } from '../../masks/runLengthMask.ts';
import type { Path, RecordEdit } from '../../records/sourceRecord.ts';
import { fail, ok, type Result } from '../../result.ts';
import { readDrawn, reshapedValue, reshapingEdits } from './drawnMask.ts';
import {
  editsOf,
  hasMask,
  leftOverMasks,
  masksOfTurn,
  type RecordChange,
  type SegMask,
  type ShapedRecord,
} from './recordChange.ts';
import type { DrawnMask, Shaped } from './shapeEdit.ts';

export const MASK_GONE = 'That mask is not in the record any more: choose it anew.';

/** Looks at this one mask: the record's others are not decoded, and the record is not read again. */
export function setMask(shaped: ShapedRecord, index: number, drawn: DrawnMask): Result<Shaped> {
  const { view, sidecar } = shaped;
  if (!hasMask(shaped, index)) return fail(MASK_GONE);
  const mask = readDrawn(drawn, view.model);
  if (!mask.ok) return mask;
  // In YAML a mask may stand for another one by name: then all of them are looked at.
  if (sidecar === undefined && shaped.document.kind === 'uscdf' && shaped.cell.source.includes('&'))
    return editsOf(shaped, replacing(shaped, index, mask.value, drawn));
  const phrase = view.phrases.find(({ masks }) => masks.includes(index))?.index;
  const more = phrase === undefined ? {} : { phrase };
  const [inPlace, anew] = waysToWrite(shaped, index, mask.value, drawn);
  if (sidecar !== undefined) {
    const made = (inPlace && sidecar.edit(inPlace)) ?? sidecar.edit(anew);
    return made === undefined ? fail(LOCKED) : ok({ edits: [], files: [made.file], ...more });
  }
  const edits = (inPlace && shaped.document.edit(shaped.cell, inPlace)) ?? shaped.document.edit(shaped.cell, anew);
  return edits === undefined ? fail(LOCKED) : ok({ edits, ...more });
}

const LOCKED = 'This mask cannot be changed where it stands: correct the record’s errors in the text first.';

/** Key by key where the mask's form allows it, and the whole value. */
function waysToWrite(
  { view, sidecar }: ShapedRecord,
  index: number,
  mask: RunLengthMask,
  { counts }: DrawnMask,
): readonly [readonly RecordEdit[] | undefined, readonly RecordEdit[]] {
  const path: Path = sidecar === undefined ? ['masks', index] : [index];
  const value = view.model.masks?.[index];
  const reshaped = reshapedValue(value, mask, counts);
  return [reshapingEdits(value, reshaped, path), [{ kind: 'set', path, value: reshaped }]];
}

/** The same as a change of the record, which is read again afterwards. */
function replacing(shaped: ShapedRecord, index: number, mask: RunLengthMask, { counts }: DrawnMask): RecordChange {
  const about: SegMask = { value: reshapedValue(shaped.view.model.masks?.[index], mask, counts) };
  const replaced = (own: SegMask) => (own === index ? about : own);
  const owner = shaped.view.model.segs[index]?.turn;
  if (owner === undefined)
    return { leftOver: leftOverMasks(shaped).map((own) => (own === index ? about : own)), about, leaves: 'mask-count' };
  return { turns: [{ turn: owner, text: owner.text, masks: masksOfTurn(shaped, owner).map(replaced) }], about };
}
