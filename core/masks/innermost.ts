import { toBitmap } from './bitmap.ts';
import { foregroundOf, type RunLengthMask } from './foreground.ts';
import { resizeMask } from './reshape.ts';

/** The search runs on a grid of at most this many pixels a side. */
const GRID = 160;

export interface InnermostPoint {
  /** Pixel coordinates: the centre of a pixel that lies in the mask. */
  readonly x: number;
  readonly y: number;
  /** Pixels to the nearest background or image border, about. */
  readonly depth: number;
}

/** Points at this share of the greatest depth count as deep enough, and the most central of them is taken. */
const DEEP = 0.9;

/**
 * A point deep inside the mask, as central as its shape allows: the place for a label. Points nearer than `apart`
 * pixels to one of `taken` are passed over while there are others. Undefined for an empty mask.
 */
export function innermostPoint(
  mask: RunLengthMask,
  taken: readonly { readonly x: number; readonly y: number }[] = [],
  apart = 0,
): InnermostPoint | undefined {
  const points = pointsInside(mask);
  const free = points.filter(({ x, y }) => !taken.some((other) => Math.hypot(other.x - x, other.y - y) < apart));
  return mostCentral(free.length > 0 ? free : points, points) ?? longestRunMiddle(mask);
}

function pointsInside(mask: RunLengthMask): InnermostPoint[] {
  const scale = Math.max(1, Math.max(mask.height, mask.width) / GRID);
  const height = Math.max(1, Math.round(mask.height / scale));
  const width = Math.max(1, Math.round(mask.width / scale));
  const depths = depthMap(toBitmap(resizeMask(mask, height, width)), height, width);
  const points: InnermostPoint[] = [];
  depths.forEach((depth, i) => {
    if (depth === 0) return;
    const x = Math.floor((((i % width) + 0.5) * mask.width) / width) + 0.5;
    const y = Math.floor(((Math.floor(i / width) + 0.5) * mask.height) / height) + 0.5;
    points.push({ x, y, depth: (depth / 3) * scale });
  });
  return points;
}

/** Of the deepest `candidates` the one nearest to the middle of `all`. */
function mostCentral(
  candidates: readonly InnermostPoint[],
  all: readonly InnermostPoint[],
): InnermostPoint | undefined {
  const deepest = candidates.reduce((most, { depth }) => Math.max(most, depth), 0);
  const middleX = all.reduce((sum, { x }) => sum + x, 0) / all.length;
  const middleY = all.reduce((sum, { y }) => sum + y, 0) / all.length;
  let best: InnermostPoint | undefined;
  let nearest = Number.POSITIVE_INFINITY;
  for (const point of candidates) {
    if (point.depth < DEEP * deepest) continue;
    const distance = Math.hypot(point.x - middleX, point.y - middleY);
    if (distance >= nearest) continue;
    nearest = distance;
    best = point;
  }
  return best;
}

/** A mask too thin for the grid still has a pixel: the middle one of its longest run. */
function longestRunMiddle(mask: RunLengthMask): InnermostPoint | undefined {
  const { starts, ends } = foregroundOf(mask);
  let longest = 0;
  for (let i = 1; i < starts.length; i++) {
    if (ends[i]! - starts[i]! > ends[longest]! - starts[longest]!) longest = i;
  }
  if (starts.length === 0) return undefined;
  const middle = (starts[longest]! + ends[longest]! - 1) >>> 1;
  return { x: Math.floor(middle / mask.height) + 0.5, y: (middle % mask.height) + 0.5, depth: 0.5 };
}

/** Distance to background in thirds of a pixel (chamfer 3-4), two passes; outside the image lies background. */
function depthMap(bitmap: Uint8Array, height: number, width: number): Int32Array {
  const stride = width + 2;
  const padded = new Int32Array(stride * (height + 2));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (bitmap[y * width + x] === 0) continue;
      const i = (y + 1) * stride + x + 1;
      padded[i] = Math.min(padded[i - 1]!, padded[i - stride]!) + 3;
      padded[i] = Math.min(padded[i]!, Math.min(padded[i - stride - 1]!, padded[i - stride + 1]!) + 4);
    }
  }
  const depth = new Int32Array(height * width);
  for (let y = height - 1; y >= 0; y--) {
    for (let x = width - 1; x >= 0; x--) {
      const i = (y + 1) * stride + x + 1;
      if (padded[i] === 0) continue;
      const straight = Math.min(padded[i + 1]!, padded[i + stride]!) + 3;
      const slanted = Math.min(padded[i + stride - 1]!, padded[i + stride + 1]!) + 4;
      padded[i] = Math.min(padded[i]!, straight, slanted);
      depth[y * width + x] = padded[i]!;
    }
  }
  return depth;
}
