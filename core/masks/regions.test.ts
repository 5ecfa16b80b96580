import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawnRows, maskWhere, pixelReader, smallMasks } from '../testing/maskArbitraries.ts';
import { intersection } from './merge.ts';
import { complement } from './morphology.ts';
import { connectedParts, maskOfRegions, regionAt, regionsOf, withoutHoles, withoutSpecks } from './regions.ts';
import { area, type RunLengthMask, union } from './runLengthMask.ts';

/** Regions by flooding pixel after pixel: each pixel's number, or -1; `corners` lets them touch at a corner. */
function flooded(mask: RunLengthMask, corners: boolean): Int32Array {
  const at = pixelReader(mask);
  const numbers = new Int32Array(mask.height * mask.width).fill(-1);
  let next = 0;
  for (let x = 0; x < mask.width; x++) {
    for (let y = 0; y < mask.height; y++) {
      if (!at(x, y) || numbers[y * mask.width + x] !== -1) continue;
      const waiting: [number, number][] = [[x, y]];
      while (waiting.length > 0) {
        const [px, py] = waiting.pop()!;
        if (!at(px, py) || numbers[py * mask.width + px] !== -1) continue;
        numbers[py * mask.width + px] = next;
        for (let dx = -1; dx <= 1; dx++) {
          for (let dy = -1; dy <= 1; dy++) if (corners || dx === 0 || dy === 0) waiting.push([px + dx, py + dy]);
        }
      }
      next++;
    }
  }
  return numbers;
}

describe('regionsOf', () => {
  it('numbers what a flood of pixels finds, with corners and without', () => {
    fc.assert(
      fc.property(smallMasks(), fc.constantFrom(0 as const, 1 as const), (mask, reach) => {
        const regions = regionsOf(mask, reach);
        const expected = flooded(mask, reach === 1);
        for (let y = 0; y < mask.height; y++) {
          for (let x = 0; x < mask.width; x++) {
            expect(regionAt(regions, x, y) ?? -1).toBe(expected[y * mask.width + x]);
          }
        }
        expect([...regions.areas]).toEqual(
          [...regions.areas].map((_, region) => expected.filter((number) => number === region).length),
        );
      }),
      { numRuns: 400 },
    );
  });

  it('knows which regions reach the border, and gives the mask of any', () => {
    const rows = ['#..#', '.#..', '...#'];
    const mask = maskWhere(3, 4, (x, y) => rows[y]![x] === '#');
    const regions = regionsOf(mask, 0);
    expect([...regions.atBorder]).toEqual([1, 0, 1, 1]);
    expect(drawnRows(maskOfRegions(regions, (region) => region > 0))).toEqual(['...#', '.#..', '...#']);
    expect(regionAt(regions, -1, 0)).toBeUndefined();
  });
});

describe('connectedParts', () => {
  it('are disjoint, make the mask, are each connected, and come by size', () => {
    fc.assert(
      fc.property(smallMasks(), (mask) => {
        const parts = connectedParts(mask);
        if (parts.length > 0) expect(union(parts)).toEqual(mask);
        expect(parts.reduce((sum, part) => sum + area(part), 0)).toBe(area(mask));
        for (const [i, part] of parts.entries()) {
          expect(Math.max(...flooded(part, true))).toBe(0);
          if (i > 0) {
            expect(area(intersection([part, parts[i - 1]!]))).toBe(0);
            expect(area(part)).toBeLessThanOrEqual(area(parts[i - 1]!));
          }
        }
        expect(parts.length).toBe(Math.max(-1, ...flooded(mask, true)) + 1);
      }),
      { numRuns: 300 },
    );
  });

  it('of an empty mask are none', () => {
    expect(connectedParts(maskWhere(3, 4, () => false))).toEqual([]);
    expect(connectedParts({ height: 0, width: 0, counts: new Uint32Array(0) })).toEqual([]);
  });
});

describe('withoutHoles', () => {
  it('fills the background that the border cannot be reached from, and nothing else', () => {
    fc.assert(
      fc.property(smallMasks(), (mask) => {
        const background = flooded(complement(mask), false);
        const { width, height } = mask;
        const open = new Set(
          [...background].filter((_, i) => {
            const [x, y] = [i % width, Math.floor(i / width)];
            return x === 0 || y === 0 || x === width - 1 || y === height - 1;
          }),
        );
        const filled = withoutHoles(mask);
        expect(drawnRows(filled.mask)).toEqual(
          drawnRows(
            maskWhere(
              height,
              width,
              (x, y) => !(background[y * width + x]! >= 0 && open.has(background[y * width + x]!)),
            ),
          ),
        );
        expect(filled.holes).toBe(new Set(background.filter((number) => number >= 0 && !open.has(number))).size);
        expect(withoutHoles(filled.mask).holes).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});

describe('withoutSpecks', () => {
  it('drops small parts and keeps the largest, however small', () => {
    fc.assert(
      fc.property(smallMasks(), fc.integer({ min: 0, max: 30 }), (mask, least) => {
        const parts = connectedParts(mask);
        const kept = parts.filter((part, i) => i === 0 || area(part) >= least);
        const cleaned = withoutSpecks(mask, least);
        expect(cleaned.specks).toBe(parts.length - kept.length);
        expect(area(cleaned.mask)).toBe(kept.reduce((sum, part) => sum + area(part), 0));
        expect(connectedParts(cleaned.mask).length).toBe(kept.length);
      }),
      { numRuns: 300 },
    );
  });
});
