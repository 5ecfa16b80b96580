import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawnRows, maskWhere, pixelReader } from '../testing/maskArbitraries.ts';
import { capsuleMask, rectangleMask } from './capsule.ts';
import { area } from './runLengthMask.ts';

/** Distance from a point to the stretch between two others. */
function distance(x: number, y: number, [x1, y1, x2, y2]: readonly number[]): number {
  const [dx, dy] = [x2! - x1!, y2! - y1!];
  const squared = dx * dx + dy * dy;
  const along = squared === 0 ? 0 : Math.min(1, Math.max(0, ((x - x1!) * dx + (y - y1!) * dy) / squared));
  return Math.hypot(x - x1! - along * dx, y - y1! - along * dy);
}

describe('capsuleMask', () => {
  it('holds the pixels whose middle is within the radius of the line', () => {
    const place = fc.double({ min: -8, max: 30, noNaN: true });
    const radius = fc.double({ min: 0.5, max: 12, noNaN: true });
    fc.assert(
      fc.property(place, place, place, place, radius, (x1, y1, x2, y2, r) => {
        const line = [x1, y1, x2, y2] as const;
        const at = pixelReader(capsuleMask(line, r, 20, 24));
        for (let y = 0; y < 20; y++) {
          for (let x = 0; x < 24; x++) {
            const off = distance(x + 0.5, y + 0.5, line);
            if (Math.abs(off - r) > 1e-6) expect(at(x, y)).toBe(off < r);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('of radius 0.5 from middle to middle is a line of single pixels without a gap', () => {
    expect(drawnRows(capsuleMask([0.5, 0.5, 6.5, 3.5], 0.5, 4, 7))).toEqual([
      '##.....',
      '.###...',
      '...###.',
      '.....##',
    ]);
  });

  it('is empty where it lies outside or a number is none', () => {
    expect(area(capsuleMask([-50, 5, -40, 5], 3, 10, 10))).toBe(0);
    expect(area(capsuleMask([Number.NaN, 5, 4, 5], 3, 10, 10))).toBe(0);
    expect(area(capsuleMask([1, 5, 4, 5], -3, 10, 10))).toBe(0);
  });

  it('larger than the image is the image', () => {
    expect([...capsuleMask([5, 5, 5, 5], 50, 10, 10).counts]).toEqual([0, 100]);
  });
});

describe('rectangleMask', () => {
  it('holds the pixels between its sides, cut to the image', () => {
    const side = fc.integer({ min: -4, max: 14 });
    fc.assert(
      fc.property(side, side, side, side, (left, top, right, bottom) => {
        const expected = maskWhere(8, 10, (x, y) => x >= left && x < right && y >= top && y < bottom);
        expect(rectangleMask([left, top, right, bottom], 8, 10)).toEqual(expected);
      }),
    );
  });
});
