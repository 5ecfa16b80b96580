import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { innermostPoint } from './innermost.ts';
import { complement, difference, dilated, eroded } from './morphology.ts';
import { cropMask, resizeMask } from './reshape.ts';
import { area, fromBitmap, type RunLengthMask, toBitmap } from './runLengthMask.ts';

const masks = fc.tuple(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 1, max: 16 })).chain(([height, width]) =>
  fc.array(fc.integer({ min: 0, max: 3 }), { minLength: height * width, maxLength: height * width }).map((values) =>
    fromBitmap(
      Uint8Array.from(values, (value) => (value === 0 ? 0 : 1)),
      height,
      width,
    ),
  ),
);

/** The pixels for which the test holds, in a bitmap of the given size. */
function where(height: number, width: number, test: (x: number, y: number) => boolean): number[] {
  return Array.from({ length: height * width }, (_, i) => (test(i % width, Math.floor(i / width)) ? 1 : 0));
}

function reader(mask: RunLengthMask): (x: number, y: number) => boolean {
  const bitmap = toBitmap(mask);
  return (x, y) => x >= 0 && y >= 0 && x < mask.width && y < mask.height && bitmap[y * mask.width + x] === 1;
}

describe('resizeMask and cropMask', () => {
  it('read the source pixel under each centre', () => {
    fc.assert(
      fc.property(masks, fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 }), (mask, height, width) => {
        const at = reader(mask);
        const expected = where(height, width, (x, y) =>
          at(Math.floor(((x + 0.5) * mask.width) / width), Math.floor(((y + 0.5) * mask.height) / height)),
        );
        expect([...toBitmap(resizeMask(mask, height, width))]).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('cut a box out, background where the box leaves the image', () => {
    const corner = fc.integer({ min: -6, max: 18 });
    const side = fc.integer({ min: 1, max: 20 });
    fc.assert(
      fc.property(masks, corner, corner, side, side, (mask, x0, y0, width, height) => {
        const at = reader(mask);
        const part = cropMask(mask, [x0, y0, width, height]);
        expect([...toBitmap(part)]).toEqual(where(height, width, (x, y) => at(x0 + x, y0 + y)));
      }),
      { numRuns: 300 },
    );
  });
});

describe('morphology', () => {
  it('equals a disc moved over the bitmap', () => {
    fc.assert(
      fc.property(masks, fc.constantFrom(1, 1.5, 2, 3), (mask, radius) => {
        const at = reader(mask);
        const disc: [number, number][] = [];
        for (let dy = -3; dy <= 3; dy++) {
          for (let dx = -3; dx <= 3; dx++) if (dx * dx + dy * dy <= radius * radius) disc.push([dx, dy]);
        }
        const { height, width } = mask;
        const grown = where(height, width, (x, y) => disc.some(([dx, dy]) => at(x + dx, y + dy)));
        const shrunk = where(height, width, (x, y) => disc.every(([dx, dy]) => at(x + dx, y + dy)));
        expect([...toBitmap(dilated(mask, radius))]).toEqual(grown);
        expect([...toBitmap(eroded(mask, radius))]).toEqual(shrunk);
      }),
      { numRuns: 300 },
    );
  });

  it('complements and subtracts', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        expect(complement(complement(mask))).toEqual(mask);
        expect(area(complement(mask))).toBe(mask.height * mask.width - area(mask));
        const inner = eroded(mask, 1);
        expect(area(difference(mask, inner))).toBe(area(mask) - area(inner));
      }),
    );
  });
});

describe('innermostPoint', () => {
  it('lies in the mask', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        const point = innermostPoint(mask);
        if (area(mask) === 0) expect(point).toBeUndefined();
        else expect(reader(mask)(Math.floor(point!.x), Math.floor(point!.y))).toBe(true);
      }),
    );
  });

  it('lies in the middle of a box and in the wider arm of an L', () => {
    const box = fromBitmap(Uint8Array.from(where(90, 120, (x, y) => x >= 20 && x < 61 && y >= 30 && y < 71)), 90, 120);
    expect(innermostPoint(box)).toMatchObject({ x: 40.5, y: 50.5 });
    const arms = where(400, 500, (x, y) => (x < 20 && y < 300) || (y >= 300 && y < 380 && x < 400));
    expect(innermostPoint(fromBitmap(Uint8Array.from(arms), 400, 500))!.y).toBeGreaterThan(320);
  });

  it('goes elsewhere where a place is taken', () => {
    const bar = fromBitmap(Uint8Array.from(where(40, 200, (_, y) => y >= 10 && y < 30)), 40, 200);
    const first = innermostPoint(bar)!;
    const second = innermostPoint(bar, [first], 30)!;
    expect(Math.hypot(first.x - second.x, first.y - second.y)).toBeGreaterThanOrEqual(30);
    expect(innermostPoint(bar, [first], 1000)).toEqual(first);
  });

  it('finds a mask thinner than its grid', () => {
    const speck = {
      height: 3000,
      width: 4000,
      counts: Uint32Array.of(3000 * 1234 + 567, 1, 12_000_000 - 3000 * 1234 - 568),
    };
    expect(innermostPoint(speck)).toEqual({ x: 1234.5, y: 567.5, depth: 0.5 });
  });
});
