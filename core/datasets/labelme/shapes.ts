/** labelme's shapes as masks, and masks as shapes. */
import { encode as encodePngData } from 'fast-png';
import { toBase64 } from '../../images/encode.ts';
import { fromBitmap, toBitmap } from '../../masks/bitmap.ts';
import { decodeLabelMap } from '../../masks/labelMap.ts';
import { area, boundingBox, type RunLengthMask } from '../../masks/runLengthMask.ts';
import { isObject } from '../../records/isObject.ts';
import { fail, ok, type Result } from '../../result.ts';
import { boxesOf, boxMask, isDrawn } from '../boxes.ts';
import { ellipse, ownPolygons, polygonShape, polygonsOf } from '../drawnShapes.ts';
import type { Segment } from '../format.ts';
import { maskValue } from '../newRecord.ts';

type Fields = Readonly<Record<string, unknown>>;
type Point = readonly [x: number, y: number];

/** The mask of a shape. Fails where it encloses nothing, or cannot be read; the message says what to do. */
export function maskOfShape(shape: Fields, height: number, width: number): Result<Fields> {
  const points = pointsOf(shape['points']);
  const type = typeof shape['shape_type'] === 'string' ? shape['shape_type'] : 'polygon';
  if (points === undefined || points.length === 0) return fail('Its points are no list of [x, y]: draw it again.');
  switch (type) {
    case 'polygon':
    case 'oriented_rectangle':
      return polygonShape(points.flat(), height, width);
    case 'rectangle': {
      const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
      return boxMask([[Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]], height, width, '');
    }
    case 'circle': {
      const [centre, edge = centre] = [points[0]!, points[1]];
      const radius = Math.hypot(edge[0] - centre[0], edge[1] - centre[1]);
      return polygonShape(ellipse(centre, [radius, radius]), height, width);
    }
    case 'mask':
      return pastedMask(shape['mask'], points[0]!, height, width);
    default:
      return fail(`It is drawn as "${type}", which encloses no pixels: draw a polygon or a mask instead.`);
  }
}

/** A small PNG of the mask's box, laid on the image at its left top corner; pixels beyond the image are cut off. */
function pastedMask(png: unknown, [x, y]: Point, height: number, width: number): Result<Fields> {
  const bytes = typeof png === 'string' ? bytesOf(png) : undefined;
  if (bytes === undefined) return fail('Its mask is no PNG in base64: draw it again.');
  const map = decodeLabelMap(bytes);
  if (!map.ok) return fail(`Its mask cannot be read. ${map.message}`);
  const [left, top] = [Math.trunc(x), Math.trunc(y)];
  const bitmap = new Uint8Array(height * width);
  for (let row = Math.max(0, -top); row < Math.min(map.value.height, height - top); row++) {
    for (let column = Math.max(0, -left); column < Math.min(map.value.width, width - left); column++)
      if (map.value.values[row * map.value.width + column] !== 0) bitmap[(top + row) * width + left + column] = 1;
  }
  const mask = fromBitmap(bitmap, height, width);
  return area(mask) === 0 ? fail('No pixel of the image lies in it.') : ok(maskValue(mask));
}

function bytesOf(base64: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function pointsOf(value: unknown): readonly Point[] | undefined {
  const isPoint = (point: unknown) =>
    Array.isArray(point) &&
    point.length === 2 &&
    point.every((each) => typeof each === 'number' && Number.isFinite(each));
  return Array.isArray(value) && value.every(isPoint) ? (value as readonly Point[]) : undefined;
}

export interface WrittenShapes {
  readonly shapes: readonly Fields[];
  /** Holes that the shapes do not have. */
  readonly holes: number;
}

/**
 * A segment with a mask as shapes of one group: boxes as rectangles and polygons as polygons, others as a mask or as the
 * outlines of their parts.
 */
export function shapesOf(segment: Segment, mask: RunLengthMask, form: string, group: number): WrittenShapes {
  const drawn = (type: string, points: readonly (readonly number[])[], png: string | null = null) => ({
    label: segment.phrase === '' ? (segment.label ?? 'object') : segment.phrase,
    points,
    group_id: group,
    description: '',
    shape_type: type,
    flags: {},
    mask: png,
  });
  if (!isDrawn(segment)) {
    const rectangles = boxesOf(segment).map(([left, top, right, bottom]) =>
      drawn('rectangle', [
        [left, top],
        [right, bottom],
      ]),
    );
    return { shapes: rectangles, holes: 0 };
  }
  if (form === 'mask' && ownPolygons(segment.value) === undefined) {
    const [x, y, w, h] = boundingBox(mask);
    const corners = [
      [x, y],
      [x + w - 1, y + h - 1],
    ];
    return { shapes: [drawn('mask', corners, toBase64(pngOf(mask)))], holes: 0 };
  }
  const { polygons, holes } = polygonsOf(segment.value, mask);
  return { shapes: polygons.map((polygon) => drawn('polygon', pairs(polygon))), holes };
}

/** The pixels of the mask's box, 0 and 1 in grey. */
function pngOf(mask: RunLengthMask): Uint8Array {
  const [x, y, w, h] = boundingBox(mask);
  const whole = toBitmap(mask);
  const data = new Uint8Array(w * h);
  for (let row = 0; row < h; row++) {
    const start = (y + row) * mask.width + x;
    data.set(whole.subarray(start, start + w), row * w);
  }
  return encodePngData({ width: w, height: h, data, channels: 1, depth: 8 });
}

function pairs(polygon: readonly number[]): readonly (readonly number[])[] {
  return Array.from({ length: polygon.length >> 1 }, (_, i) => [polygon[2 * i]!, polygon[2 * i + 1]!]);
}

/** Whether a value is a labelme file's. */
export function isLabelFile(value: unknown): value is Fields & { readonly shapes: readonly unknown[] } {
  return isObject(value) && Array.isArray(value['shapes']);
}
