import fc from 'fast-check';
import { expect, it } from 'vitest';
import { area } from '../masks/runLengthMask.ts';
import { drawnRows, maskWhere, pixelReader, smallMasks } from '../testing/maskArbitraries.ts';
import { shrinkMask } from './shrinkMask.ts';

it('keeps the value in the middle of each small pixel', () => {
  fc.assert(
    fc.property(smallMasks(), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), (mask, height, width) => {
      const small = shrinkMask(mask, height, width);
      expect([small.height, small.width]).toEqual([height, width]);
      expect(small.counts.reduce((sum, run) => sum + run, 0)).toBe(height * width);
      const isSet = pixelReader(mask);
      const sampled = maskWhere(height, width, (x, y) =>
        isSet(Math.floor(((x + 0.5) * mask.width) / width), Math.floor(((y + 0.5) * mask.height) / height)),
      );
      if (area(sampled) > 0) expect(drawnRows(small)).toEqual(drawnRows(sampled));
      else expect(area(small)).toBe(Math.min(1, area(mask)));
    }),
    { numRuns: 500 },
  );
});

it('shows a speck that falls between the pixels', () => {
  const speck = maskWhere(100, 100, (x, y) => x === 11 && y === 31);
  const small = shrinkMask(speck, 10, 10);
  expect(pixelReader(small)(1, 3)).toBe(true);
  expect(area(small)).toBe(1);
});
