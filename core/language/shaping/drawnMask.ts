/** A drawn mask on its way into a record: whether the record can hold it, and how it is written there. */
import { encodeCounts } from '../../masks/counts.ts';
import { readMask } from '../../masks/maskValue.ts';
import { outlinePaths } from '../../masks/outline.ts';
import { rasterisePolygons } from '../../masks/polygons.ts';
import { area, boundingBox, type RunLengthMask } from '../../masks/runLengthMask.ts';
import { isObject } from '../../records/isObject.ts';
import type { RecordModel } from '../../records/recordModel.ts';
import type { Path, RecordEdit } from '../../records/sourceRecord.ts';
import { fail, ok, type Result } from '../../result.ts';
import { sameValue } from './sameValue.ts';
import type { DrawnMask } from './shapeEdit.ts';

type MaskValue = Readonly<Record<string, unknown>>;

/** The runs of a drawn mask, if the record can hold it: whole, not empty, and of the image's size. */
export function readDrawn(drawn: DrawnMask, model: RecordModel): Result<RunLengthMask> {
  const reading = readMask({ size: drawn.size, counts: drawn.counts });
  if (!reading.ok) return fail(`What was drawn cannot be read, so it is not saved. ${reading.message}`);
  if (area(reading.mask) === 0)
    return fail(
      'Nothing is drawn, and an empty mask points at nothing: draw it, or delete the phrase or deny it if the image does not show it.',
    );
  return sized(reading.mask, model);
}

/** The mask, if it has the size that the record's masks ought to have. */
export function sized(mask: RunLengthMask, model: RecordModel): Result<RunLengthMask> {
  const wanted = expectedSize(model, mask);
  if (wanted === undefined) return ok(mask);
  const others = model.imageSize === undefined ? 'other masks are' : 'image is';
  return fail(
    `The mask is ${show([mask.height, mask.width])} pixels and the record’s ${others} ${show(wanted)} (height × width), so it would lie elsewhere than drawn: draw it on the image that the record names.`,
  );
}

/** The size that a mask ought to have and has not; `undefined` where nothing is wrong with it. */
function expectedSize(model: RecordModel, { height, width }: RunLengthMask): readonly [number, number] | undefined {
  const fits = (size: readonly [number, number]) => size[0] === height && size[1] === width;
  const { imageSize } = model;
  if (imageSize !== undefined && fits(imageSize)) return undefined;
  const sizes = (model.masks ?? []).map(sizeOf);
  const first = sizes[0];
  // A record whose masks all have another size than its image has its reasons, or one mistake that is not this one's.
  if (first !== undefined && fits(first) && sizes.every((size) => size !== undefined && fits(size))) return undefined;
  return imageSize ?? first;
}

function sizeOf(mask: unknown): readonly [number, number] | undefined {
  const size = isObject(mask) ? mask['size'] : undefined;
  return Array.isArray(size) && size.length === 2 && size.every((side) => Number.isInteger(side) && side > 0)
    ? [size[0], size[1]]
    : undefined;
}

function show([height, width]: readonly [number, number]): string {
  return `${height} × ${width}`;
}

/** The value of a mask that was not there before, with box and area where the record's others have them. */
export function newMaskValue(mask: RunLengthMask, counts: string, model: RecordModel): MaskValue {
  const first = model.masks?.[0];
  const other = isObject(first) ? first : {};
  return {
    size: [mask.height, mask.width],
    counts,
    ...('bbox' in other && { bbox: boundingBox(mask) }),
    ...('area' in other && { area: area(mask) }),
  };
}

/**
 * A mask's value with another shape: in its own form where that can say it, and with its other keys. The score goes, for it
 * was a model's word on the old shape. A label map belongs to others, so what stood in one becomes runs.
 */
export function reshapedValue(value: unknown, mask: RunLengthMask, counts: string): MaskValue {
  const pixels = pixelsOf(value, mask, counts);
  const reshaped: Record<string, unknown> = {};
  for (const [key, own] of Object.entries(isObject(value) ? value : { size: undefined })) {
    if (key === 'score') continue;
    if (PIXEL_KEYS.has(key)) Object.assign(reshaped, pixels);
    else reshaped[key] = describing(key, own, mask);
  }
  return { ...reshaped, ...pixels };
}

/** The keys that hold a mask's pixels in one form or another. */
const PIXEL_KEYS: ReadonlySet<string> = new Set(['counts', 'polygons', 'file', 'value']);

/** `size`, `bbox` and `area` say what the new shape says; every other key stays. */
function describing(key: string, own: unknown, mask: RunLengthMask): unknown {
  if (key === 'size') return [mask.height, mask.width];
  if (key === 'bbox') return boundingBox(mask);
  return key === 'area' ? area(mask) : own;
}

/** The shape in the form of the old value; compressed runs where that form cannot say it. */
function pixelsOf(value: unknown, mask: RunLengthMask, counts: string): MaskValue {
  const { counts: runs, polygons } = isObject(value) ? value : {};
  if (runs !== undefined) return { counts: Array.isArray(runs) ? [...mask.counts] : counts };
  const rings = polygons === undefined ? undefined : exactPolygons(mask);
  return rings === undefined ? { counts } : { polygons: rings };
}

/** The outline as polygons, if these draw the very same pixels: a shape with a hole has none. */
function exactPolygons(mask: RunLengthMask): readonly (readonly number[])[] | undefined {
  const rings = outlinePaths(mask);
  const drawn = rasterisePolygons(rings, mask.height, mask.width);
  return encodeCounts(drawn.counts) === encodeCounts(mask.counts) ? rings : undefined;
}

/**
 * The edits that give a mask another shape, key by key, so that what else it says stays as it is written; `undefined` where
 * its form changes and it is to be written anew.
 *
 * @param path Where the mask stands.
 */
export function reshapingEdits(value: unknown, reshaped: MaskValue, path: Path): readonly RecordEdit[] | undefined {
  if (!isObject(value) || Object.keys(reshaped).some((key) => !(key in value))) return undefined;
  const edits: RecordEdit[] = [];
  for (const key of Object.keys(value)) {
    const keyPath = [...path, key];
    if (!(key in reshaped)) edits.push({ kind: 'removeKey', path: keyPath });
    else if (!sameValue(value[key], reshaped[key])) edits.push({ kind: 'set', path: keyPath, value: reshaped[key] });
  }
  return edits;
}
