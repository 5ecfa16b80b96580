import { describe, expect, it } from 'vitest';
import { area } from '../../../core/masks/runLengthMask.ts';
import { maskWhere } from '../../../core/testing/maskArbitraries.ts';
import { tidied } from './tidy.ts';

const drawn = (test: (x: number, y: number) => boolean) => maskWhere(40, 60, test);
const inside = (x: number, y: number, left: number, top: number, right: number, bottom: number) =>
  x >= left && x < right && y >= top && y < bottom;

describe('tidied', () => {
  it('drops specks and fills small holes, and leaves the rest as it is', () => {
    const block = drawn((x, y) => inside(x, y, 10, 5, 40, 35));
    const spoiled = drawn(
      (x, y) => (inside(x, y, 10, 5, 40, 35) && !inside(x, y, 20, 10, 23, 13)) || inside(x, y, 50, 2, 53, 4),
    );
    expect(tidied(spoiled)).toEqual(block);
    expect(tidied(block)).toEqual(block);
  });

  it('keeps a part and a hole of some size', () => {
    const ring = drawn(
      (x, y) => (inside(x, y, 10, 5, 40, 35) && !inside(x, y, 20, 12, 30, 25)) || inside(x, y, 45, 5, 55, 15),
    );
    expect(tidied(ring)).toEqual(ring);
  });

  it('takes an empty mask and one of speck size', () => {
    expect(area(tidied(drawn(() => false)))).toBe(0);
    expect(area(tidied(drawn((x, y) => x === 3 && y === 3)))).toBe(1);
  });
});
