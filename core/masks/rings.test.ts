import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawnRows, maskWhere, pixelReader, smallMasks } from '../testing/maskArbitraries.ts';
import { processorMs } from '../testing/processorMs.ts';
import { difference } from './morphology.ts';
import { outlinePaths } from './outline.ts';
import { doubleArea, rasteriseRing, simplifiedRing } from './rings.ts';
import { area, type RunLengthMask, union } from './runLengthMask.ts';

/** Whether a ray to the left from the point crosses the ring an odd number of times. */
function isInside(ring: readonly number[], x: number, y: number): boolean {
  let inside = false;
  for (let i = 0; i < ring.length; i += 2) {
    const [x1, y1] = [ring[i]!, ring[i + 1]!];
    const [x2, y2] = [ring[(i + 2) % ring.length]!, ring[(i + 3) % ring.length]!];
    if (x1 > x !== x2 > x && y > y1 + ((x - x1) / (x2 - x1)) * (y2 - y1)) inside = !inside;
  }
  return inside;
}

/** Whether a line of the ring goes through the middle of a pixel, as far as rounding can tell: either side is right there. */
function meetsAMiddle(ring: readonly number[], height: number, width: number): boolean {
  for (let i = 0; i < ring.length; i += 2) {
    const [x1, y1] = [ring[i]!, ring[i + 1]!];
    const [x2, y2] = [ring[(i + 2) % ring.length]!, ring[(i + 3) % ring.length]!];
    for (let x = 0.5; x < width; x++) {
      if (x1 > x === x2 > x) continue;
      const y = y1 + ((x - x1) / (x2 - x1)) * (y2 - y1) - 0.5;
      if (y > -1 && y < height && Math.abs(y - Math.round(y)) < 1e-9) return true;
    }
  }
  return false;
}

describe('rasteriseRing', () => {
  it('holds the pixels whose middle lies inside', () => {
    const place = fc.integer({ min: -40, max: 180 }).map((tenths) => tenths / 10 + 0.013);
    fc.assert(
      fc.property(fc.array(place, { minLength: 6, maxLength: 16 }), (values) => {
        const ring = values.slice(0, values.length & ~1);
        fc.pre(!meetsAMiddle(ring, 12, 15));
        const expected = maskWhere(12, 15, (x, y) => isInside(ring, x + 0.5, y + 0.5));
        expect(drawnRows(rasteriseRing(ring, 12, 15))).toEqual(drawnRows(expected));
      }),
      { numRuns: 400 },
    );
  });

  it('gives a mask back from its outline, rings taken by size', () => {
    fc.assert(
      fc.property(smallMasks(), (mask) => {
        const rings = [...outlinePaths(mask)].sort((a, b) => Math.abs(doubleArea(b)) - Math.abs(doubleArea(a)));
        let again: RunLengthMask = maskWhere(mask.height, mask.width, () => false);
        for (const ring of rings) {
          const pixels = rasteriseRing(ring, mask.height, mask.width);
          expect(area(pixels)).toBe(Math.abs(doubleArea(ring)) / 2);
          again = doubleArea(ring) > 0 ? union([again, pixels]) : difference(again, pixels);
        }
        expect(again).toEqual(mask);
      }),
      { numRuns: 300 },
    );
  });

  it('takes any numbers', () => {
    const any = fc.array(fc.double(), { maxLength: 12 });
    fc.assert(fc.property(any, (ring) => area(rasteriseRing(ring, 6, 6)) <= 36));
  });
});

describe('simplifiedRing', () => {
  const ringOf = (mask: RunLengthMask): readonly number[] => outlinePaths(mask)[0]!;
  const disc = maskWhere(600, 600, (x, y) => Math.hypot(x - 300, y - 300) < 280);

  it('keeps no more points than it needs, and no point is farther off than the tolerance', () => {
    const ring = ringOf(disc);
    for (const tolerance of [1, 2, 8]) {
      const kept = simplifiedRing(ring, tolerance);
      expect(kept.length).toBeLessThan(ring.length / 10);
      const at = pixelReader(
        rasteriseRing(
          kept.flatMap((i) => [ring[2 * i]!, ring[2 * i + 1]!]),
          600,
          600,
        ),
      );
      for (let i = 0; i < 360; i++) {
        const [cos, sin] = [Math.cos((i * Math.PI) / 180), Math.sin((i * Math.PI) / 180)];
        expect(at(Math.floor(300 + (278 - tolerance) * cos), Math.floor(300 + (278 - tolerance) * sin))).toBe(true);
        expect(at(Math.floor(300 + (283 + tolerance) * cos), Math.floor(300 + (283 + tolerance) * sin))).toBe(false);
      }
    }
    expect(simplifiedRing(ring, 1).length).toBeGreaterThan(simplifiedRing(ring, 8).length);
  });

  it('keeps the corners of a box, and three points of anything', () => {
    const box = ringOf(maskWhere(50, 60, (x, y) => x > 5 && x < 50 && y > 7 && y < 40));
    expect(simplifiedRing(box, 1)).toEqual([0, 1, 2, 3]);
    expect(simplifiedRing(box, 1000)).toHaveLength(3);
    expect(simplifiedRing([0, 0, 5, 5], 1)).toEqual([0, 1]);
    expect(simplifiedRing([], 1)).toEqual([]);
    expect(simplifiedRing([3, 3, 3, 3, 3, 3, 3, 3], 1)).toHaveLength(3);
  });

  it('is quick on a ring of a hundred thousand points', () => {
    const spiral = Array.from({ length: 200_000 }, (_, i) => (i % 2 === 0 ? i / 2 : (i * 7919) % 4001));
    const started = processorMs();
    expect(simplifiedRing(spiral, 0.5).length).toBeGreaterThan(1000);
    expect(processorMs() - started).toBeLessThan(3000);
  });
});
