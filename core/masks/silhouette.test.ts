import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskWhere, smallMasks } from '../testing/maskArbitraries.ts';
import { resizeMask } from './reshape.ts';
import { rasteriseRing } from './rings.ts';
import { area, boundingBox, iou, type RunLengthMask, union } from './runLengthMask.ts';
import { MAX_PATH, type Silhouette, silhouette } from './silhouette.ts';

const disc = (height: number, width: number, x: number, y: number, radius: number) =>
  maskWhere(height, width, (column, row) => (column - x) ** 2 + (row - y) ** 2 < radius ** 2);

/** The rings `[x1, y1, …]` of a path that begins each with `M`, goes on by `l` from point to point, and ends with `z`. */
function ringsOf({ path }: Silhouette): readonly (readonly number[])[] {
  return path
    .split('z')
    .filter((part) => part !== '')
    .map((part) => {
      const numbers = part.slice(1).match(/-?\d+/g)!.map(Number);
      const ring = numbers.slice(0, 2);
      for (let i = 2; i < numbers.length; i++) ring.push(ring[i - 2]! + numbers[i]!);
      return ring;
    });
}

/** What a picture shows, as a mask of its own units; it has no hole. */
function shown(picture: Silhouette): RunLengthMask {
  return union(ringsOf(picture).map((ring) => rasteriseRing(ring, picture.height, picture.width)));
}

describe('a silhouette', () => {
  it('has the place and the shape that a large mask has in its image', () => {
    const mask = disc(480, 640, 400, 200, 160);
    const picture = silhouette(mask);
    expect(picture).toMatchObject({ width: 40, height: 30 });
    expect(iou(shown(picture), resizeMask(mask, 30, 40))).toBeGreaterThan(0.9);
  });

  it('enlarges a small mask at its place', () => {
    const [x, y, width, height] = boundingBox(shown(silhouette(disc(480, 640, 480, 120, 24))));
    expect(height).toBeGreaterThanOrEqual(17);
    expect(height).toBeLessThanOrEqual(19);
    // Three quarters across, a quarter down; but all of it shall be seen.
    expect(x + width / 2).toBeCloseTo(30, 0);
    expect(y).toBe(0);
    expect(width).toBe(height);
  });

  it.each([
    [0, 0],
    [639, 479],
  ])('keeps a small mask in its corner of the image, here at %i, %i', (x, y) => {
    const [left, top, width, height] = boundingBox(shown(silhouette(disc(480, 640, x, y, 20))));
    expect([left, top]).toEqual(x === 0 ? [0, 0] : [40 - width, 30 - height]);
  });

  it.each([
    ['a pixel of a large photograph', maskWhere(3000, 4000, (x, y) => x === 2500 && y === 70)],
    ['a thin pole', maskWhere(480, 640, (x, y) => x === 301 && y > 20)],
    ['a wire', maskWhere(480, 640, (x, y) => y === Math.floor(x / 3))],
  ])('does not lose %s', (_, mask) => {
    expect(area(shown(silhouette(mask)))).toBeGreaterThan(0);
  });

  it('stays a few characters however frayed the mask is', () => {
    const frayed = maskWhere(480, 640, (x, y) => ((x * 7919) ^ (y * 104_729)) % 7 < 3);
    const scattered = maskWhere(480, 640, (x, y) => x % 32 < 16 !== y % 32 < 16);
    for (const mask of [frayed, scattered]) expect(silhouette(mask).path.length).toBeLessThanOrEqual(MAX_PATH);
  });

  it('has the proportion of its image, within bounds', () => {
    const full = (height: number, width: number) => silhouette(maskWhere(height, width, () => true));
    expect(full(640, 426)).toMatchObject({ width: 20, height: 30 });
    expect(full(100, 400)).toMatchObject({ width: 60, height: 15 });
    expect(full(4000, 1)).toMatchObject({ width: 6, height: 30 });
    expect(full(1, 4000)).toMatchObject({ width: 60, height: 2 });
  });

  it('of an empty mask is an empty frame', () => {
    expect(silhouette(maskWhere(480, 640, () => false))).toEqual({ width: 40, height: 30, path: '' });
  });

  it('is there for every mask with a pixel, inside its frame, and short', () => {
    fc.assert(
      fc.property(smallMasks(), (mask) => {
        const picture = silhouette(mask);
        expect(picture.path === '').toBe(area(mask) === 0);
        expect(picture.path.length).toBeLessThanOrEqual(MAX_PATH);
        for (const ring of ringsOf(picture))
          ring.forEach((value, i) => {
            expect(value).toBeGreaterThanOrEqual(0);
            expect(value).toBeLessThanOrEqual(i % 2 === 0 ? picture.width : picture.height);
          });
      }),
      { numRuns: 300 },
    );
  });
});
