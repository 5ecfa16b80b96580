/** What is to be labelled: images with masks, from records or from the local model. */
import { dirname, parse, resolve } from 'node:path';
import { type MaskedObject, withoutDuplicates } from '../../core/labelling/objectTree.ts';
import { readMask, toCompressed } from '../../core/masks/maskValue.ts';
import { area } from '../../core/masks/runLengthMask.ts';
import { isObject } from '../../core/records/isObject.ts';
import type { RecordModel } from '../../core/records/recordModel.ts';
import { fail, ok, type Result } from '../../core/result.ts';
import { knownObjects } from '../../core/rules/knownObjects.ts';
import type { Draft } from '../../models/runtime/draft.ts';

/** An image with the masks of its objects; masks stay compressed until they are needed. */
export interface LabelItem {
  /** Of the record, or the image's name. */
  readonly id: string;
  /** Absolute. */
  readonly imagePath: string;
  readonly masks: readonly ItemMask[];
}

interface ItemMask {
  readonly number: number;
  readonly label: string | undefined;
  /** Compressed COCO RLE. */
  readonly value: { readonly size: readonly [number, number]; readonly counts: string };
}

const URL_SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;
/** A number, as MGSCData labels masks, is no name. */
const OBJECT_LABEL = /^<?object\s?\d{1,9}>?$/i;

/**
 * An item of a record. Fails with one sentence where it has no image on disk, or no mask; where `findsObjects` masks do not
 * matter.
 */
export function itemOf(model: RecordModel, file: string, { findsObjects = false } = {}): Result<LabelItem> {
  const { id, image } = model;
  if (id === undefined || id === '')
    return fail('It has no id, by which its drafts would be found again: give it one.');
  if (image === undefined || URL_SCHEME.test(image))
    return fail(`${id}: it names no image on disk: download the image and name its file.`);
  const imagePath = resolve(dirname(file), image);
  if (findsObjects) return ok({ id, imagePath, masks: [] });
  const numbers = new Map([...(knownObjects(model) ?? [])].map(([number, index]) => [index, number]));
  const masks = (model.masks ?? []).flatMap((mask, index): readonly ItemMask[] => {
    const reading = model.reading(index);
    const number = numbers.get(index);
    if (!reading.ok || number === undefined || area(reading.mask) === 0) return [];
    return [{ number, label: labelOf(mask, model, index), value: toCompressed(reading.mask) }];
  });
  if (masks.length === 0)
    return fail(`${id}: none of its masks can be read, or it has none: there is nothing to label.`);
  return ok({ id, imagePath, masks });
}

function labelOf(mask: unknown, model: RecordModel, index: number): string | undefined {
  const label = isObject(mask) ? mask['label'] : undefined;
  if (typeof label === 'string' && label.trim() !== '' && !OBJECT_LABEL.test(label.trim())) return label.trim();
  const phrase = model.segs[index]?.seg.phrase?.text ?? '';
  return phrase === '' ? undefined : phrase;
}

/** An item of a photograph in which the local model found something. */
export function itemOfDraft(imagePath: string, { masks }: Draft): LabelItem {
  const list = masks.map(({ size, counts, label }, i) => ({ number: i + 1, label, value: { size, counts } }));
  return { id: parse(imagePath).name, imagePath, masks: list };
}

/** The objects, with their masks decoded; those that show the same as an earlier one are left out. */
export function objectsOf({ masks }: LabelItem): readonly MaskedObject[] {
  const objects = masks.flatMap(({ number, label, value }): readonly MaskedObject[] => {
    const reading = readMask(value);
    return reading.ok ? [{ number, label, mask: reading.mask, value: { ...value } }] : [];
  });
  return withoutDuplicates(objects).kept;
}
