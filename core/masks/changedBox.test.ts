import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskWhere } from '../testing/maskArbitraries.ts';
import { changedBox } from './changedBox.ts';
import { area, boundingBox } from './runLengthMask.ts';

describe('changedBox', () => {
  it('is the box round the pixels that differ', () => {
    const sized = fc.integer({ min: 1, max: 12 });
    const bits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 288, maxLength: 288 });
    fc.assert(
      fc.property(sized, sized, bits, (height, width, values) => {
        const at = (x: number, y: number): boolean => values[y * width + x]! < 4;
        const flips = (x: number, y: number): boolean => values[144 + y * width + x]! === 0;
        const before = maskWhere(height, width, at);
        const after = maskWhere(height, width, (x, y) => at(x, y) !== flips(x, y));
        const difference = maskWhere(height, width, flips);
        expect(changedBox(before, after)).toEqual(area(difference) === 0 ? undefined : boundingBox(difference));
      }),
      { numRuns: 400 },
    );
  });
});
