import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { outlinePaths } from '../core/masks/outline.ts';
import { fromBitmap } from '../core/masks/runLengthMask.ts';
import { cutLoop, type Loop, type Region, thinLoop } from './outlineDetail.ts';

/** Whether the loops hold the point, by the even-odd rule. */
function holds(loops: readonly Loop[], x: number, y: number): boolean {
  let inside = false;
  for (const loop of loops) {
    for (let k = 0; k < loop.length; k += 2) {
      const [ax, ay] = [loop[k]!, loop[k + 1]!];
      const [bx, by] = [loop[(k + 2) % loop.length]!, loop[(k + 3) % loop.length]!];
      if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside;
    }
  }
  return inside;
}

const side = 24;
const bitmap = fc.uint8Array({ minLength: side * side, maxLength: side * side, max: 1 });

describe('outline detail', () => {
  test('cutting to a region changes no pixel inside it', () => {
    const corner = fc.integer({ min: 0, max: side });
    fc.assert(
      fc.property(bitmap, corner, corner, corner, corner, (bytes, x1, y1, x2, y2) => {
        const region: Region = [Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2)];
        const loops = outlinePaths(fromBitmap(bytes, side, side));
        const cut = loops.map((loop) => cutLoop(loop, region));
        for (let y = region[1]; y < region[3]; y++)
          for (let x = region[0]; x < region[2]; x++)
            expect(holds(cut, x + 0.5, y + 0.5)).toBe(bytes[y * side + x] === 1);
      }),
    );
  });

  test('a loop far away has no points, and one round the region keeps it inside', () => {
    const square: Loop = [0, 0, 0, 10, 10, 10, 10, 0];
    expect(cutLoop(square, [20, 0, 30, 10])).toEqual([]);
    expect(holds([cutLoop(square, [4, 4, 6, 6])], 5, 5)).toBe(true);
  });

  test('thinning keeps points apart, and a small loop as its box', () => {
    const stairs = Array.from({ length: 50 }, (_, k) => [k, k, k + 1, k]).flat();
    const thinned = thinLoop([...stairs, 50, 60, 0, 60], 4);
    expect(thinned.length).toBeLessThan(stairs.length / 3);
    expect(thinLoop([3, 3, 3, 5, 5, 5, 5, 3], 8)).toEqual([3, 3, 5, 3, 5, 5, 3, 5]);
  });
});
