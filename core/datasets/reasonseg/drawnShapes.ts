/** Polygons as LISA draws them with OpenCV: corners cut to whole pixels, filled, and with an outline one pixel wide. */

export type Point = readonly [x: number, y: number];

/** What the corners of a shape may lie apart: larger numbers are no pixels. */
const FARTHEST = 100_000;

/**
 * Sets the pixels of a polygon in a row-major bitmap; returns how many there are.
 *
 * @param value What the pixels become.
 */
export function drawShape(
  points: readonly Point[],
  bitmap: Uint8Array,
  height: number,
  width: number,
  value: number,
): number {
  const corners = points.map(([x, y]): Point => [whole(x), whole(y)]);
  const own = new Uint8Array(bitmap.length);
  fillInside(corners, own, height, width);
  for (const [i, corner] of corners.entries()) drawLine(corner, corners[(i + 1) % corners.length]!, own, height, width);
  let area = 0;
  for (let i = 0; i < own.length; i++) {
    if (own[i] === 0) continue;
    area++;
    bitmap[i] = value;
  }
  return area;
}

/** Pixels whose centre lies inside, by the even-odd rule, row by row. */
function fillInside(corners: readonly Point[], own: Uint8Array, height: number, width: number): void {
  const crossings: number[][] = Array.from({ length: height }, () => []);
  corners.forEach((from, i) => {
    const to = corners[(i + 1) % corners.length]!;
    const [upper, lower] = from[1] <= to[1] ? [from, to] : [to, from];
    const slope = (lower[0] - upper[0]) / (lower[1] - upper[1]);
    for (let y = Math.max(upper[1], 0); y < Math.min(lower[1], height); y++)
      crossings[y]!.push(upper[0] + slope * (y - upper[1]));
  });
  crossings.forEach((row, y) => {
    row.sort((a, b) => a - b);
    for (let i = 0; i + 1 < row.length; i += 2) {
      const left = Math.max(Math.ceil(row[i]!), 0);
      const right = Math.min(Math.floor(row[i + 1]!), width - 1);
      if (right >= left) own.fill(1, y * width + left, y * width + right + 1);
    }
  });
}

/**
 * Bresenham's line from left to right, as OpenCV walks it. Of a line that leaves the image OpenCV moves the ends to the border
 * first, so that single pixels may differ there.
 */
function drawLine(one: Point, other: Point, own: Uint8Array, height: number, width: number): void {
  const [from, to] = one[0] <= other[0] ? [one, other] : [other, one];
  const [dx, dy] = [to[0] - from[0], Math.abs(to[1] - from[1])];
  const down = to[1] >= from[1] ? 1 : -1;
  const steep = dy > dx;
  const [long, short] = steep ? [dy, dx] : [dx, dy];
  let [x, y] = from;
  let error = long - 2 * short;
  for (let i = 0; i <= long; i++) {
    if (x >= 0 && x < width && y >= 0 && y < height) own[y * width + x] = 1;
    if (error < 0) {
      error += 2 * long;
      if (steep) x++;
      else y += down;
    }
    error -= 2 * short;
    if (steep) y += down;
    else x++;
  }
}

function whole(value: number): number {
  return Math.trunc(Math.min(Math.max(value, -FARTHEST), FARTHEST));
}
