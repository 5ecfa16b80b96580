/**
 * A mask as rings with points that can be moved. Between two points that nobody touched the contour is kept pixel by pixel, so that
 * editing changes the mask only where points moved.
 */
import { difference } from '../../core/masks/morphology.ts';
import { outlinePaths } from '../../core/masks/outline.ts';
import { doubleArea, rasteriseRing, simplifiedRing } from '../../core/masks/rings.ts';
import { area, type RunLengthMask, union } from '../../core/masks/runLengthMask.ts';
import type { Point } from './contract.ts';

export interface Polygon {
  /** Applied one after the other. */
  readonly rings: readonly Ring[];
}

export interface Ring {
  readonly vertices: readonly Vertex[];
  /** Its inside comes to the mask, or goes from it. */
  readonly adds: boolean;
  /** Instead of points: the crumbs of a mask with more rings than one can edit. */
  readonly pixels?: RunLengthMask;
}

export interface Vertex extends Point {
  /** The contour from here to the next point, `[x1, y1, …]` without the two; nothing is a straight line. */
  readonly path?: readonly number[];
}

/** A point of a polygon, or the line from it to the next. */
export interface VertexPlace {
  readonly ring: number;
  readonly vertex: number;
}

/** The largest ones; what else a mask has of contours keeps its pixels and gets no points. */
const MOST_RINGS = 64;

/** The mask's contours, their points no farther than `tolerance` pixels (1 or more) apart from them. */
export function polygonOf(mask: RunLengthMask, tolerance: number): Polygon {
  const loops = outlinePaths(mask)
    .map((loop) => ({ loop, area: doubleArea(loop) }))
    .sort((a, b) => Math.abs(b.area) - Math.abs(a.area));
  const rings = loops.slice(0, MOST_RINGS).map(({ loop, area }) => ringOf(loop, area > 0, tolerance));
  if (loops.length <= MOST_RINGS) return { rings };
  const drawn = maskOfPolygon({ rings }, mask.height, mask.width);
  const crumbs = [
    { vertices: [], adds: true, pixels: difference(mask, drawn) },
    { vertices: [], adds: false, pixels: difference(drawn, mask) },
  ];
  return { rings: [...rings, ...crumbs.filter(({ pixels }) => area(pixels) > 0)] };
}

export function maskOfPolygon({ rings }: Polygon, height: number, width: number): RunLengthMask {
  let mask: RunLengthMask = { height, width, counts: Uint32Array.of(height * width) };
  for (const ring of rings) mask = withRingMask(mask, ring);
  return mask;
}

/** The mask with the ring's inside, or without it. */
export function withRingMask(mask: RunLengthMask, ring: Ring): RunLengthMask {
  const pixels = ringMask(ring, mask.height, mask.width);
  return ring.adds ? union([mask, pixels]) : difference(mask, pixels);
}

export function withRing({ rings }: Polygon, ring: Ring): Polygon {
  return { rings: [...rings, ring] };
}

export function withVertexAt(polygon: Polygon, { ring, vertex }: VertexPlace, { x, y }: Point): Polygon {
  return withVertices(polygon, ring, (vertices) => vertices.with(vertex, { x, y }), vertex - 1);
}

/** With one point more, behind the one of `place`. */
export function withVertexBehind(polygon: Polygon, { ring, vertex }: VertexPlace, { x, y }: Point): Polygon {
  return withVertices(polygon, ring, (vertices) => vertices.toSpliced(vertex + 1, 0, { x, y }), vertex);
}

/** Without a point; a ring of fewer than three goes. */
export function withoutVertex(polygon: Polygon, { ring, vertex }: VertexPlace): Polygon {
  const { vertices } = polygon.rings[ring]!;
  if (vertices.length <= 3) return { rings: polygon.rings.toSpliced(ring, 1) };
  return withVertices(polygon, ring, () => vertices.toSpliced(vertex, 1), vertex - 1);
}

/** The point nearest to a place, at most `reach` pixels from it. */
export function vertexNear({ rings }: Polygon, { x, y }: Point, reach: number): VertexPlace | undefined {
  let nearest = reach;
  let found: VertexPlace | undefined;
  for (const [ring, { vertices }] of rings.entries()) {
    for (const [vertex, at] of vertices.entries()) {
      const distance = Math.hypot(at.x - x, at.y - y);
      if (distance > nearest) continue;
      nearest = distance;
      found = { ring, vertex };
    }
  }
  return found;
}

/** The line nearest to a place, at most `reach` pixels from it. */
export function lineNear({ rings }: Polygon, at: Point, reach: number): VertexPlace | undefined {
  let nearest = reach;
  let found: VertexPlace | undefined;
  for (const [ring, { vertices }] of rings.entries()) {
    for (const [vertex, from] of vertices.entries()) {
      const distance = distanceToLine(at, from, vertices[(vertex + 1) % vertices.length]!);
      if (distance > nearest) continue;
      nearest = distance;
      found = { ring, vertex };
    }
  }
  return found;
}

/** About what a polygon takes beside an older one that it shares rings with, in bytes. */
export function polygonBytes({ rings }: Polygon, older: Polygon | undefined): number {
  const shared = new Set(older?.rings);
  let bytes = 0;
  for (const ring of rings) {
    if (shared.has(ring)) continue;
    bytes += 8 * ring.vertices.length;
    // A polygon's first step pays for its contours.
    if (older === undefined) for (const { path } of ring.vertices) bytes += 64 + 8 * (path?.length ?? 0);
  }
  return bytes;
}

const ringMasks = new WeakMap<Ring, RunLengthMask>();

function ringMask(ring: Ring, height: number, width: number): RunLengthMask {
  if (ring.pixels !== undefined) return ring.pixels;
  const known = ringMasks.get(ring);
  if (known?.height === height && known.width === width) return known;
  const corners: number[] = [];
  for (const { x, y, path } of ring.vertices) {
    corners.push(x, y);
    if (path !== undefined) for (const value of path) corners.push(value);
  }
  const mask = rasteriseRing(corners, height, width);
  ringMasks.set(ring, mask);
  return mask;
}

function ringOf(loop: readonly number[], adds: boolean, tolerance: number): Ring {
  const kept = simplifiedRing(loop, tolerance);
  const vertices = kept.map((point, i) => {
    const next = i + 1 < kept.length ? kept[i + 1]! : loop.length >> 1;
    const path = loop.slice(2 * point + 2, 2 * next);
    return { x: loop[2 * point]!, y: loop[2 * point + 1]!, ...(path.length > 0 ? { path } : {}) };
  });
  return { vertices, adds };
}

/** With other points in one ring, and a straight line from point number `bent` of the old ones (counted from the end where negative). */
function withVertices(
  { rings }: Polygon,
  ring: number,
  change: (vertices: readonly Vertex[]) => Vertex[],
  bent: number,
): Polygon {
  const { vertices, adds } = rings[ring]!;
  const changed = change(vertices);
  const before = vertices.at(bent)!;
  const place = changed.indexOf(before);
  if (place >= 0) changed[place] = { x: before.x, y: before.y };
  return { rings: rings.with(ring, { vertices: changed, adds }) };
}

function distanceToLine({ x, y }: Point, from: Point, to: Point): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const squared = dx * dx + dy * dy;
  const along = squared === 0 ? 0 : Math.min(1, Math.max(0, ((x - from.x) * dx + (y - from.y) * dy) / squared));
  return Math.hypot(x - from.x - along * dx, y - from.y - along * dy);
}
