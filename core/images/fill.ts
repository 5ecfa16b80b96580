import type { Raster } from './raster.ts';

export type Rgb = readonly [red: number, green: number, blue: number];

/** A closed outline `[x1, y1, x2, y2, …]` in pixels, its last point joined to its first. */
export type Contour = readonly number[];

/** Scanlines a pixel row; across, coverage is exact. */
const SCANLINES = 8;

/**
 * Fills contours together (non-zero winding) with antialiased edges, over what the raster shows, cut at its border.
 * `opacity` is 0 to 1.
 */
export function fillContours(raster: Raster, contours: readonly Contour[], rgb: Rgb, opacity = 1): void {
  const bounds = boundsOf(contours);
  const top = Math.max(0, Math.floor(bounds.top));
  const bottom = Math.min(raster.height, Math.ceil(bounds.bottom));
  const left = Math.max(0, Math.floor(bounds.left));
  const right = Math.min(raster.width, Math.ceil(bounds.right));
  if (!(top < bottom && left < right)) return;
  const scanlines = crossingsByScanline(contours, top, bottom);
  const coverage = new Float64Array(right - left);
  for (let y = top; y < bottom; y++) {
    coverage.fill(0);
    for (let s = 0; s < SCANLINES; s++) addSpans(scanlines[(y - top) * SCANLINES + s]!, left, right, coverage);
    for (let x = left; x < right; x++) {
      const share = Math.min(1, coverage[x - left]! / SCANLINES) * opacity;
      if (share > 0) blendPixel(raster, (y * raster.width + x) * 4, rgb, share);
    }
  }
}

/** Mixes a colour into the pixel at byte `at`, `share` 0 to 1, and makes it as opaque as the two together. */
export function blendPixel({ data }: Raster, at: number, rgb: Rgb, share: number): void {
  data[at] = data[at]! + (rgb[0] - data[at]!) * share + 0.5;
  data[at + 1] = data[at + 1]! + (rgb[1] - data[at + 1]!) * share + 0.5;
  data[at + 2] = data[at + 2]! + (rgb[2] - data[at + 2]!) * share + 0.5;
  data[at + 3] = data[at + 3]! + (255 - data[at + 3]!) * share + 0.5;
}

/** A box with round corners; with `radius` half its height it is a pill, and half both sides a disc. */
export function roundedBox(x: number, y: number, width: number, height: number, radius: number): Contour {
  const r = Math.max(0, Math.min(radius, width / 2, height / 2));
  const steps = 10;
  const points: number[] = [];
  const corners = [
    [x + width - r, y + r],
    [x + width - r, y + height - r],
    [x + r, y + height - r],
    [x + r, y + r],
  ] as const;
  corners.forEach(([cx, cy], quarter) => {
    for (let i = 0; i <= steps; i++) {
      const angle = ((quarter - 1 + i / steps) * Math.PI) / 2;
      points.push(cx + r * Math.cos(angle), cy + r * Math.sin(angle));
    }
  });
  return points;
}

interface Bounds {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

function boundsOf(contours: readonly Contour[]): Bounds {
  const bounds = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const contour of contours) {
    for (let i = 0; i + 1 < contour.length; i += 2) {
      bounds.left = Math.min(bounds.left, contour[i]!);
      bounds.right = Math.max(bounds.right, contour[i]!);
      bounds.top = Math.min(bounds.top, contour[i + 1]!);
      bounds.bottom = Math.max(bounds.bottom, contour[i + 1]!);
    }
  }
  return bounds;
}

interface Crossing {
  readonly x: number;
  /** 1 where the edge runs down, -1 where it runs up. */
  readonly turn: 1 | -1;
}

function crossingsByScanline(contours: readonly Contour[], top: number, bottom: number): Crossing[][] {
  const scanlines: Crossing[][] = Array.from({ length: (bottom - top) * SCANLINES }, () => []);
  for (const contour of contours) {
    for (let i = 0; i + 1 < contour.length; i += 2) {
      const n = i + 2 < contour.length ? i + 2 : 0;
      addEdge(contour[i]!, contour[i + 1]! - top, contour[n]!, contour[n + 1]! - top, scanlines);
    }
  }
  for (const crossings of scanlines) crossings.sort((a, b) => a.x - b.x);
  return scanlines;
}

/** Scanline k lies at (k + ½) / SCANLINES, so an edge's upper end counts and its lower end does not. */
function addEdge(x1: number, y1: number, x2: number, y2: number, scanlines: Crossing[][]): void {
  if (y1 === y2) return;
  const turn = y1 < y2 ? 1 : -1;
  const slope = (x2 - x1) / (y2 - y1);
  const first = Math.max(0, Math.ceil(Math.min(y1, y2) * SCANLINES - 0.5));
  const last = Math.min(scanlines.length, Math.ceil(Math.max(y1, y2) * SCANLINES - 0.5));
  for (let k = first; k < last; k++) scanlines[k]!.push({ x: x1 + ((k + 0.5) / SCANLINES - y1) * slope, turn });
}

function addSpans(crossings: readonly Crossing[], left: number, right: number, coverage: Float64Array): void {
  let winding = 0;
  let from = 0;
  for (const { x, turn } of crossings) {
    if (winding === 0) from = x;
    winding += turn;
    if (winding === 0) addSpan(Math.max(from, left) - left, Math.min(x, right) - left, coverage);
  }
}

function addSpan(from: number, to: number, coverage: Float64Array): void {
  if (to <= from) return;
  const first = Math.floor(from);
  const last = Math.min(Math.floor(to), coverage.length - 1);
  if (first === last) {
    coverage[first]! += to - from;
    return;
  }
  coverage[first]! += first + 1 - from;
  for (let x = first + 1; x < last; x++) coverage[x]! += 1;
  coverage[last]! += to - last;
}
