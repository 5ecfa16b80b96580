import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawnRows, maskWhere, pixelReader, smallMasks } from '../testing/maskArbitraries.ts';
import { smoothed } from './majority.ts';
import { area } from './runLengthMask.ts';

describe('smoothed', () => {
  it('goes by the majority of the square round each pixel, as far as it lies in the image', () => {
    fc.assert(
      fc.property(smallMasks(20), fc.integer({ min: 1, max: 4 }), (mask, radius) => {
        const at = pixelReader(mask);
        const { height, width } = mask;
        const expected = maskWhere(height, width, (x, y) => {
          let [inside, all] = [0, 0];
          for (let px = Math.max(0, x - radius); px <= Math.min(width - 1, x + radius); px++) {
            for (let py = Math.max(0, y - radius); py <= Math.min(height - 1, y + radius); py++) {
              all++;
              if (at(px, py)) inside++;
            }
          }
          return 2 * inside > all;
        });
        expect(drawnRows(smoothed(mask, radius))).toEqual(drawnRows(expected));
      }),
      { numRuns: 400 },
    );
  });

  it('leaves a mask as it is for a radius under 1, and an empty one', () => {
    const mask = maskWhere(5, 5, (x) => x === 2);
    expect(smoothed(mask, 0.9)).toBe(mask);
    expect(
      area(
        smoothed(
          maskWhere(5, 5, () => false),
          2,
        ),
      ),
    ).toBe(0);
  });
});
