import { firstEndingAfter, foregroundOf, type RunLengthMask } from './foreground.ts';

/** `[x, y, width, height]`: the top left corner, then the extent, in pixels. */
export type Box = readonly [x: number, y: number, width: number, height: number];

/** Foreground pixels. */
export function area({ counts }: RunLengthMask): number {
  const { length } = counts;
  let sum = 0;
  let i = 15;
  // Eight runs a step, in whole numbers of 32 bits: no mask has more pixels than they hold.
  for (; i < length; i += 16) {
    const later = counts[i]! + counts[i - 2]! + counts[i - 4]! + counts[i - 6]!;
    sum = (sum + later + counts[i - 8]! + counts[i - 10]! + counts[i - 12]! + counts[i - 14]!) | 0;
  }
  for (i -= 14; i < length; i += 2) sum = (sum + counts[i]!) | 0;
  return sum >>> 0;
}

/**
 * The smallest box `[x, y, width, height]` round the foreground, in pixels; all zeros for an empty mask. As in COCO's
 * mask library a run that goes on into the next column spans the full height; it does touch the foot and the head.
 */
export function boundingBox(mask: RunLengthMask): [x: number, y: number, width: number, height: number] {
  const { counts, height } = mask;
  const { length } = counts;
  let first = 0;
  let i = 1;
  for (; i < length && counts[i] === 0; i += 2) first += counts[i - 1]!;
  if (i >= length) return [0, 0, 0, 0];
  first += counts[i - 1]!;
  const left = Math.floor(first / height);
  let y = first - left * height;
  let top = height;
  let bottom = 0;
  for (; i < length; i += 2) {
    const run = counts[i]!;
    if (run > 0) {
      if (y < top) top = y;
      y += run;
      if (y > bottom) bottom = Math.min(y, height);
      if (y > height) top = 0;
      if (bottom - top === height) break;
    }
    if (i + 1 < length) y += counts[i + 1]!;
    if (y >= height) y = y < 2 * height ? y - height : y % height;
  }
  const right = Math.floor((foregroundEnd(mask) - 1) / height) + 1;
  return [left, top, right - left, bottom - top];
}

/** The position behind the last foreground pixel of a mask that has one. */
function foregroundEnd({ counts, height, width }: RunLengthMask): number {
  let end = height * width;
  let i = counts.length - 1;
  if (i % 2 === 0) end -= counts[i--]!;
  for (; counts[i] === 0; i -= 2) end -= counts[i - 1]!;
  return end;
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

/** Whether two masks are of one image size. */
export function sameSize(a: RunLengthMask, b: RunLengthMask): boolean {
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
