import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskWhere, pixelReader, smallMasks } from '../testing/maskArbitraries.ts';
import { maskTile, tileEdges } from './maskTile.ts';

describe('maskTile', () => {
  it('has a cell where any pixel of its square is in the mask', () => {
    const offset = fc.integer({ min: 0, max: 3 });
    fc.assert(
      fc.property(smallMasks(24), offset, offset, fc.constantFrom(1, 2, 4), (mask, across, down, step) => {
        const at = pixelReader(mask);
        const [left, top, side] = [across * 4, down * 4, 4];
        const { cells, filled } = maskTile(mask, left, top, step, side);
        let sum = 0;
        for (let cx = 0; cx < side + 2; cx++) {
          for (let cy = 0; cy < side + 2; cy++) {
            let any = false;
            for (let dx = 0; dx < step; dx++) {
              for (let dy = 0; dy < step; dy++) any ||= at(left + (cx - 1) * step + dx, top + (cy - 1) * step + dy);
            }
            expect(cells[cx * (side + 2) + cy]).toBe(any ? 1 : 0);
            if (any) sum++;
          }
        }
        expect(filled).toBe(sum);
      }),
      { numRuns: 300 },
    );
  });

  it('has its edges as straight pieces, those to its neighbours included', () => {
    const rows = ['....', '.##.', '.#..', '....'];
    const tile = maskTile(
      maskWhere(4, 4, (x, y) => rows[y]![x] === '#'),
      0,
      0,
      1,
      4,
    );
    const edges = tileEdges(tile, 4);
    const pieces = Array.from({ length: edges.length / 4 }, (_, i) => edges.slice(4 * i, 4 * i + 4).join(' ')).sort();
    expect(pieces).toEqual(['1 1 1 3', '1 1 3 1', '1 3 2 3', '2 2 2 3', '2 2 3 2', '3 1 3 2']);
    const beside = tileEdges(
      maskTile(
        maskWhere(4, 4, (x) => x < 2),
        2,
        0,
        1,
        2,
      ),
      2,
    );
    expect(beside).toContain(0);
    expect(beside.slice(0, 4)).toEqual([0, 0, 0, 2]);
  });
});
