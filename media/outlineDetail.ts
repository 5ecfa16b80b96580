/** Outlines with as many points as the screen can show: loops of `outlinePaths`, thinned out when far, cut to the place when near. */

/** Closed, `[x1, y1, x2, y2, …]` in the mask's pixels. */
export type Loop = readonly number[];

/** `[left, top, right, bottom]` in the mask's pixels. */
export type Region = readonly [left: number, top: number, right: number, bottom: number];

/**
 * The loop with only the points that lie `tolerance` or more from the one kept before. A loop that is smaller than that
 * becomes its bounding box, so that a small thing in a large photograph is never lost.
 */
export function thinLoop(loop: Loop, tolerance: number): Loop {
  const kept: number[] = [loop[0]!, loop[1]!];
  let [lastX, lastY] = [loop[0]!, loop[1]!];
  for (let k = 2; k < loop.length; k += 2) {
    const x = loop[k]!;
    const y = loop[k + 1]!;
    if (Math.abs(x - lastX) < tolerance && Math.abs(y - lastY) < tolerance) continue;
    kept.push(x, y);
    lastX = x;
    lastY = y;
  }
  return kept.length >= 6 ? kept : boxLoop(loop);
}

/**
 * The loop without the points that cannot be seen: of neighbours that lie on the same side of the region the middle ones go,
 * which changes nothing inside it. Empty where the whole loop lies on one side.
 */
export function cutLoop(loop: Loop, region: Region): Loop {
  const first = sidesOf(loop[0]!, loop[1]!, region);
  let common = first;
  const kept: number[] = [loop[0]!, loop[1]!];
  let before = first;
  let here = sidesOf(loop[2]!, loop[3]!, region);
  for (let k = 2; k < loop.length; k += 2) {
    common &= here;
    const last = k + 2 >= loop.length;
    const after = last ? first : sidesOf(loop[k + 2]!, loop[k + 3]!, region);
    if ((before & here & after) === 0) {
      kept.push(loop[k]!, loop[k + 1]!);
      before = here;
    }
    here = after;
  }
  return common === 0 ? kept : [];
}

const LEFT = 1;
const RIGHT = 2;
const ABOVE = 4;
const BELOW = 8;

function sidesOf(x: number, y: number, [left, top, right, bottom]: Region): number {
  return (x < left ? LEFT : x > right ? RIGHT : 0) | (y < top ? ABOVE : y > bottom ? BELOW : 0);
}

function boxLoop(loop: Loop): Loop {
  let [left, top, right, bottom] = [loop[0]!, loop[1]!, loop[0]!, loop[1]!];
  for (let k = 2; k < loop.length; k += 2) {
    left = Math.min(left, loop[k]!);
    right = Math.max(right, loop[k]!);
    top = Math.min(top, loop[k + 1]!);
    bottom = Math.max(bottom, loop[k + 1]!);
  }
  return [left, top, right, top, right, bottom, left, bottom];
}
