/** What people draw in labelling programs, as masks and back: parts that belong together, boxes, ellipses, outlines. */

import { readMask } from '../masks/maskValue.ts';
import { outlinePaths } from '../masks/outline.ts';
import { area, type RunLengthMask } from '../masks/runLengthMask.ts';
import { isObject } from '../records/isObject.ts';
import { fail, ok, type Result } from '../result.ts';
import { unitedMask } from './coco/segmentation.ts';
import type { NamedMask } from './instanceText.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Larger images are refused before anything is allocated for them, as everywhere. */
const MOST_PIXELS = 100_000_000;

/** Whether these are sides of an image, in pixels. */
export function isDrawableSize(height: number, width: number): boolean {
  return (
    Number.isSafeInteger(height) &&
    Number.isSafeInteger(width) &&
    height > 0 &&
    width > 0 &&
    height * width <= MOST_PIXELS
  );
}

/** A shape as it was drawn. */
export interface DrawnShape {
  readonly label: string;
  /** `{size, polygons}` or `{size, counts}`, with `source: "box"` for a box. */
  readonly mask: Fields;
  /** Shapes of one group and label are one thing; `undefined` for a thing by itself. */
  readonly group: number | undefined;
}

/** A thing with its label as drawn, and the number of its group. */
export interface DrawnThing extends NamedMask {
  readonly group: number | undefined;
}

/** The things that shapes make, in the order of their first. Fails where the shapes of one cannot be united. */
export function thingsOf(shapes: readonly DrawnShape[]): Result<readonly DrawnThing[]> {
  const groups = new Map<string, DrawnShape[]>();
  for (const [i, shape] of shapes.entries()) {
    const key = shape.group === undefined ? `alone ${i}` : `${shape.group} ${shape.label}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [shape]);
    else known.push(shape);
  }
  const things: DrawnThing[] = [];
  for (const parts of groups.values()) {
    const mask = unitedMask(parts.map((part) => part.mask));
    if (!mask.ok) return fail(mask.message);
    const { label, group } = parts[0]!;
    const isBox = parts.every((part) => part.mask['source'] === 'box');
    things.push({ name: label, mask: { ...mask.value, label, ...(isBox && { source: 'box' }) }, group });
  }
  return ok(things);
}

/** A polygon of pixels as a mask. Fails where it encloses nothing, or no pixel of the image. */
export function polygonShape(polygon: readonly number[], height: number, width: number): Result<Fields> {
  const value = { size: [height, width], polygons: [polygon] };
  const read = readMask(value);
  if (!read.ok) return fail(read.message);
  return area(read.mask) === 0 ? fail('No pixel of the image lies in it.') : ok(value);
}

/** Corners of an ellipse's outline: at a radius of 500 pixels they lie within one of it. */
const ELLIPSE_CORNERS = 72;

/** An ellipse as a polygon `[x1, y1, …]`, turned clockwise by so many degrees. */
export function ellipse(
  [x, y]: readonly [number, number],
  [across, down]: readonly [number, number],
  degrees = 0,
): readonly number[] {
  const turn = (degrees * Math.PI) / 180;
  return Array.from({ length: ELLIPSE_CORNERS }, (_, i) => (2 * Math.PI * i) / ELLIPSE_CORNERS).flatMap((angle) => {
    const [dx, dy] = [across * Math.cos(angle), down * Math.sin(angle)];
    return [
      rounded(x + dx * Math.cos(turn) - dy * Math.sin(turn)),
      rounded(y + dx * Math.sin(turn) + dy * Math.cos(turn)),
    ];
  });
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

/** The polygons that a mask is written as: its own, or else the outlines of its parts, in which holes are filled. */
export function polygonsOf(
  value: unknown,
  mask: RunLengthMask,
): { readonly polygons: readonly (readonly number[])[]; readonly holes: number } {
  const own = ownPolygons(value);
  if (own !== undefined) return { polygons: own, holes: 0 };
  const loops = outlinePaths(mask);
  const outer = loops.filter((loop) => signedArea(loop) > 0);
  return { polygons: outer, holes: loops.length - outer.length };
}

/** A record's own polygons, where it holds the mask so; the mask was read from them. */
export function ownPolygons(value: unknown): readonly (readonly number[])[] | undefined {
  if (!isObject(value) || value['counts'] !== undefined || !Array.isArray(value['polygons'])) return undefined;
  return value['polygons'] as readonly (readonly number[])[];
}

/** Twice the area; positive for an outline, negative for a hole in it. */
function signedArea(loop: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < loop.length; i += 2) {
    const [x2, y2] = [loop[(i + 2) % loop.length]!, loop[(i + 3) % loop.length]!];
    sum += loop[i]! * y2 - x2 * loop[i + 1]!;
  }
  return sum;
}
