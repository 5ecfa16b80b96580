import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBitmap } from '../masks/bitmap.ts';
import { iou } from '../masks/geometry.ts';
import { maskFacts, mayOverlap } from './maskFacts.ts';

const [HEIGHT, WIDTH] = [6, 7];
const mask = fc
  .array(fc.boolean(), { minLength: HEIGHT * WIDTH, maxLength: HEIGHT * WIDTH })
  .map((pixels) => fromBitmap(Uint8Array.from(pixels, Number), HEIGHT, WIDTH));

describe('maskFacts', () => {
  it('is equal for equal pixels alone, however the runs are written', () => {
    const plain = { height: 2, width: 4, counts: Uint32Array.from([2, 3, 3]) };
    const split = { height: 2, width: 4, counts: Uint32Array.from([2, 1, 0, 2, 3]) };
    const other = { height: 4, width: 2, counts: Uint32Array.from([2, 3, 3]) };
    expect(maskFacts(split)).toEqual(maskFacts(plain));
    expect(maskFacts(other)?.fingerprint).not.toBe(maskFacts(plain)?.fingerprint);
    expect(maskFacts({ height: 2, width: 4, counts: Uint32Array.from([8]) })).toBeUndefined();
  });

  it('never rules out masks that overlap', () => {
    fc.assert(
      fc.property(mask, mask, fc.double({ min: 0.05, max: 1, noNaN: true }), (a, b, least) => {
        const [first, second] = [maskFacts(a), maskFacts(b)];
        if (first === undefined || second === undefined || iou(a, b) < least) return;
        expect(mayOverlap(first, second, least)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('rules out masks whose boxes lie apart or whose areas differ', () => {
    const facts = (area: number, box: [number, number, number, number]) => ({ area, box });
    expect(mayOverlap(facts(100, [0, 0, 10, 10]), facts(100, [20, 0, 10, 10]), 0.1)).toBe(false);
    expect(mayOverlap(facts(100, [0, 0, 10, 10]), facts(50, [0, 0, 10, 10]), 0.6)).toBe(false);
    expect(mayOverlap(facts(100, [0, 0, 10, 10]), facts(100, [5, 0, 10, 10]), 0.5)).toBe(false);
  });
});
