import { maskOfToggles, type RunLengthMask } from './foreground.ts';
import type { Box } from './geometry.ts';
import { union } from './merge.ts';

/** Vertices are placed on a grid five times as fine as the pixels, as COCO's mask library does. */
const FINENESS = 5;

/** Far outside every image within the pixel limit, and small enough that the fine grid stays exact. */
const FARTHEST = 4e8;

/**
 * The mask of polygons as COCO draws them: each a flat list `[x1, y1, x2, y2, …]` in pixels, filled by itself, all
 * joined. Parts may lie outside the image; a hole cannot be said this way. Coordinates are finite. Source: `rleFrPoly`
 * of COCO's mask library.
 */
export function rasterisePolygons(
  polygons: readonly (readonly number[])[],
  height: number,
  width: number,
): RunLengthMask {
  if (polygons.length === 0) return maskOfToggles(height, width, []);
  return union(polygons.map((polygon) => rasterisePolygon(polygon, height, width)));
}

/** The mask of a box `[x, y, width, height]` in pixels, drawn as the polygon of its corners. */
export function rasteriseBox(box: Box, height: number, width: number): RunLengthMask {
  const [x, y, w, h] = box;
  return rasterisePolygon([x, y, x, y + h, x + w, y + h, x + w, y], height, width);
}

/** How many column crossings the polygons' edges have within the image: what drawing them costs, in time and memory. */
export function countCrossings(polygons: readonly (readonly number[])[], width: number): number {
  let crossings = 0;
  for (const polygon of polygons) {
    const points = polygon.length >> 1;
    for (let i = 0; i < points; i++) {
      const from = fine(polygon[2 * i]!);
      const to = fine(polygon[2 * ((i + 1) % points)]!);
      const [first, last] = crossedColumns(from, to, width);
      crossings += Math.max(0, last - first + 1);
    }
  }
  return crossings;
}

function rasterisePolygon(polygon: readonly number[], height: number, width: number): RunLengthMask {
  const points = polygon.length >> 1;
  const crossings = new Float64Array(countCrossings([polygon], width));
  let length = 0;
  for (let i = 0; i < points; i++) {
    const next = (i + 1) % points;
    length = addCrossings(
      [fine(polygon[2 * i]!), fine(polygon[2 * i + 1]!)],
      [fine(polygon[2 * next]!), fine(polygon[2 * next + 1]!)],
      height,
      width,
      crossings,
      length,
    );
  }
  return maskOfToggles(height, width, crossings, cancelPairs(crossings.subarray(0, length).sort()));
}

/**
 * Adds where an edge crosses the image's columns, as column-major positions. The reference walks the edge densely along
 * its longer axis and keeps the steps between fine columns 5c + 2 and 5c + 3; here those steps are computed directly,
 * so that an edge costs what it crosses and not how long it is.
 */
function addCrossings(
  from: readonly [number, number],
  to: readonly [number, number],
  height: number,
  width: number,
  into: Float64Array,
  start: number,
): number {
  let [xs, ys] = from;
  let [xe, ye] = to;
  const dx = Math.abs(xe - xs);
  const dy = Math.abs(ye - ys);
  const flat = dx >= dy;
  if (flat ? xs > xe : ys > ye) {
    [xs, xe] = [xe, xs];
    [ys, ye] = [ye, ys];
  }
  const slope = flat ? (ye - ys) / dx : (xe - xs) / dy;
  const [first, last] = crossedColumns(xs, xe, width);
  let length = start;
  for (let column = first; column <= last; column++) {
    const x = FINENESS * column + 2;
    const y = flat
      ? Math.min(rounded(ys + slope * (x - xs)), rounded(ys + slope * (x + 1 - xs)))
      : ys + stepBeforeCrossing(xs, slope, x, dy);
    into[length++] = column * height + imageRow(y, height);
  }
  return length;
}

/** On a steep edge: the last step, counted from the top, before its rounded x passes between x and x + 1. */
function stepBeforeCrossing(xs: number, slope: number, x: number, dy: number): number {
  const passed = (step: number) => rounded(xs + slope * step) > x === slope > 0;
  let step = Math.min(Math.max(Math.ceil((x + 0.5 - xs) / slope), 1), dy);
  while (step > 1 && passed(step - 1)) step--;
  while (step < dy && !passed(step)) step++;
  return step - 1;
}

/** Columns whose centre line lies between two fine x; the first is behind the last where there are none. */
function crossedColumns(a: number, b: number, width: number): [first: number, last: number] {
  const low = Math.min(a, b);
  const high = Math.max(a, b);
  return [Math.max(0, Math.ceil((low - 2) / FINENESS)), Math.min(width - 1, Math.floor((high - 3) / FINENESS))];
}

function imageRow(fineY: number, height: number): number {
  const y = (fineY + 0.5) / FINENESS - 0.5;
  return Math.ceil(Math.min(Math.max(y, 0), height));
}

function fine(coordinate: number): number {
  return rounded(FINENESS * Math.min(Math.max(coordinate, -FARTHEST), FARTHEST));
}

/** Half up for positive numbers; towards zero for negative ones, as a C cast does. */
function rounded(value: number): number {
  return Math.trunc(value + 0.5);
}

/**
 * Drops equal neighbours two by two in place: two edges at one place leave the value as it was. Returns the new length.
 */
function cancelPairs(sorted: Float64Array): number {
  let length = 0;
  for (const position of sorted) {
    if (length > 0 && sorted[length - 1] === position) length--;
    else sorted[length++] = position;
  }
  return length;
}
