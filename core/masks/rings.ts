import { maskOfToggles, type RunLengthMask } from './foreground.ts';

/** A stretch of a ring is simplified by itself from this many points on: what one stretch costs can grow with its square. */
const LONGEST_STRETCH = 1024;

/** Farther out nothing can be seen, and positions nearer than this are exact. */
const FARTHEST = 1e7;

/**
 * The pixels whose middle lies inside a closed ring `[x1, y1, x2, y2, …]`, by the even-odd rule. A ring along pixel edges, as
 * `outlinePaths` gives them, comes out exactly; COCO's rule (`rasterisePolygons`) is another. Empty where a number is not finite.
 */
export function rasteriseRing(ring: readonly number[], height: number, width: number): RunLengthMask {
  const points = ring.length >> 1;
  let crossings = new Uint32Array(256);
  let length = 0;
  for (let i = 0; i < points; i++) {
    const next = i + 1 < points ? i + 1 : 0;
    let [fromX, fromY] = [near(ring[2 * i]!), near(ring[2 * i + 1]!)];
    let [toX, toY] = [near(ring[2 * next]!), near(ring[2 * next + 1]!)];
    if (Number.isNaN(fromX + fromY)) return maskOfToggles(height, width, []);
    if (fromX === toX) continue;
    if (fromX > toX) [fromX, fromY, toX, toY] = [toX, toY, fromX, fromY];
    const first = Math.max(0, Math.ceil(fromX - 0.5));
    const last = Math.min(width - 1, Math.ceil(toX - 0.5) - 1);
    if (length + last - first + 1 > crossings.length) crossings = grown(crossings, length + last - first + 1);
    const slope = (toY - fromY) / (toX - fromX);
    for (let x = first; x <= last; x++) {
      const y = Math.ceil(fromY + slope * (x + 0.5 - fromX) - 0.5);
      crossings[length++] = x * height + Math.min(Math.max(y, 0), height);
    }
  }
  const sorted = crossings.subarray(0, length).sort();
  return maskOfToggles(height, width, sorted, cancelPairs(sorted));
}

/**
 * The places in a closed ring `[x1, y1, …]` of the points to keep, in order, so that no other point is farther than `tolerance` pixels
 * from the line between its kept neighbours. The first point is always kept; a ring keeps three points or what it has. Source: Douglas
 * and Peucker 1973, without recursion.
 */
export function simplifiedRing(ring: readonly number[], tolerance: number): number[] {
  const points = ring.length >> 1;
  if (points <= 3) return Array.from({ length: points }, (_, i) => i);
  const keep = new Uint8Array(points + 1);
  const far = farthestFrom(ring, points, 0, points, 0, 0);
  const stretches: number[] = [];
  for (let from = 0; from < points; ) {
    const end = from < far.at ? far.at : points;
    const to = Math.min(end, from + LONGEST_STRETCH);
    keep[from] = 1;
    stretches.push(from, to);
    from = to;
  }
  while (stretches.length > 0) {
    const to = stretches.pop()!;
    const from = stretches.pop()!;
    const { at, distance } = farthestFrom(ring, points, from, to, from, to);
    if (distance <= tolerance) continue;
    keep[at] = 1;
    stretches.push(from, at, at, to);
  }
  const kept: number[] = [];
  for (let i = 0; i < points; i++) if (keep[i] === 1) kept.push(i);
  return kept.length >= 3 ? kept : withThird(ring, points, kept);
}

/** Twice the area inside a ring, positive where it runs clockwise with y downwards. */
export function doubleArea(ring: readonly number[]): number {
  const points = ring.length >> 1;
  let sum = 0;
  for (let i = 0; i < points; i++) {
    const next = i + 1 < points ? i + 1 : 0;
    sum += ring[2 * i]! * ring[2 * next + 1]! - ring[2 * next]! * ring[2 * i + 1]!;
  }
  return sum;
}

/** Of the points strictly between two places the one farthest from the line between points `a` and `b`; place `points` is the first again. */
function farthestFrom(
  ring: readonly number[],
  points: number,
  from: number,
  to: number,
  a: number,
  b: number,
): { at: number; distance: number } {
  const [ax, ay] = [ring[2 * a]!, ring[2 * a + 1]!];
  const end = b === points ? 0 : b;
  const [dx, dy] = [ring[2 * end]! - ax, ring[2 * end + 1]! - ay];
  const squared = dx * dx + dy * dy;
  let at = from;
  let most = -1;
  for (let i = from + 1; i < to; i++) {
    const [px, py] = [ring[2 * i]! - ax, ring[2 * i + 1]! - ay];
    const along = squared === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / squared));
    const [offX, offY] = [px - along * dx, py - along * dy];
    const distance = offX * offX + offY * offY;
    if (distance <= most) continue;
    most = distance;
    at = i;
  }
  return { at, distance: Math.sqrt(Math.max(0, most)) };
}

/** Two points, the first one being point 0, enclose nothing: the one farthest from the line between them comes in. */
function withThird(ring: readonly number[], points: number, [first, second]: readonly number[]): number[] {
  const between = farthestFrom(ring, points, first!, second!, first!, second!);
  const behind = farthestFrom(ring, points, second!, points, second!, first!);
  return between.distance > behind.distance ? [first!, between.at, second!] : [first!, second!, behind.at];
}

function near(coordinate: number): number {
  return Math.min(Math.max(coordinate, -FARTHEST), FARTHEST);
}

/** Drops equal neighbours two by two: two edges at one place leave the value as it was. Returns the new length. */
function cancelPairs(sorted: Uint32Array): number {
  let length = 0;
  for (const position of sorted) {
    if (length > 0 && sorted[length - 1] === position) length--;
    else sorted[length++] = position;
  }
  return length;
}

function grown(list: Uint32Array<ArrayBuffer>, needed: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.max(needed, 2 * list.length));
  larger.set(list);
  return larger;
}
