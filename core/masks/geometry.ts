import { type Foreground, firstEndingAfter, foregroundOf, maskOfToggles, type RunLengthMask } from './foreground.ts';

/** `[x, y, width, height]`: the top left corner, then the extent, in pixels. */
export type Box = readonly [x: number, y: number, width: number, height: number];

/** Foreground pixels. */
export function area(mask: RunLengthMask): number {
  let pixels = 0;
  for (let i = 1; i < mask.counts.length; i += 2) pixels += mask.counts[i]!;
  return pixels;
}

/**
 * The smallest box `[x, y, width, height]` round the foreground, in pixels; all zeros for an empty mask. As in COCO's
 * mask library a run that goes on into the next column spans the full height; it does touch the foot and the head.
 */
export function boundingBox(mask: RunLengthMask): [x: number, y: number, width: number, height: number] {
  const { starts, ends } = foregroundOf(mask);
  const { height } = mask;
  if (starts.length === 0) return [0, 0, 0, 0];
  let top = height;
  let bottom = 0;
  for (let i = 0; i < starts.length && (top > 0 || bottom < height); i++) {
    const first = starts[i]! % height;
    const last = first + ends[i]! - starts[i]! - 1;
    if (last >= height) {
      top = 0;
      bottom = height;
    } else {
      if (first < top) top = first;
      if (last >= bottom) bottom = last + 1;
    }
  }
  const left = Math.floor(starts[0]! / height);
  const right = Math.floor((ends[ends.length - 1]! - 1) / height) + 1;
  return [left, top, right - left, bottom - top];
}

/**
 * Intersection over union of two masks, 0 to 1; for a `crowd` (the second mask stands for many things) intersection
 * over the first mask's area. 0 where the boxes do not overlap, -1 where they do and the masks differ in size: COCO's
 * convention.
 */
export function iou(a: RunLengthMask, b: RunLengthMask, options: { readonly crowd?: boolean } = {}): number {
  const first = extentOf(a);
  const second = extentOf(b);
  if (!boxesOverlap(first.box, second.box)) return 0;
  if (!sameSize(a, b)) return -1;
  const shared = intersectionArea(a, b);
  if (shared === 0) return 0;
  return shared / (options.crowd === true ? first.area : first.area + second.area - shared);
}

/**
 * Intersection over union of two boxes `[x, y, width, height]`; over the first box's area where the second is a
 * `crowd`.
 */
export function boxIou(a: Box, b: Box, crowd = false): number {
  const width = Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  const own = a[2] * a[3];
  return shared / (crowd ? own : own + b[2] * b[3] - shared);
}

/** Pixels that are foreground in both masks; 0 where the masks differ in size. */
export function intersectionArea(a: RunLengthMask, b: RunLengthMask): number {
  if (!sameSize(a, b)) return 0;
  const first = foregroundOf(a);
  const second = foregroundOf(b);
  if (first.starts.length === 0 || second.starts.length === 0) return 0;
  let i = firstEndingAfter(first, second.starts[0]!);
  let j = firstEndingAfter(second, first.starts[0]!);
  let pixels = 0;
  while (i < first.starts.length && j < second.starts.length) {
    const firstEnd = first.ends[i]!;
    const secondEnd = second.ends[j]!;
    const from = Math.max(first.starts[i]!, second.starts[j]!);
    const to = Math.min(firstEnd, secondEnd);
    if (to > from) pixels += to - from;
    if (firstEnd <= secondEnd) i++;
    if (secondEnd <= firstEnd) j++;
  }
  return pixels;
}

/** Pixels that are foreground in any of the masks. A 0 × 0 mask where there are none or they differ in size. */
export function union(masks: readonly RunLengthMask[]): RunLengthMask {
  return merged(masks, 1);
}

/** Pixels that are foreground in all of the masks. A 0 × 0 mask where there are none or they differ in size. */
export function intersection(masks: readonly RunLengthMask[]): RunLengthMask {
  return merged(masks, 2);
}

/** Merged two by two, so that a thousand small masks do not walk one growing result a thousand times. */
function merged(masks: readonly RunLengthMask[], needed: 1 | 2): RunLengthMask {
  const [first] = masks;
  if (first === undefined || masks.some((mask) => !sameSize(mask, first))) {
    return { height: 0, width: 0, counts: new Uint32Array(0) };
  }
  let round: readonly RunLengthMask[] = masks;
  while (round.length > 1) {
    const next: RunLengthMask[] = [];
    for (let i = 0; i < round.length; i += 2) {
      const partner = round[i + 1];
      next.push(partner === undefined ? round[i]! : mergedPair(round[i]!, partner, needed));
    }
    round = next;
  }
  return round[0]!;
}

/** Walks both lists of boundaries in order and counts how many of the two masks cover the stretch. */
function mergedPair(a: RunLengthMask, b: RunLengthMask, needed: 1 | 2): RunLengthMask {
  const first = foregroundOf(a);
  const second = foregroundOf(b);
  const toggles = new Uint32Array(2 * (first.starts.length + second.starts.length));
  let length = 0;
  let i = 0;
  let j = 0;
  let inside = false;
  const most = 2 * first.starts.length;
  const mostSecond = 2 * second.starts.length;
  while (i < most || j < mostSecond) {
    const nextFirst = i < most ? boundary(first, i) : Number.POSITIVE_INFINITY;
    const nextSecond = j < mostSecond ? boundary(second, j) : Number.POSITIVE_INFINITY;
    const position = Math.min(nextFirst, nextSecond);
    if (nextFirst === position) i++;
    if (nextSecond === position) j++;
    const covered = (i & 1) + (j & 1) >= needed;
    if (covered !== inside) {
      toggles[length++] = position;
      inside = covered;
    }
  }
  return maskOfToggles(a.height, a.width, toggles, length);
}

function boundary(foreground: Foreground, index: number): number {
  return (index & 1 ? foreground.ends : foreground.starts)[index >> 1]!;
}

function sameSize(a: RunLengthMask, b: RunLengthMask): boolean {
  return a.height === b.height && a.width === b.width;
}

interface Extent {
  readonly area: number;
  readonly box: Box;
}

const extents = new WeakMap<RunLengthMask, Extent>();

/** Area and box, computed once a mask: a matrix of overlaps asks for them for every pair. */
function extentOf(mask: RunLengthMask): Extent {
  const seen = extents.get(mask);
  if (seen !== undefined) return seen;
  const extent = { area: area(mask), box: boundingBox(mask) };
  extents.set(mask, extent);
  return extent;
}

function boxesOverlap(a: Box, b: Box): boolean {
  return a[0] < b[0] + b[2] && b[0] < a[0] + a[2] && a[1] < b[1] + b[3] && b[1] < a[1] + a[3];
}
