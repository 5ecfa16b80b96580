import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { area } from '../../core/masks/runLengthMask.ts';
import { drawnRows, maskWhere, smallMasks } from '../../core/testing/maskArbitraries.ts';
import {
  lineNear,
  maskOfPolygon,
  polygonOf,
  vertexNear,
  withoutVertex,
  withRing,
  withVertexAt,
  withVertexBehind,
} from './polygon.ts';

describe('a polygon of a mask', () => {
  it('is the mask, pixel by pixel, whatever its rings were simplified to', () => {
    fc.assert(
      fc.property(smallMasks(24), fc.constantFrom(1, 3, 50), (mask, tolerance) => {
        expect(drawnRows(maskOfPolygon(polygonOf(mask, tolerance), mask.height, mask.width))).toEqual(drawnRows(mask));
      }),
      { numRuns: 300 },
    );
  });

  it('changes nothing outside the rings that are touched, and comes back when the point does', () => {
    const two = maskWhere(60, 90, (x, y) => Math.hypot(x - 20, y - 30) < 15 || Math.hypot(x - 65, y - 30) < 15.3);
    const polygon = polygonOf(two, 1);
    const left = polygon.rings.findIndex(({ vertices }) => vertices.every(({ x }) => x < 40));
    const place = { ring: left, vertex: 2 };
    const moved = withVertexAt(polygon, place, { x: 2, y: 2 });
    expect(moved.rings[1 - left]).toBe(polygon.rings[1 - left]);
    const right = (mask: typeof two) => drawnRows(mask).map((row) => row.slice(40));
    expect(right(maskOfPolygon(moved, 60, 90))).toEqual(right(two));
    expect(area(maskOfPolygon(moved, 60, 90))).not.toBe(area(two));
    const [back, was] = [withVertexAt(moved, place, polygon.rings[left]!.vertices[2]!), polygon.rings[left]!];
    // Straight lines where the contour was, and that only on both sides of the point.
    expect(back.rings[left]!.vertices.filter(({ path }) => path === undefined).length).toBeLessThanOrEqual(
      was.vertices.filter(({ path }) => path === undefined).length + 2,
    );
    expect(Math.abs(area(maskOfPolygon(back, 60, 90)) - area(two))).toBeLessThan(30);
  });

  it('takes a point more into a line and lets go of points, down to a ring of none', () => {
    const box = polygonOf(
      maskWhere(20, 30, (x, y) => x >= 5 && x < 25 && y >= 5 && y < 15),
      1,
    );
    const line = lineNear(box, { x: 15, y: 4.5 }, 1)!;
    expect(vertexNear(box, { x: 15, y: 4.5 }, 1)).toBeUndefined();
    const roof = withVertexBehind(box, line, { x: 15, y: 0 });
    expect(area(maskOfPolygon(roof, 20, 30))).toBeGreaterThan(200);
    const top = vertexNear(roof, { x: 15, y: 0 }, 1)!;
    expect(area(maskOfPolygon(withoutVertex(roof, top), 20, 30))).toBe(200);
    let shrinking = box;
    for (let points = 4; points > 2; points--) shrinking = withoutVertex(shrinking, { ring: 0, vertex: 0 });
    expect(shrinking.rings).toEqual([]);
  });

  it('rings count in their order: what cuts cuts only what came before', () => {
    const square = (from: number, to: number) =>
      [
        [from, from],
        [to, from],
        [to, to],
        [from, to],
      ].map(([x, y]) => ({ x: x!, y: y! }));
    let polygon = withRing({ rings: [] }, { vertices: square(0, 10), adds: true });
    polygon = withRing(polygon, { vertices: square(2, 8), adds: false });
    polygon = withRing(polygon, { vertices: square(4, 6), adds: true });
    expect(area(maskOfPolygon(polygon, 12, 12))).toBe(100 - 36 + 4);
  });
});
