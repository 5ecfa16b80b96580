/** Label Studio's regions as masks, and masks as regions. Lengths are percents of the image's. */
import type { RunLengthMask } from '../../masks/runLengthMask.ts';
import { isObject } from '../../records/isObject.ts';
import { fail, ok, type Result } from '../../result.ts';
import { boxesOf, isDrawn } from '../boxes.ts';
import { type DrawnShape, ellipse, ownPolygons, polygonShape, polygonsOf } from '../drawnShapes.ts';
import type { Segment } from '../format.ts';
import { maskValue } from '../newRecord.ts';
import { decodeBrush, encodeBrush } from './brush.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A region that is about pixels of an image. */
export interface Region {
  readonly id: string;
  /** Empty where it has none. */
  readonly label: string;
  readonly value: Fields;
  /** How it was drawn, as the file says. */
  readonly type: string;
  readonly rotation: number;
  /** Pixels, as the file says. */
  readonly size: readonly [height: number, width: number] | undefined;
}

/** The ids of regions that were written from a record: the number of the `[SEG]`, and of the part. */
const SEG_ID = /^seg-(\d{1,6})(?:-\d+)?$/;

/**
 * The regions of one annotation's results. Labels and descriptions may stand in results of their own, of the same id; the
 * description, where there is one, is what the region is called.
 */
export function regionsOf(results: readonly unknown[]): readonly Region[] {
  const labels = new Map<unknown, string>();
  const texts = new Map<unknown, string>();
  for (const result of results) {
    if (!isObject(result) || !isObject(result['value'])) continue;
    const { id, type, value } = result;
    if (type === 'labels') setFirst(labels, id, value['labels']);
    if (type === 'textarea') setFirst(texts, id, value['text']);
  }
  const regions: Region[] = [];
  for (const result of results) {
    if (!isObject(result) || !isObject(result['value']) || !isShape(result['value'])) continue;
    const { id, type, value, image_rotation: turned, original_height: height, original_width: width } = result;
    regions.push({
      id: String(id ?? ''),
      label: (texts.get(id) ?? ownLabel(value) ?? labels.get(id) ?? '').trim(),
      value,
      type: String(type ?? ''),
      rotation: typeof turned === 'number' ? turned : 0,
      size: typeof height === 'number' && typeof width === 'number' ? [height, width] : undefined,
    });
  }
  return regions;
}

function setFirst(into: Map<unknown, string>, id: unknown, list: unknown): void {
  const first: unknown = Array.isArray(list) ? list[0] : list;
  if (typeof first === 'string' && first.trim() !== '') into.set(id, first);
}

function isShape(value: Fields): boolean {
  return ['rle', 'points', 'radiusX', 'width', 'imageDataURL', 'vertices'].some((key) => value[key] !== undefined);
}

/** Under a key such as `brushlabels`. */
function ownLabel(value: Fields): string | undefined {
  for (const [key, list] of Object.entries(value))
    if (key.endsWith('labels') && Array.isArray(list) && typeof list[0] === 'string') return list[0];
  return undefined;
}

/** The region as a shape. Fails where it encloses no pixel or cannot be read; the message says what to do. */
export function shapeOf(
  { id, label, value, type, rotation }: Region,
  height: number,
  width: number,
): Result<DrawnShape> {
  if (rotation !== 0)
    return fail('It was drawn on an image that was turned: turn it back in Label Studio, and export again.');
  const mask = maskOf(value, type, height, width);
  if (!mask.ok) return mask;
  const number = SEG_ID.exec(id)?.[1];
  return ok({ label, mask: mask.value, group: number === undefined ? undefined : Number(number) });
}

function maskOf(value: Fields, type: string, height: number, width: number): Result<Fields> {
  const { rle, points, x, y, width: w, height: h, radiusX, radiusY, rotation } = value;
  const degrees = typeof rotation === 'number' ? rotation : 0;
  const [across, down] = [width / 100, height / 100];
  if (Array.isArray(rle)) {
    const mask = decodeBrush(rle, height, width);
    return mask.ok ? ok(maskValue(mask.value)) : mask;
  }
  if (Array.isArray(points)) {
    const corners = points.flatMap((point: unknown) =>
      Array.isArray(point) ? [exact(Number(point[0]) * across), exact(Number(point[1]) * down)] : [],
    );
    return polygonShape(corners, height, width);
  }
  if (isNumber(x) && isNumber(y) && isNumber(radiusX) && isNumber(radiusY))
    return polygonShape(ellipse([x * across, y * down], [radiusX * across, radiusY * down], degrees), height, width);
  if (isNumber(x) && isNumber(y) && isNumber(w) && isNumber(h)) {
    const corners = turnedBox([x * across, y * down], [w * across, h * down], degrees);
    const box = polygonShape(corners, height, width);
    return box.ok ? ok({ ...box.value, source: 'box' }) : box;
  }
  return fail(`It is drawn as "${type}", which is not read: draw it with a brush or as a polygon.`);
}

/** The corners of a box, turned clockwise about its left top corner. */
function turnedBox(
  [x, y]: readonly [number, number],
  [w, h]: readonly [number, number],
  degrees: number,
): readonly number[] {
  const turn = (degrees * Math.PI) / 180;
  const corners = [
    [0, 0],
    [w, 0],
    [w, h],
    [0, h],
  ] as const;
  return corners.flatMap(([dx, dy]) => [
    exact(x + dx * Math.cos(turn) - dy * Math.sin(turn)),
    exact(y + dx * Math.sin(turn) + dy * Math.cos(turn)),
  ]);
}

/** Without the error of having been a percentage. */
function exact(pixels: number): number {
  return Math.round(pixels * 1e6) / 1e6;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

export interface WrittenRegions {
  readonly regions: readonly Fields[];
  /** Holes that the regions do not have. */
  readonly holes: number;
}

/** What a segment is called in Label Studio. */
export function labelOf({ phrase, label }: Segment): string {
  return phrase === '' ? (label ?? 'object') : phrase;
}

/**
 * A segment with a mask as regions: boxes as rectangles and polygons as polygons, others as a brush's runs or as the outlines
 * of their parts.
 *
 * @param number Which `[SEG]` of the record it belongs to, from 1.
 */
export function regionsFor(segment: Segment, mask: RunLengthMask, form: string, number: number): WrittenRegions {
  const { height, width } = mask;
  const label = labelOf(segment);
  const region = (part: number, type: string, name: string, value: Fields) => ({
    id: part === 0 ? `seg-${number}` : `seg-${number}-${part + 1}`,
    type,
    from_name: name,
    to_name: 'image',
    original_width: width,
    original_height: height,
    image_rotation: 0,
    value: { ...value, [type]: [label] },
  });
  if (!isDrawn(segment)) {
    const boxes = boxesOf(segment).map(([left, top, right, bottom], part) => {
      const corner = { x: (100 * left) / width, y: (100 * top) / height };
      const sides = { width: (100 * (right - left)) / width, height: (100 * (bottom - top)) / height };
      return region(part, 'rectanglelabels', 'box', { ...corner, ...sides, rotation: 0 });
    });
    return { regions: boxes, holes: 0 };
  }
  if (form === 'brush' && ownPolygons(segment.value) === undefined)
    return { regions: [region(0, 'brushlabels', 'mask', { format: 'rle', rle: encodeBrush(mask) })], holes: 0 };
  const { polygons, holes } = polygonsOf(segment.value, mask);
  const regions = polygons.map((polygon, part) => {
    const points = Array.from({ length: polygon.length >> 1 }, (_, i) => [
      (100 * polygon[2 * i]!) / width,
      (100 * polygon[2 * i + 1]!) / height,
    ]);
    return region(part, 'polygonlabels', 'polygon', { points, closed: true });
  });
  return { regions, holes };
}
