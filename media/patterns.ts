/** A mask's pattern, for those who cannot tell its colour from another's: one of eight by its index, the same wherever it is shown. */
import type { MaskColor } from '../core/masks/palette.ts';
import { inkOn } from './inkOn.ts';

export const PATTERNS = [
  'rising stripes',
  'dots',
  'level stripes',
  'falling stripes',
  'squares',
  'upright stripes',
  'lattice',
  'rings',
] as const;

/** The pattern of the mask with this index. Eight patterns and twelve colours: the pair comes again after twenty-four masks. */
export function patternName(index: number): (typeof PATTERNS)[number] {
  return PATTERNS[((index % PATTERNS.length) + PATTERNS.length) % PATTERNS.length]!;
}

const side = 12;

/** One tile of the pattern in the ink that stands out on the colour, on a clear ground; `ratio` device pixels a CSS pixel. */
export function patternTile(index: number, color: MaskColor, ratio: number): OffscreenCanvas {
  const tile = new OffscreenCanvas(Math.round(side * ratio), Math.round(side * ratio));
  const context = tile.getContext('2d');
  if (context === null) return tile;
  context.scale(tile.width / side, tile.height / side);
  context.strokeStyle = context.fillStyle = inkOn(color);
  context.lineWidth = 2;
  draw[patternName(index)](context);
  return tile;
}

type Context = OffscreenCanvasRenderingContext2D;

const half = side / 2;

const draw: Readonly<Record<(typeof PATTERNS)[number], (context: Context) => void>> = {
  'rising stripes': (context) => {
    line(context, -2, 2, 2, -2);
    line(context, -2, side + 2, side + 2, -2);
    line(context, side - 2, side + 2, side + 2, side - 2);
  },
  'falling stripes': (context) => {
    line(context, side - 2, -2, side + 2, 2);
    line(context, -2, -2, side + 2, side + 2);
    line(context, -2, side - 2, 2, side + 2);
  },
  'level stripes': (context) => line(context, 0, half, side, half),
  'upright stripes': (context) => line(context, half, 0, half, side),
  lattice: (context) => {
    line(context, 0, half, side, half);
    line(context, half, 0, half, side);
  },
  dots: (context) => {
    circle(context, 3, 3, 1.8);
    circle(context, 9, 9, 1.8);
    context.fill();
  },
  squares: (context) => {
    context.fillRect(0, 0, half, half);
    context.fillRect(half, half, half, half);
  },
  rings: (context) => {
    circle(context, half, half, 3.5);
    context.stroke();
  },
};

function line(context: Context, fromX: number, fromY: number, toX: number, toY: number): void {
  context.beginPath();
  context.moveTo(fromX, fromY);
  context.lineTo(toX, toY);
  context.stroke();
}

function circle(context: Context, x: number, y: number, radius: number): void {
  context.moveTo(x + radius, y);
  context.arc(x, y, radius, 0, 2 * Math.PI);
}
