import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { panBy, pixelZoom, place, reveal, type View, wholePicture, zoomAt, zoomLimits } from './viewport.ts';

const stage = { width: 400, height: 300 };
const side = fc.integer({ min: 1, max: 4000 });
const size = fc.record({ width: side, height: side });
const view: fc.Arbitrary<View> = fc.record({
  zoom: fc.double({ min: 1, max: 32, noNaN: true }),
  x: fc.double({ min: 0, max: 1, noNaN: true }),
  y: fc.double({ min: 0, max: 1, noNaN: true }),
});

describe('viewport', () => {
  test('the whole picture is centred and touches two edges', () => {
    expect(place(wholePicture, stage, { width: 800, height: 200 })).toEqual({ scale: 0.5, left: 0, top: 100 });
  });

  test('the point under the pointer stays while the picture covers the stage', () => {
    const picture = { width: 800, height: 600 };
    const start: View = { zoom: 4, x: 0.5, y: 0.5 };
    const before = place(start, stage, picture);
    const after = place(zoomAt(start, stage, picture, 1.5, 130, 90), stage, picture);
    expect((130 - after.left) / after.scale).toBeCloseTo((130 - before.left) / before.scale, 6);
    expect((90 - after.top) / after.scale).toBeCloseTo((90 - before.top) / before.scale, 6);
  });

  test('single pixels of a large photograph can be seen, and a pixel of it can be a pixel of the page', () => {
    const photograph = { width: 4000, height: 3000 };
    const close = zoomAt(wholePicture, stage, photograph, 1e6, 200, 150);
    expect(place(close, stage, photograph).scale).toBeGreaterThanOrEqual(16);
    const even = zoomAt(wholePicture, stage, photograph, pixelZoom(stage, photograph), 200, 150);
    expect(place(even, stage, photograph).scale).toBeCloseTo(1, 9);
  });

  test('a small picture can be shown at its own size, in the middle', () => {
    const picture = { width: 40, height: 30 };
    const even = zoomAt(wholePicture, stage, picture, pixelZoom(stage, picture), 0, 0);
    expect(place(even, stage, picture)).toEqual({ scale: expect.closeTo(1, 9), left: 180, top: 135 });
  });

  test('a box out of sight comes to the middle, a box in sight moves nothing', () => {
    const picture = { width: 800, height: 600 };
    const start: View = { zoom: 4, x: 0.5, y: 0.5 };
    expect(reveal(start, stage, picture, [390, 290, 20, 20])).toBe(start);
    const { left, top, scale } = place(reveal(start, stage, picture, [180, 440, 40, 20]), stage, picture);
    expect([left + 200 * scale, top + 450 * scale]).toEqual([expect.closeTo(200, 6), expect.closeTo(150, 6)]);
  });

  test('whatever one does, the stage is covered or the picture centred, and the zoom bounded', () => {
    const step = fc.tuple(fc.double({ min: 0.1, max: 10, noNaN: true }), fc.nat(500), fc.nat(500));
    fc.assert(
      fc.property(size, size, view, fc.array(step, { maxLength: 6 }), (area, picture, start, steps) => {
        let current = start;
        for (const [factor, x, y] of steps) {
          current = panBy(zoomAt(current, area, picture, factor, x, y), area, picture, x - 250, y - 250);
          const { least, most } = zoomLimits(area, picture);
          expect(current.zoom).toBeGreaterThanOrEqual(least);
          expect(current.zoom).toBeLessThanOrEqual(most);
          const { left, top, scale } = place(current, area, picture);
          const ends = [
            [left, picture.width * scale, area.width],
            [top, picture.height * scale, area.height],
          ] as const;
          for (const [begin, length, room] of ends) {
            if (length <= room) expect(begin).toBeCloseTo((room - length) / 2, 6);
            else {
              expect(begin).toBeLessThanOrEqual(1e-6);
              expect(begin + length).toBeGreaterThanOrEqual(room - 1e-6 * length);
            }
          }
        }
      }),
    );
  });
});
