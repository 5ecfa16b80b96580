import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PreviewMask } from '../core/language/previewModel.ts';
import { encodeCounts, fromBitmap } from '../core/masks/runLengthMask.ts';
import { holdsPixel, maskAt, type ReadableMask, readPreviewMask } from './readableMask.ts';

function previewMask(height: number, width: number, bitmap: Uint8Array): PreviewMask {
  const { counts } = fromBitmap(bitmap, height, width);
  return { size: [height, width], counts: encodeCounts(counts), color: 0, label: 'x', area: 0 };
}

function read(mask: PreviewMask, index = 0): ReadableMask {
  const reading = readPreviewMask(mask, index);
  if ('problem' in reading) throw new Error(reading.problem);
  return reading.mask;
}

const rectangle = (left: number, top: number, right: number, bottom: number): PreviewMask =>
  previewMask(
    10,
    20,
    Uint8Array.from({ length: 200 }, (_, k) => {
      const [x, y] = [k % 20, Math.floor(k / 20)];
      return x >= left && x < right && y >= top && y < bottom ? 1 : 0;
    }),
  );

describe('readable mask', () => {
  test('every pixel is found as the bitmap has it', () => {
    const bitmaps = fc
      .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
      .chain(([height, width]) =>
        fc.tuple(
          fc.constant(height),
          fc.constant(width),
          fc.array(fc.nat(1), { minLength: height * width, maxLength: height * width }),
        ),
      );
    fc.assert(
      fc.property(bitmaps, ([height, width, bits]) => {
        const mask = read(previewMask(height, width, Uint8Array.from(bits)));
        expect(mask.area).toBe(bits.filter((bit) => bit === 1).length);
        for (let y = -1; y <= height; y++) {
          for (let x = -1; x <= width; x++) {
            const inside = x >= 0 && y >= 0 && x < width && y < height;
            expect(holdsPixel(mask, x, y)).toBe(inside && bits[y * width + x] === 1);
          }
        }
      }),
    );
  });

  test('the smallest mask under the point is picked', () => {
    const masks = [rectangle(0, 0, 20, 10), rectangle(4, 2, 8, 6), rectangle(2, 2, 16, 9)].map(read);
    expect(maskAt(masks, 5.5 / 20, 3.5 / 10)?.index).toBe(1);
    expect(maskAt(masks, 12.5 / 20, 3.5 / 10)?.index).toBe(2);
    expect(maskAt(masks, 0.5 / 20, 0.5 / 10)?.index).toBe(0);
    expect(maskAt(masks.slice(1), 0.5 / 20, 0.5 / 10)).toBeUndefined();
  });

  test('a mask that cannot be read says why', () => {
    const whole = rectangle(0, 0, 20, 10);
    expect(readPreviewMask({ ...whole, problem: 'The file labels.png is not there.' }, 0)).toEqual({
      problem: 'The file labels.png is not there.',
    });
    expect(readPreviewMask({ ...whole, size: [11, 20] }, 0)).toMatchObject({
      problem: expect.stringContaining('20 × 11'),
    });
    expect(readPreviewMask({ ...whole, size: [0, 20] }, 0)).toMatchObject({
      problem: expect.stringContaining('20 × 0'),
    });
    expect(readPreviewMask({ ...whole, counts: '\u0000' }, 0)).toHaveProperty('problem');
  });

  test('no counts and no size make it throw', () => {
    fc.assert(
      fc.property(fc.string(), fc.tuple(fc.integer(), fc.integer()), (counts, size) => {
        const reading = readPreviewMask({ size, counts, color: 0, label: '', area: 0 }, 0);
        expect('mask' in reading || reading.problem.length > 0).toBe(true);
      }),
    );
  });
});
