import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { floatsOfHalves, halvesOfFloats } from './halves.ts';

const floats = (...halves: number[]) => [...floatsOfHalves(Uint16Array.from(halves))];
const halves = (...values: number[]) => [...halvesOfFloats(Float32Array.from(values))];

describe('halves', () => {
  it('are the numbers of the standard', () => {
    expect(floats(0x0000, 0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x3555)).toEqual([
      0,
      1,
      -2,
      65504,
      2 ** -14,
      2 ** -24,
      0.333251953125,
    ]);
    expect(floats(0x7c00, 0xfc00, 0x7e00)).toEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]);
    expect(Object.is(floats(0x8000)[0], -0)).toBe(true);
  });

  it('go to floats and back unchanged, all of them', () => {
    const all = Uint16Array.from({ length: 2 ** 16 }, (_, i) => i);
    const back = halvesOfFloats(floatsOfHalves(all));
    const changed = [...all].filter((half, i) => back[i] !== half && (half & 0x7fff) <= 0x7c00);
    expect(changed).toEqual([]);
  });

  it('take the nearest, and the even one of two', () => {
    expect(halves(1 + 2 ** -11, 1 + 3 * 2 ** -11)).toEqual([0x3c00, 0x3c02]);
    expect(halves(65519, 65520, -1e9)).toEqual([0x7bff, 0x7c00, 0xfc00]);
    expect(halves(2 ** -25, 1.5 * 2 ** -24, 2 ** -26)).toEqual([0x0000, 0x0002, 0x0000]);
    expect(halves(0.00006103515625 - 2 ** -26)).toEqual([0x0400]);
  });

  it('are never further away than half a step', () => {
    fc.assert(
      fc.property(fc.float({ min: -65504, max: 65504, noNaN: true }), (value) => {
        const [back] = floats(...halves(value));
        const step = Math.max(2 ** -24, 2 ** (Math.floor(Math.log2(Math.abs(value) || 1)) - 10));
        return Math.abs(back! - value) <= step / 2;
      }),
    );
  });
});
