import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { area, toBitmap } from '../../../core/masks/runLengthMask.ts';
import { type MaskPatch, pasteMask } from './paste.ts';

/** The definition, pixel by pixel: bilinear between cell centres, held at the patch's edge, 0 outside the region. */
function slowPaste(
  { probabilities, rows, columns, region: [left, top, w, h] }: MaskPatch,
  height: number,
  width: number,
) {
  const at = (row: number, column: number) => probabilities[row * columns + column]!;
  const clamp = (value: number, most: number) => Math.min(most, Math.max(0, value));
  const values = new Float32Array(height * width);
  for (let y = Math.max(0, Math.floor(top)); y < Math.min(height, Math.ceil(top + h)); y++) {
    for (let x = Math.max(0, Math.floor(left)); x < Math.min(width, Math.ceil(left + w)); x++) {
      const v = clamp(((y + 0.5 - top) / h) * rows - 0.5, rows - 1);
      const u = clamp(((x + 0.5 - left) / w) * columns - 0.5, columns - 1);
      const [y0, x0] = [Math.floor(v), Math.floor(u)];
      const [y1, x1] = [Math.min(y0 + 1, rows - 1), Math.min(x0 + 1, columns - 1)];
      const upper = at(y0, x0) * (1 - (u - x0)) + at(y0, x1) * (u - x0);
      const lower = at(y1, x0) * (1 - (u - x0)) + at(y1, x1) * (u - x0);
      values[y * width + x] = upper * (1 - (v - y0)) + lower * (v - y0);
    }
  }
  return values;
}

describe('pasteMask', () => {
  it('fills a region that lies partly outside', () => {
    const patch = { probabilities: new Float32Array(4).fill(1), rows: 2, columns: 2, region: [-5, -5, 10, 8] as const };
    const mask = pasteMask(patch, 20, 30, 0.5);
    expect(area(mask)).toBe(5 * 3);
    expect(mask.counts.reduce((sum, run) => sum + run, 0)).toBe(600);
  });

  it('is empty for a region outside', () => {
    const patch = {
      probabilities: new Float32Array(4).fill(1),
      rows: 2,
      columns: 2,
      region: [50, 50, 10, 10] as const,
    };
    expect([...pasteMask(patch, 20, 30, 0.5).counts]).toEqual([600]);
  });

  it('equals the definition', () => {
    const side = fc.integer({ min: 1, max: 24 });
    const place = fc.integer({ min: -10, max: 30 });
    const cells = fc.array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(side, side, place, place, side, side, cells, (height, width, left, top, w, h, probabilities) => {
        const patch = {
          probabilities: Float32Array.from(probabilities),
          rows: 4,
          columns: 4,
          region: [left, top, w, h] as const,
        };
        const values = slowPaste(patch, height, width);
        toBitmap(pasteMask(patch, height, width, 0.5)).forEach((bit, i) => {
          // Additions in another order may decide a value right on the threshold differently.
          if (Math.abs(values[i]! - 0.5) > 1e-5) expect(bit).toBe(values[i]! > 0.5 ? 1 : 0);
        });
      }),
    );
  });
});
