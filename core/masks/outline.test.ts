import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outlinePaths, outlineSvgPath } from './outline.ts';
import { area, fromBitmap, type RunLengthMask } from './runLengthMask.ts';

function maskOfRows(...rows: string[]): RunLengthMask {
  return fromBitmap(Uint8Array.from(rows.join(''), Number), rows.length, rows[0]?.length ?? 0);
}

function signedArea(loop: readonly number[]): number {
  let twice = 0;
  for (let i = 0; i < loop.length; i += 2) {
    const n = (i + 2) % loop.length;
    twice += loop[i]! * loop[n + 1]! - loop[n]! * loop[i + 1]!;
  }
  return twice / 2;
}

describe('outlinePaths', () => {
  it('traces a box clockwise and its hole the other way', () => {
    const loops = outlinePaths(maskOfRows('1111', '1001', '1111'));
    expect(loops.map(signedArea).sort((a, b) => a - b)).toEqual([-2, 12]);
    expect(loops.map((loop) => loop.length)).toEqual([8, 8]);
  });

  it('keeps pixels that touch at a corner apart', () => {
    for (const mask of [maskOfRows('10', '01'), maskOfRows('01', '10')]) {
      expect(outlinePaths(mask).map(signedArea)).toEqual([1, 1]);
    }
  });

  it('has no loops for an empty mask', () => {
    expect(outlinePaths(maskOfRows('000', '000'))).toEqual([]);
    expect(outlinePaths(fromBitmap(new Uint8Array(0), 0, 4))).toEqual([]);
  });

  it('closes every loop with right angles, and the signed areas sum to the mask’s area', () => {
    const masks = fc
      .tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }))
      .chain(([height, width]) =>
        fc
          .uint8Array({ minLength: height * width, maxLength: height * width, max: 1 })
          .map((bytes) => fromBitmap(bytes, height, width)),
      );
    fc.assert(
      fc.property(masks, (mask) => {
        const loops = outlinePaths(mask);
        expect(loops.reduce((sum, loop) => sum + signedArea(loop), 0)).toBe(area(mask));
        for (const loop of loops) {
          for (let i = 0; i < loop.length; i += 2) {
            const n = (i + 2) % loop.length;
            const vertical = (i / 2) % 2 === 0;
            expect(loop[i] === loop[n]).toBe(vertical);
            expect(loop[i + 1] === loop[n + 1]).toBe(!vertical);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('outlineSvgPath', () => {
  it('writes absolute, scaled coordinates', () => {
    expect(outlineSvgPath(maskOfRows('000', '011'))).toBe('M1 2V1H3V2Z');
    expect(outlineSvgPath(maskOfRows('000', '011'), { scale: 1.5, offsetX: 10, offsetY: -1 })).toBe(
      'M11.5 2V0.5H14.5V2Z',
    );
    expect(outlineSvgPath(maskOfRows('00'))).toBe('');
  });
});
