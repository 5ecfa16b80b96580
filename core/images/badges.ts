import { type InnermostPoint, innermostPoint } from '../masks/innermost.ts';
import { difference } from '../masks/morphology.ts';
import { area, type RunLengthMask, union } from '../masks/runLengthMask.ts';
import { fillContours, type Rgb, roundedBox } from './fill.ts';
import { inkOn } from './phraseText.ts';
import type { Raster } from './raster.ts';
import { drawText, type Font, measureText } from './text.ts';

/** Half the height of a badge with its white ring, in pixels. */
export const BADGE_RADIUS = 12;

/** Badges keep their centres this far apart. */
const APART = 2 * BADGE_RADIUS + 1;

export interface BadgePlace {
  /** The mask's index. */
  readonly index: number;
  /** The badge's centre, in pixels. */
  readonly x: number;
  readonly y: number;
  /** Where the mask is, if the badge stands beside it: a badge on a small mask would hide it. */
  readonly anchor?: { readonly x: number; readonly y: number };
}

/**
 * Where the number of each mask stands: at the innermost point of what is seen of it, or beside a mask too small to
 * hold it; apart from the other badges where there is room. `order` is the order of painting, so what comes later
 * covers; empty masks have no badge.
 */
export function placeBadges(
  masks: readonly RunLengthMask[],
  order: readonly number[],
  width: number,
  height: number,
): BadgePlace[] {
  const seen = seenParts(masks, order);
  const small: { index: number; point: InnermostPoint }[] = [];
  const places: BadgePlace[] = [];
  for (const index of order) {
    const point = innermostPoint(seen[index]!, places, APART);
    if (point === undefined) continue;
    if (point.depth < BADGE_RADIUS + 2) small.push({ index, point });
    else places.push({ index, x: inside(point.x, width), y: inside(point.y, height) });
  }
  const anchors = small.map(({ point }) => point);
  for (const { index, point } of small) places.push({ index, ...placeBeside(point, places, anchors, width, height) });
  return places;
}

/** A disc (a pill where the number is long) in the mask's colour with a white ring and the number in it. */
export function drawBadge(raster: Raster, number: string, x: number, y: number, rgb: Rgb, font: Font): void {
  const size = 12.5;
  const width = measureText(number, { font, size });
  const half = Math.max(BADGE_RADIUS, width / 2 + 6);
  const ring = roundedBox(x - half, y - BADGE_RADIUS, 2 * half, 2 * BADGE_RADIUS, BADGE_RADIUS);
  const disc = roundedBox(x - half + 2, y - BADGE_RADIUS + 2, 2 * half - 4, 2 * BADGE_RADIUS - 4, BADGE_RADIUS);
  fillContours(raster, [ring], WHITE);
  fillContours(raster, [disc], rgb);
  drawText(raster, number, x - width / 2, y + size * 0.364, { font, size, rgb: inkOn(rgb) });
}

/** The line from a badge that stands beside its mask to the mask. */
export function drawLeader(raster: Raster, { x, y, anchor }: BadgePlace, rgb: Rgb): void {
  if (anchor === undefined) return;
  for (const [half, color] of [
    [2, WHITE],
    [1, rgb],
  ] as const) {
    fillContours(raster, [bar(x, y, anchor.x, anchor.y, half)], color);
    const dot = half + 1;
    fillContours(raster, [roundedBox(anchor.x - dot, anchor.y - dot, 2 * dot, 2 * dot, dot)], color);
  }
}

const WHITE: Rgb = [255, 255, 255];

/** Of every mask what later ones leave to be seen; all of it where they leave nothing. */
function seenParts(masks: readonly RunLengthMask[], order: readonly number[]): RunLengthMask[] {
  const seen = [...masks];
  let covering: RunLengthMask | undefined;
  for (const index of [...order].reverse()) {
    const mask = masks[index]!;
    const rest = covering === undefined ? mask : difference(mask, covering);
    if (area(rest) > 0) seen[index] = rest;
    covering = covering === undefined ? mask : union([covering, mask]);
  }
  return seen;
}

/** The nearest free place round a point, above it first; on the point itself where all is taken. */
function placeBeside(
  point: InnermostPoint,
  places: readonly BadgePlace[],
  anchors: readonly { readonly x: number; readonly y: number }[],
  width: number,
  height: number,
): Omit<BadgePlace, 'index'> {
  const anchor = { x: point.x, y: point.y };
  const nearest = BADGE_RADIUS + 6 + point.depth;
  for (let reach = nearest; reach < nearest + 160; reach += 8) {
    for (let step = 0; step < 24; step++) {
      const turn = (step % 2 === 0 ? step : -step - 1) * (Math.PI / 24);
      const x = point.x + reach * Math.sin(turn);
      const y = point.y - reach * Math.cos(turn);
      if (inside(x, width) !== x || inside(y, height) !== y) continue;
      if (places.some((other) => Math.hypot(other.x - x, other.y - y) < APART)) continue;
      if (anchors.some((other) => Math.hypot(other.x - x, other.y - y) < BADGE_RADIUS + 4)) continue;
      return { x, y, anchor };
    }
  }
  return { x: inside(point.x, width), y: inside(point.y, height) };
}

function bar(x1: number, y1: number, x2: number, y2: number, half: number): number[] {
  const length = Math.hypot(x2 - x1, y2 - y1) || 1;
  const dx = ((y1 - y2) / length) * half;
  const dy = ((x2 - x1) / length) * half;
  return [x1 + dx, y1 + dy, x2 + dx, y2 + dy, x2 - dx, y2 - dy, x1 - dx, y1 - dy];
}

/** The value moved so far that a badge there lies within the side; the middle of a side too short. */
function inside(value: number, side: number): number {
  if (side < 2 * BADGE_RADIUS) return side / 2;
  return Math.min(Math.max(value, BADGE_RADIUS), side - BADGE_RADIUS);
}
