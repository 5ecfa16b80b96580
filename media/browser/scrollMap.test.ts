import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ScrollMap } from './scrollMap.ts';

it('is the scroll bar itself for short lists', () => {
  const map = new ScrollMap(100, 200, 900);
  expect([map.height, map.isScaled, map.last]).toEqual([20_000, false, 19_100]);
  expect(map.topOf(777)).toBe(777);
});

it('stays below what browsers can scroll, and reaches both ends', () => {
  const map = new ScrollMap(1_000_000, 262, 800);
  expect(map.height).toBeLessThan(16_000_000);
  expect(map.isScaled).toBe(true);
  expect(map.topOf(0)).toBe(0);
  expect(map.topOf(map.height - 800)).toBe(1_000_000 * 262 - 800);
});

const maps = fc
  .tuple(fc.nat(2_000_000), fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 2_000 }))
  .map(([lines, height, view]) => new ScrollMap(lines, height, view));

it('finds the way back from each place', () => {
  fc.assert(
    fc.property(maps, fc.double({ min: 0, max: 1, noNaN: true }), (map, share) => {
      const top = share * map.last;
      expect(map.topOf(map.scrollOf(top))).toBeCloseTo(top, 3);
      expect(map.scrollOf(top)).toBeLessThanOrEqual(Math.max(0, map.height - map.view) + 1e-6);
    }),
  );
});

it('covers all that is to be seen, and shows the line that it is asked for', () => {
  fc.assert(
    fc.property(
      maps,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.nat(5),
      fc.nat(2_000_000),
      (map, share, more, any) => {
        const top = share * map.last;
        const { first, end } = map.linesAt(top, more);
        expect(first * map.lineHeight).toBeLessThanOrEqual(top);
        expect(end * map.lineHeight).toBeGreaterThanOrEqual(Math.min(top + map.view, map.lines * map.lineHeight));
        fc.pre(map.lines > 0 && map.view >= map.lineHeight);
        const line = any % map.lines;
        const shown = map.showing(line, top);
        expect(shown).toBeLessThanOrEqual(line * map.lineHeight + 1e-6);
        expect(shown + map.view).toBeGreaterThanOrEqual((line + 1) * map.lineHeight - 1e-6);
      },
    ),
  );
});
