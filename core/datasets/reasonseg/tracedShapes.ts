/** Masks as polygons through the centres of their border pixels: drawn with an outline (`drawShape`) they are the mask again. */
import { outlinePaths } from '../../masks/outline.ts';
import type { RunLengthMask } from '../../masks/runLengthMask.ts';
import type { Point } from './drawnShapes.ts';

export interface TracedShapes {
  /** One for each part of the mask. */
  readonly shapes: readonly (readonly Point[])[];
  /** How many holes the mask has, which polygons cannot hold. */
  readonly holes: number;
}

export function tracedShapes(mask: RunLengthMask): TracedShapes {
  const loops = outlinePaths(mask);
  const outer = loops.filter((loop) => signedArea(loop) > 0);
  return { shapes: outer.map(throughPixels), holes: loops.length - outer.length };
}

/** The pixels along the inside of a loop of edges that runs clockwise: the first and the last one of each edge. */
function throughPixels(loop: readonly number[]): readonly Point[] {
  const points: [x: number, y: number][] = [];
  for (let i = 0; i < loop.length; i += 2) {
    const [x1, y1] = [loop[i]!, loop[i + 1]!];
    const [x2, y2] = [loop[(i + 2) % loop.length]!, loop[(i + 3) % loop.length]!];
    // To the right of the way lies the inside: below an edge that runs to the right, left of one that runs down.
    const ends: [number, number][] =
      y1 === y2
        ? x2 > x1
          ? [
              [x1, y1],
              [x2 - 1, y1],
            ]
          : [
              [x1 - 1, y1 - 1],
              [x2, y1 - 1],
            ]
        : y2 > y1
          ? [
              [x1 - 1, y1],
              [x1 - 1, y2 - 1],
            ]
          : [
              [x1, y1 - 1],
              [x1, y2],
            ];
    for (const end of ends) {
      const last = points[points.length - 1];
      if (last === undefined || last[0] !== end[0] || last[1] !== end[1]) points.push(end);
    }
  }
  const [first, last] = [points[0]!, points[points.length - 1]!];
  if (points.length > 1 && first[0] === last[0] && first[1] === last[1]) points.pop();
  return points;
}

/** Twice the area; of a loop that runs clockwise, with y downwards, it is positive. */
function signedArea(loop: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < loop.length; i += 2) {
    const [x2, y2] = [loop[(i + 2) % loop.length]!, loop[(i + 3) % loop.length]!];
    sum += loop[i]! * y2 - x2 * loop[i + 1]!;
  }
  return sum;
}
