/**
 * The mask in work on the canvas: its area in its colour, its contour as sharp lines. Painted from square tiles at about the
 * canvas's resolution, made when they come into sight and again where the mask changed in them, so that a stroke costs what it
 * touches and panning costs next to nothing.
 */
import { changedBox } from '../../core/masks/changedBox.ts';
import { maskTile, tileEdges } from '../../core/masks/maskTile.ts';
import type { Box, RunLengthMask } from '../../core/masks/runLengthMask.ts';
import type { DrawingFrame } from './contract.ts';

/** Cells a tile has in a row and a column. */
const SIDE = 256;

/** Tiles out of sight are kept up to this many: 256 KiB each. */
const MOST_TILES = 256;

const OPACITY = 0.45;

/** CSS pixels: a dark line, a white one on it, and the colour on both, so that the contour is seen on any photograph. */
const CONTOUR = [
  { width: 5.5, style: 'rgba(0, 0, 0, 0.6)' },
  { width: 4, style: '#ffffff' },
] as const;
const COLOUR_WIDTH = 2;

interface Tile {
  /** All of it is in the mask, or nothing, or its picture says what. */
  readonly area: 'full' | 'empty' | OffscreenCanvas;
  /** In cells from the tile's corner; nothing where no contour runs. */
  readonly edges: Path2D | undefined;
}

/** A tile in sight and its place on the canvas, in device pixels. */
interface PlacedTile {
  readonly tile: Tile;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** The corner before rounding. */
  readonly corner: readonly [x: number, y: number];
}

export class MaskPainter {
  readonly #cells = new Uint8Array((SIDE + 2) * (SIDE + 2));
  readonly #tiles = new Map<number, Tile>();
  #image: ImageData | undefined;
  #mask: RunLengthMask | undefined;
  #colour = '';
  #step = 0;

  forget(): void {
    this.#tiles.clear();
    this.#mask = undefined;
  }

  paint(frame: DrawingFrame, mask: RunLengthMask, colour: string): void {
    const scale = frame.placement.scale * frame.ratio;
    if (!(scale > 0)) return;
    this.#follow(mask, colour, 2 ** Math.max(0, Math.floor(-Math.log2(scale))));
    const placed = this.#inSight(frame, mask, scale);
    paintAreas(frame.context, placed, colour);
    paintContours(frame, placed, colour, scale * this.#step);
    if (this.#tiles.size > MOST_TILES) this.#keepOnly(new Set(placed.map(({ tile }) => tile)));
  }

  /** Drops the tiles that are not as they should be any more. */
  #follow(mask: RunLengthMask, colour: string, step: number): void {
    const before = this.#mask;
    const sameGrid = before?.width === mask.width && before.height === mask.height;
    if (before === undefined || !sameGrid || colour !== this.#colour || step !== this.#step) this.#tiles.clear();
    else if (before !== mask) this.#dropChanged(changedBox(before, mask));
    this.#mask = mask;
    this.#colour = colour;
    this.#step = step;
  }

  #dropChanged(box: Box | undefined): void {
    if (box === undefined) return;
    const side = SIDE * this.#step;
    // A tile's edges are made of the cells next to it, too.
    const first = [box[0] - this.#step, box[1] - this.#step] as const;
    const last = [box[0] + box[2] - 1 + this.#step, box[1] + box[3] - 1 + this.#step] as const;
    for (let column = Math.floor(first[0] / side); column <= last[0] / side; column++) {
      for (let row = Math.floor(first[1] / side); row <= last[1] / side; row++)
        this.#tiles.delete(tileKey(column, row));
    }
  }

  #inSight({ context, placement, ratio }: DrawingFrame, mask: RunLengthMask, scale: number): PlacedTile[] {
    const side = SIDE * this.#step * scale;
    const [left, top] = [placement.left * ratio, placement.top * ratio];
    const right = Math.min(context.canvas.width, left + mask.width * scale);
    const bottom = Math.min(context.canvas.height, top + mask.height * scale);
    const placed: PlacedTile[] = [];
    for (let column = Math.max(0, Math.floor(-left / side)); left + column * side < right; column++) {
      for (let row = Math.max(0, Math.floor(-top / side)); top + row * side < bottom; row++) {
        const corner = [left + column * side, top + row * side] as const;
        // Whole device pixels: tiles that meet at a fraction would show a seam.
        const [x, y] = [Math.round(corner[0]), Math.round(corner[1])];
        const [width, height] = [Math.round(corner[0] + side) - x, Math.round(corner[1] + side) - y];
        placed.push({ tile: this.#tile(mask, column, row), left: x, top: y, width, height, corner });
      }
    }
    return placed;
  }

  #tile(mask: RunLengthMask, column: number, row: number): Tile {
    const key = tileKey(column, row);
    const known = this.#tiles.get(key);
    if (known !== undefined) return known;
    const side = SIDE * this.#step;
    const { cells, filled } = maskTile(mask, column * side, row * side, this.#step, SIDE, this.#cells);
    const tile: Tile =
      filled === 0 || filled === cells.length
        ? { area: filled === 0 ? 'empty' : 'full', edges: undefined }
        : { area: this.#picture(cells), edges: pathOf(tileEdges({ cells, filled }, SIDE)) };
    this.#tiles.set(key, tile);
    return tile;
  }

  #picture(cells: Uint8Array): OffscreenCanvas | 'empty' {
    const canvas = new OffscreenCanvas(SIDE, SIDE);
    const context = canvas.getContext('2d');
    if (context === null) return 'empty';
    this.#image ??= new ImageData(SIDE, SIDE);
    const pixels = new Uint32Array(this.#image.data.buffer);
    const ink = inkWord(this.#colour);
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) pixels[y * SIDE + x] = cells[(x + 1) * (SIDE + 2) + y + 1] === 1 ? ink : 0;
    }
    context.putImageData(this.#image, 0, 0);
    return canvas;
  }

  #keepOnly(tiles: ReadonlySet<Tile>): void {
    for (const [key, tile] of this.#tiles) if (!tiles.has(tile)) this.#tiles.delete(key);
  }
}

/** Tiles of one mask, which has fewer than 2^16 in a row. */
function tileKey(column: number, row: number): number {
  return column * 65_536 + row;
}

function paintAreas(context: CanvasRenderingContext2D, placed: readonly PlacedTile[], colour: string): void {
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.globalAlpha = OPACITY;
  context.fillStyle = colour;
  for (const { tile, left, top, width, height } of placed) {
    if (tile.area === 'empty') continue;
    if (tile.area === 'full') {
      context.fillRect(left, top, width, height);
      continue;
    }
    context.imageSmoothingEnabled = width < SIDE;
    context.drawImage(tile.area, left, top, width, height);
  }
  context.globalAlpha = 1;
}

/** `cell`: device pixels a cell. */
function paintContours(frame: DrawingFrame, placed: readonly PlacedTile[], colour: string, cell: number): void {
  const { context, ratio } = frame;
  context.lineCap = 'square';
  context.setLineDash([]);
  for (const { width, style } of [...CONTOUR, { width: COLOUR_WIDTH, style: colour }]) {
    context.strokeStyle = style;
    context.lineWidth = (width * ratio) / cell;
    for (const { tile, corner } of placed) {
      if (tile.edges === undefined) continue;
      context.setTransform(cell, 0, 0, cell, corner[0], corner[1]);
      context.stroke(tile.edges);
    }
  }
  context.setTransform(1, 0, 0, 1, 0, 0);
}

function pathOf(edges: readonly number[]): Path2D | undefined {
  if (edges.length === 0) return undefined;
  const path = new Path2D();
  for (let i = 0; i < edges.length; i += 4) {
    path.moveTo(edges[i]!, edges[i + 1]!);
    path.lineTo(edges[i + 2]!, edges[i + 3]!);
  }
  return path;
}

/** `#rrggbb` as a word of image data, opaque; canvases are read low byte first on every machine that runs the editor. */
function inkWord(colour: string): number {
  const value = Number.parseInt(colour.slice(1), 16);
  return (0xff000000 | ((value & 255) << 16) | (value & 0xff00) | (value >> 16)) >>> 0;
}
