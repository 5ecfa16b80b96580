import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeCounts, fromBitmap } from '../core/masks/runLengthMask.ts';
import { cropMask, innermostPoint } from './maskCrop.ts';
import { holdsPixel, type ReadableMask, readPreviewMask } from './readableMask.ts';

function maskOf(height: number, width: number, inside: (x: number, y: number) => boolean): ReadableMask {
  const bitmap = Uint8Array.from({ length: height * width }, (_, k) =>
    inside(k % width, Math.floor(k / width)) ? 1 : 0,
  );
  const counts = encodeCounts(fromBitmap(bitmap, height, width).counts);
  const reading = readPreviewMask({ size: [height, width], counts, color: 0, label: '', area: 0 }, 0);
  if ('problem' in reading) throw new Error(reading.problem);
  return reading.mask;
}

describe('mask crop', () => {
  test('holds every kept pixel of the box', () => {
    const side = fc.integer({ min: 1, max: 14 });
    fc.assert(
      fc.property(
        side,
        side,
        fc.infiniteStream(fc.boolean()),
        fc.integer({ min: 1, max: 14 }),
        (h, w, bits, longest) => {
          const values = [...Array(h * w)].map(() => bits.next().value);
          const mask = maskOf(h, w, (x, y) => values[y * w + x] === true);
          const crop = cropMask(mask, longest);
          const [left, top] = mask.box;
          expect(Math.max(crop.width, crop.height)).toBeLessThanOrEqual(longest);
          for (let y = 0; y < crop.height; y++) {
            for (let x = 0; x < crop.width; x++) {
              const expected = holdsPixel(mask, left + x * crop.step, top + y * crop.step) ? 1 : 0;
              expect(crop.bits[y * crop.width + x]).toBe(expected);
            }
          }
        },
      ),
    );
  });

  test('the innermost point of a ring lies on the ring, of a rectangle in its middle', () => {
    const ring = maskOf(60, 60, (x, y) => Math.abs(Math.hypot(x - 30, y - 30) - 20) < 6);
    const [x, y] = innermostPoint(ring);
    expect(Math.abs(Math.hypot(x - 30, y - 30) - 20)).toBeLessThan(2);
    const wide = innermostPoint(maskOf(40, 90, (px, py) => px >= 10 && px < 80 && py >= 10 && py < 31));
    expect(wide[1]).toBeCloseTo(20.5, 0);
  });

  test('the innermost point of a large mask lies inside it', () => {
    const mask = maskOf(500, 900, (x, y) => Math.hypot(x - 600, (y - 200) * 2) < 180);
    const [x, y] = innermostPoint(mask);
    expect(holdsPixel(mask, Math.floor(x), Math.floor(y))).toBe(true);
    expect(Math.hypot(x - 600, y - 200)).toBeLessThan(60);
  });
});
