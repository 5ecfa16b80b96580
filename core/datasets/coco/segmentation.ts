/** COCO's `segmentation` in each of its forms: polygons, compressed and uncompressed runs, and RefCLEF's list of runs. */
import { readMask } from '../../masks/maskValue.ts';
import { type RunLengthMask, union } from '../../masks/runLengthMask.ts';
import { isObject } from '../../records/isObject.ts';
import { fail, ok, type Result } from '../../result.ts';
import { maskValue } from '../newRecord.ts';

/** What a record holds of a segmentation, and how many polygons were left out of it because they enclose nothing. */
export interface CocoMask {
  /** `{size, polygons}` or `{size, counts}`. */
  readonly value: Readonly<Record<string, unknown>>;
  readonly droppedPolygons: number;
}

/**
 * The mask of a segmentation, in the form in which it stands: polygons stay polygons. A polygon of an odd number of values, or
 * of less than three points, is left out, as COCO's own readers do. Fails where nothing is left.
 */
export function cocoMask(segmentation: unknown, height: number, width: number): Result<CocoMask> {
  if (Array.isArray(segmentation)) {
    if (segmentation.length > 0 && segmentation.every(isObject)) return joinedRuns(segmentation, height, width);
    const polygons = segmentation.filter(isPolygon);
    if (polygons.length === 0) return fail('It has no polygon of three points or more: there is nothing to show.');
    const droppedPolygons = segmentation.length - polygons.length;
    return ok({ value: { size: [height, width], polygons }, droppedPolygons });
  }
  if (!isObject(segmentation)) return fail('It has no segmentation: there is nothing to show.');
  const value = { size: segmentation['size'] ?? [height, width], counts: segmentation['counts'] };
  const read = readMask(value);
  return read.ok ? ok({ value, droppedPolygons: 0 }) : fail(read.message);
}

/** All pixels of several segmentations of one image. Fails where one of them cannot be read. */
export function unitedMask(
  values: readonly Readonly<Record<string, unknown>>[],
): Result<Readonly<Record<string, unknown>>> {
  const [first] = values;
  if (first === undefined) return fail('There is no mask to unite.');
  if (values.length === 1) return ok(first);
  // COCO draws a list of polygons as their union: no pixel needs to be looked at.
  if (values.every(({ polygons }) => polygons !== undefined))
    return ok({ size: first['size'], polygons: values.flatMap(({ polygons }) => polygons as readonly unknown[]) });
  const masks: RunLengthMask[] = [];
  for (const value of values) {
    const read = readMask(value);
    if (!read.ok) return fail(read.message);
    masks.push(read.mask);
  }
  const { height, width } = masks[0]!;
  if (masks.some((mask) => mask.height !== height || mask.width !== width))
    return fail('Its masks are of different sizes: export them again.');
  return ok(maskValue(union(masks)));
}

function joinedRuns(list: readonly unknown[], height: number, width: number): Result<CocoMask> {
  const values: Readonly<Record<string, unknown>>[] = [];
  for (const item of list) {
    const one = cocoMask(item, height, width);
    if (!one.ok) return one;
    values.push(one.value.value);
  }
  const united = unitedMask(values);
  return united.ok ? ok({ value: united.value, droppedPolygons: 0 }) : united;
}

function isPolygon(ring: unknown): boolean {
  return (
    Array.isArray(ring) &&
    ring.length >= 6 &&
    ring.length % 2 === 0 &&
    ring.every((value) => typeof value === 'number' && Number.isFinite(value))
  );
}
