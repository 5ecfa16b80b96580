import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countCrossings, rasteriseBox, rasterisePolygons } from './polygons.ts';
import { area, boundingBox, encodeCounts } from './runLengthMask.ts';

function vectors<T>(name: string): T[] {
  const url = new URL(`../../test/fixtures/vectors/rle/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(url, 'utf8')) as { cases: T[] }).cases;
}

describe('reference vectors', () => {
  it.each(
    vectors<{
      name: string;
      h: number;
      w: number;
      polygons: number[][];
      parts: string[];
      merged: string;
      merged_area: number;
    }>('frpoly'),
  )('polygons $name', ({ h, w, polygons, parts, merged, merged_area }) => {
    expect(polygons.map((polygon) => encodeCounts(rasterisePolygons([polygon], h, w).counts))).toEqual(parts);
    const joined = rasterisePolygons(polygons, h, w);
    expect(encodeCounts(joined.counts)).toBe(merged);
    expect(area(joined)).toBe(merged_area);
  });

  it.each(vectors<{ h: number; w: number; box: [number, number, number, number]; rle: string }>('frbbox'))(
    'box $box',
    ({ h, w, box, rle }) => {
      expect(encodeCounts(rasteriseBox(box, h, w).counts)).toBe(rle);
    },
  );
});

/** The reference's way, in the open: every fine step of every edge. */
function denseRuns(polygon: readonly number[], height: number, width: number): number[] {
  const fine = (value: number) => Math.trunc(5 * value + 0.5);
  const u: number[] = [];
  const v: number[] = [];
  const points = polygon.length / 2;
  for (let i = 0; i < points; i++) {
    const n = (i + 1) % points;
    const ends = [fine(polygon[2 * i]!), fine(polygon[2 * i + 1]!), fine(polygon[2 * n]!), fine(polygon[2 * n + 1]!)];
    let [xs, ys, xe, ye] = ends as [number, number, number, number];
    const dx = Math.abs(xe - xs);
    const dy = Math.abs(ye - ys);
    const flip = dx >= dy ? xs > xe : ys > ye;
    if (flip) [xs, ys, xe, ye] = [xe, ye, xs, ys];
    const steps = Math.max(dx, dy);
    for (let d = 0; d <= steps; d++) {
      const t = flip ? steps - d : d;
      u.push(dx >= dy ? xs + t : Math.trunc(xs + ((xe - xs) / dy) * t + 0.5));
      v.push(dx < dy ? ys + t : Math.trunc(ys + (dx === 0 ? 0 : (ye - ys) / dx) * t + 0.5));
    }
  }
  const toggles = [height * width];
  for (let j = 1; j < u.length; j++) {
    if (u[j] === u[j - 1]) continue;
    const x = (Math.min(u[j]!, u[j - 1]!) + 0.5) / 5 - 0.5;
    if (!Number.isInteger(x) || x < 0 || x > width - 1) continue;
    const y = (Math.min(v[j]!, v[j - 1]!) + 0.5) / 5 - 0.5;
    toggles.push(x * height + Math.ceil(Math.min(Math.max(y, 0), height)));
  }
  toggles.sort((a, b) => a - b);
  const bits: number[] = [];
  let value = 0;
  for (let p = 0, t = 0; p < height * width; p++) {
    for (; toggles[t] === p; t++) value ^= 1;
    bits.push(value);
  }
  return bits;
}

describe('rasterisePolygons', () => {
  it('equals the dense walk of the reference', () => {
    const coordinate = fc.oneof(
      fc.integer({ min: -8, max: 30 }),
      fc.integer({ min: -80, max: 300 }).map((tenths) => tenths / 10),
      fc.double({ min: -40, max: 60, noNaN: true }),
    );
    const polygon = fc
      .array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 9 })
      .map((points) => points.flat());
    fc.assert(
      fc.property(
        polygon,
        fc.integer({ min: 1, max: 24 }),
        fc.integer({ min: 1, max: 24 }),
        (points, height, width) => {
          const mask = rasterisePolygons([points], height, width);
          const bits: number[] = [];
          mask.counts.forEach((run, i) => {
            for (let k = 0; k < run; k++) bits.push(i & 1);
          });
          expect(bits).toEqual(denseRuns(points, height, width));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('gives an empty mask for no polygons', () => {
    expect(rasterisePolygons([], 3, 4)).toEqual({ height: 3, width: 4, counts: Uint32Array.of(12) });
  });

  it('costs what an edge crosses, not how long it is', () => {
    const far = [-1e9, -1e9, 1e9, -1e9, 1e9, 1e9, -1e9, 1e9];
    expect(countCrossings([far], 50)).toBe(100);
    expect(boundingBox(rasterisePolygons([far], 40, 50))).toEqual([0, 0, 50, 40]);
    expect(area(rasterisePolygons([[1e308, -1e308, 3, 3, -1e308, 1e308]], 40, 50))).toBeGreaterThanOrEqual(0);
  });
});
