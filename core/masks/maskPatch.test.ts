import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskWhere, smallMasks } from '../testing/maskArbitraries.ts';
import { patchBetween, patched, unpatched } from './maskPatch.ts';
import { encodeCounts, fromBitmap, toBitmap } from './runLengthMask.ts';

describe('a patch', () => {
  it('leads from one mask to the other and back', () => {
    fc.assert(
      fc.property(smallMasks(), fc.infiniteStream(fc.boolean()), (mask, bits) => {
        const bytes = toBitmap(mask).map((byte) => (bits.next().value ? byte : 1 - byte));
        const other = fromBitmap(bytes, mask.height, mask.width);
        const patch = patchBetween(mask, other);
        expect(patched(mask, patch)).toEqual(other);
        expect(unpatched(other, patch)).toEqual(mask);
        expect(encodeCounts(patched(mask, patch).counts)).toBe(encodeCounts(other.counts));
      }),
    );
  });

  it('costs what changed', () => {
    const comb = maskWhere(100, 200, (_, y) => y % 2 === 0);
    const painted = maskWhere(100, 200, (x, y) => y % 2 === 0 || (x === 70 && y > 40 && y < 60));
    const { before, after } = patchBetween(comb, painted);
    expect(before.length).toBeLessThan(25);
    expect(after.length).toBeLessThan(5);
    expect(patchBetween(comb, comb)).toMatchObject({ before: new Uint32Array(0), after: new Uint32Array(0) });
  });
});
