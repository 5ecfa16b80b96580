import { walkColumnChanges } from './columns.ts';
import type { RunLengthMask } from './foreground.ts';

export interface OutlinePlacement {
  /** Output units a pixel. */
  readonly scale?: number;
  readonly offsetX?: number;
  readonly offsetY?: number;
}

/**
 * The mask's boundary along pixel edges: closed loops `[x1, y1, x2, y2, …]` of corner coordinates (0 to width, 0 to
 * height), only where the direction turns. With y downwards outer loops run clockwise and holes anticlockwise, so the
 * signed areas sum to the mask's area. Pixels that touch at a corner alone lie in separate loops.
 */
export function outlinePaths(mask: RunLengthMask): readonly (readonly number[])[] {
  const corners = collectCorners(mask);
  const across = joinAcross(corners, mask.height);
  const loops: number[][] = [];
  const visited = new Uint8Array(corners.length);
  for (let start = 0; start < corners.length; start += 2) {
    if (visited[start]) continue;
    const loop: number[] = [];
    let from = start;
    while (!visited[from]) {
      const to = from + 1;
      visited[from] = 1;
      loop.push(corners.x[from]!, corners.y[from]!, corners.x[to]!, corners.y[to]!);
      from = across[to]!;
    }
    loops.push(loop);
  }
  return loops;
}

/** The boundary as the `d` of an SVG path, holes left open under either fill rule; empty for an empty mask. */
export function outlineSvgPath(mask: RunLengthMask, placement: OutlinePlacement = {}): string {
  const { scale = 1, offsetX = 0, offsetY = 0 } = placement;
  const x = (value: number) => shortNumber(value * scale + offsetX);
  const y = (value: number) => shortNumber(value * scale + offsetY);
  const parts: string[] = [];
  for (const loop of outlinePaths(mask)) {
    parts.push(`M${x(loop[0]!)} ${y(loop[1]!)}`);
    // Each edge turns by a right angle and the first is vertical.
    for (let i = 2; i < loop.length; i += 2) parts.push(i % 4 === 2 ? `V${y(loop[i + 1]!)}` : `H${x(loop[i]!)}`);
    parts.push('Z');
  }
  return parts.join('');
}

/** Ends of the vertical edges: edge e runs from corner 2e to corner 2e + 1. */
interface Corners {
  readonly x: Uint32Array;
  readonly y: Uint32Array;
  readonly length: number;
}

/**
 * Vertical edges column by column: right sides run down, left sides run up; where both end in one corner the right side
 * is first.
 */
function collectCorners(mask: RunLengthMask): Corners {
  let x = new Uint32Array(256);
  let y = new Uint32Array(256);
  let length = 0;
  let held: number[] = [];
  const add = (column: number, from: number, to: number) => {
    if (length + 2 > x.length) {
      x = doubled(x);
      y = doubled(y);
    }
    x[length] = column;
    y[length++] = from;
    x[length] = column;
    y[length++] = to;
  };
  const release = () => {
    for (let i = 0; i < held.length; i += 3) add(held[i]!, held[i + 1]!, held[i + 2]!);
    held = [];
  };
  walkColumnChanges(
    mask,
    (column, top, bottom) => {
      if (held[0] !== column) release();
      held.push(column, bottom, top);
    },
    (column, top, bottom) => {
      if (held[0] !== column) release();
      add(column, top, bottom);
    },
  );
  release();
  return { x, y, length };
}

/**
 * For every corner the one at the other end of its horizontal edge. Along a line of corners edges and gaps alternate,
 * so the corners of each y, from left to right, pair up.
 */
function joinAcross({ y, length }: Corners, height: number): Uint32Array {
  const across = new Uint32Array(length);
  const waiting = new Int32Array(height + 1).fill(-1);
  for (let corner = 0; corner < length; corner++) {
    const row = y[corner]!;
    const partner = waiting[row]!;
    if (partner < 0) {
      waiting[row] = corner;
    } else {
      across[corner] = partner;
      across[partner] = corner;
      waiting[row] = -1;
    }
  }
  return across;
}

function shortNumber(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function doubled(list: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(list.length * 2);
  larger.set(list);
  return larger;
}
