/** A mask as a picture of the size of a letter: what it looks like, and where in its image it lies. */
import { fromBitmap } from './bitmap.ts';
import { firstEndingAfter, foregroundOf, type RunLengthMask } from './foreground.ts';
import { boundingBox } from './geometry.ts';
import { outlinePaths } from './outline.ts';
import { simplifiedRing } from './rings.ts';

export interface Silhouette {
  /** The picture's extent in its own units; its sides are in the proportion of the image's. */
  readonly width: number;
  readonly height: number;
  /** The `d` of an SVG path in these units, at most `MAX_PATH` characters; empty for an empty mask. */
  readonly path: string;
}

/** Characters: a hundred of these in one answer are still few bytes. */
export const MAX_PATH = 1_000;

/** Rows of the picture, about one a pixel of a dense screen; a mask too frayed to be written so gets fewer. */
const ROWS = [30, 21, 15, 10, 7] as const;
/** A picture is at most so many times as wide as high, and no narrower than a fifth of its height. */
const WIDEST = 2;
const NARROWEST = 0.2;

/** A mask takes so much of the picture's side where it can: it is enlarged for it, though never more than eightfold. */
const SHARE = 0.6;
const MOST_ENLARGED = 8;

/** A pixel of the picture is drawn where it is covered so much, compared with the one that is covered most. */
const LEAST_COVERED = 0.4;
/** Units that the line may leave the pixels' corners, enough to make a stair a slope. */
const TOLERANCE = 0.75;
/** Of a wider image not every column is looked at. */
const MOST_COLUMNS = 4_096;

/** A part of an image in pixels, not whole ones. */
interface View {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The mask's shape at its place in its image's frame; a small one is enlarged there. A mask that is not empty has a path,
 * however thin it is.
 */
export function silhouette(mask: RunLengthMask): Silhouette {
  const view = viewOf(mask);
  const aspect = Math.min(Math.max(mask.width / mask.height, NARROWEST), WIDEST);
  const wide = mask.width / mask.height > WIDEST;
  let drawn: Silhouette = { width: 1, height: 1, path: '' };
  for (const rows of ROWS) {
    const width = Math.max(2, Math.round(rows * aspect));
    const height = wide ? Math.max(2, Math.round((width * mask.height) / mask.width)) : rows;
    drawn = { width, height, path: pathOf(gridOf(mask, view, height, width)) };
    if (drawn.path.length <= MAX_PATH) break;
  }
  return drawn;
}

/**
 * The part of the image that the picture shows: in the image's proportion, inside it, and such that the mask's middle has in the
 * picture the place that it has in the image, as far as the whole mask is to be seen.
 */
function viewOf(mask: RunLengthMask): View {
  const [x, y, boxWidth, boxHeight] = boundingBox(mask);
  if (boxWidth === 0) return { left: 0, top: 0, width: mask.width, height: mask.height };
  const wanted = Math.max(boxWidth / mask.width, boxHeight / mask.height) / SHARE;
  const part = Math.min(1, Math.max(1 / MOST_ENLARGED, wanted));
  return {
    left: startOf(x, boxWidth, mask.width, part),
    top: startOf(y, boxHeight, mask.height, part),
    width: mask.width * part,
    height: mask.height * part,
  };
}

/** Where along one side of the image the view begins. */
function startOf(from: number, extent: number, side: number, part: number): number {
  const inPlace = (from + extent / 2) * (1 - part);
  return Math.max(0, Math.min(Math.max(inPlace, from + extent - side * part), from));
}

/** The mask on a grid of `rows` × `columns`: the pixels that it covers most of, in comparison. */
function gridOf(mask: RunLengthMask, view: View, rows: number, columns: number): RunLengthMask {
  const covered = coverage(mask, view, rows, columns);
  const most = covered.reduce((a, b) => Math.max(a, b), 0);
  const pixels = new Uint8Array(rows * columns);
  if (most > 0) for (let i = 0; i < pixels.length; i++) pixels[i] = covered[i]! >= most * LEAST_COVERED ? 1 : 0;
  return fromBitmap(pixels, rows, columns);
}

/** How much of each pixel of a grid, row by row, lies in the mask: 0 to 1. */
function coverage(mask: RunLengthMask, view: View, rows: number, columns: number): Float64Array {
  const covered = new Float64Array(rows * columns);
  const foreground = foregroundOf(mask);
  const { starts, ends } = foreground;
  const [left, , boxWidth] = boundingBox(mask);
  const step = Math.ceil(boxWidth / MOST_COLUMNS);
  const [right, down] = [columns / view.width, rows / view.height];
  for (let x = left; x < left + boxWidth; x += step) {
    const low = x * mask.height;
    const high = low + mask.height;
    const from = Math.max(0, (x - view.left) * right);
    const to = Math.min(columns, (x + step - view.left) * right);
    for (let i = firstEndingAfter(foreground, low); i < starts.length && starts[i]! < high; i++) {
      const top = Math.max(0, (Math.max(starts[i]!, low) - low - view.top) * down);
      const bottom = Math.min(rows, (Math.min(ends[i]!, high) - low - view.top) * down);
      addBox(covered, columns, from, top, to, bottom);
    }
  }
  return covered;
}

/** Adds to each pixel what a box `left`, `top`, `right`, `bottom` covers of it. */
function addBox(
  covered: Float64Array,
  columns: number,
  left: number,
  top: number,
  right: number,
  bottom: number,
): void {
  for (let column = Math.floor(left); column < right; column++) {
    const across = Math.min(right, column + 1) - Math.max(left, column);
    for (let row = Math.floor(top); row < bottom; row++)
      covered[row * columns + column]! += across * (Math.min(bottom, row + 1) - Math.max(top, row));
  }
}

function pathOf(grid: RunLengthMask): string {
  let path = '';
  for (const loop of outlinePaths(grid)) {
    path += subpath(loop);
    if (path.length > MAX_PATH) break;
  }
  return path;
}

/** A closed ring of whole numbers, from point to point. */
function subpath(ring: readonly number[]): string {
  // A single pixel stays a square.
  const kept = ring.length <= 8 ? [0, 1, 2, 3] : simplifiedRing(ring, TOLERANCE);
  let [x, y] = [ring[2 * kept[0]!]!, ring[2 * kept[0]! + 1]!];
  let text = `M${x} ${y}l`;
  for (let i = 1; i < kept.length; i++) {
    const [nextX, nextY] = [ring[2 * kept[i]!]!, ring[2 * kept[i]! + 1]!];
    text += `${i > 1 && nextX >= x ? ' ' : ''}${nextX - x}${nextY >= y ? ' ' : ''}${nextY - y}`;
    [x, y] = [nextX, nextY];
  }
  return `${text}z`;
}
