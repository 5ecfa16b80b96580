/** One frame of what lies over the photograph: the shade around active masks, areas, edges, numbers; a ground where there is none. */
import { inkOn } from './inkOn.ts';
import type { MaskLayer } from './maskLayer.ts';
import type { Placement, Size } from './viewport.ts';

export interface PictureContent {
  /** Under the canvas and moved with it. */
  readonly photograph: HTMLImageElement | undefined;
  /** Of the photograph, or of the masks where there is none; pixels. */
  readonly size: Size;
  readonly layers: readonly MaskLayer[];
}

export interface PictureLight {
  readonly active: ReadonlySet<number>;
  readonly hovered: ReadonlySet<number>;
}

export interface PictureLook {
  readonly opacity: number;
  readonly outlines: boolean;
  readonly numbers: boolean;
}

export interface Painting extends PictureContent, PictureLight, PictureLook {
  /** Device pixels a CSS pixel. */
  readonly ratio: number;
  readonly placement: Placement;
  /** The theme's text colour, for the ground where there is no photograph. */
  readonly ink: string;
  readonly font: string;
}

type Context = CanvasRenderingContext2D;

/** What is left of the chosen opacity on the other masks while one is active. */
const unlit = 0.35;
/** How dark the photograph turns around an active mask. */
const shade = 0.42;

export function paintPicture(context: Context, painting: Painting): void {
  const { canvas } = context;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  // Small masks lie over large ones: a cup stays visible on its table.
  const layers = [...painting.layers].sort((a, b) => b.mask.area - a.mask.area);
  const active = layers.filter(({ mask }) => painting.active.has(mask.index));
  if (painting.photograph === undefined) paintGround(context, painting);
  else if (active.length > 0) paintShade(context, painting, active);
  for (const layer of layers) paintArea(context, painting, layer);
  for (const layer of layers) if (!isBright(painting, layer)) paintEdge(context, painting, layer);
  for (const layer of layers) if (isBright(painting, layer)) paintEdge(context, painting, layer);
  if (painting.numbers) for (const layer of layers) paintNumber(context, painting, layer);
}

const isBright = (painting: Painting, { mask }: MaskLayer): boolean =>
  painting.active.has(mask.index) || painting.hovered.has(mask.index);

/** From here on the picture's pixels are the unit. */
function toPicture(context: Context, { ratio, placement: { left, top, scale } }: Painting): void {
  context.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * left, ratio * top);
}

/** From here on the mask's pixels are the unit; they differ from the picture's only in a faulty record. */
function toMask(context: Context, painting: Painting, { mask }: MaskLayer): number {
  toPicture(context, painting);
  const stretch = painting.size.width / mask.runs.width;
  context.scale(stretch, painting.size.height / mask.runs.height);
  return painting.placement.scale * stretch;
}

function paintGround(context: Context, { size, placement, ratio, ink }: Painting): void {
  const [width, height] = [size.width * placement.scale, size.height * placement.scale];
  context.setTransform(ratio, 0, 0, ratio, ratio * placement.left, ratio * placement.top);
  context.fillStyle = ink;
  context.globalAlpha = 0.05;
  context.fillRect(0, 0, width, height);
  context.fillStyle = context.createPattern(checkers(ink), 'repeat') ?? ink;
  context.fillRect(0, 0, width, height);
  context.globalAlpha = 1;
}

function checkers(ink: string): OffscreenCanvas {
  const side = 8;
  const tile = new OffscreenCanvas(2 * side, 2 * side);
  const context = tile.getContext('2d');
  if (context === null) return tile;
  context.fillStyle = ink;
  context.fillRect(0, 0, side, side);
  context.fillRect(side, side, side, side);
  return tile;
}

/** Darkens the photograph everywhere but under the active masks. */
function paintShade(context: Context, painting: Painting, active: readonly MaskLayer[]): void {
  toPicture(context, painting);
  context.fillStyle = `rgba(0, 0, 0, ${shade})`;
  context.fillRect(0, 0, painting.size.width, painting.size.height);
  context.globalCompositeOperation = 'destination-out';
  context.fillStyle = '#000000';
  for (const layer of active) {
    toMask(context, painting, layer);
    context.fill(layer.edge, 'evenodd');
  }
  context.globalCompositeOperation = 'source-over';
}

function paintArea(context: Context, painting: Painting, layer: MaskLayer): void {
  if (layer.area === undefined) return;
  const scale = toMask(context, painting, layer);
  const share = painting.active.size > 0 && !isBright(painting, layer) ? unlit : 1;
  const [x, y, width, height] = layer.mask.box;
  context.globalAlpha = painting.opacity * share;
  context.imageSmoothingEnabled = scale < 1;
  context.drawImage(layer.area, x, y, width, height);
  context.globalAlpha = 1;
}

/** A dark or white line under the coloured one keeps the edge visible on any photograph. */
function paintEdge(context: Context, painting: Painting, layer: MaskLayer): void {
  const bright = isBright(painting, layer);
  if (!painting.outlines && !bright) return;
  const faded = !bright && painting.active.size > 0;
  const scale = toMask(context, painting, layer);
  const stroke = (style: string, width: number): void => {
    context.strokeStyle = style;
    context.lineWidth = width / scale;
    context.stroke(layer.edge);
  };
  context.lineJoin = 'round';
  context.globalAlpha = faded ? 0.45 : 1;
  stroke(bright ? '#ffffff' : 'rgba(0, 0, 0, 0.55)', bright ? 4.5 : 3);
  stroke(layer.color.hex, bright ? 2.25 : 1.5);
  context.globalAlpha = 1;
}

function paintNumber(context: Context, painting: Painting, layer: MaskLayer): void {
  if (layer.area === undefined) return;
  const { placement, ratio, size, font } = painting;
  const { runs, index } = layer.mask;
  const bright = isBright(painting, layer);
  const x = placement.left + (layer.numberAt[0] / runs.width) * size.width * placement.scale;
  const y = placement.top + (layer.numberAt[1] / runs.height) * size.height * placement.scale;
  const text = String(index + 1);
  const half = bright ? 11 : 9;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.font = `600 ${bright ? 12.5 : 11}px ${font}`;
  const wide = Math.max(2 * half, context.measureText(text).width + half);
  context.globalAlpha = !bright && painting.active.size > 0 ? 0.6 : 1;
  context.beginPath();
  context.roundRect(x - wide / 2, y - half, wide, 2 * half, half);
  context.fillStyle = layer.color.hex;
  context.fill();
  context.lineWidth = bright ? 2 : 1.25;
  context.strokeStyle = '#ffffff';
  context.stroke();
  context.fillStyle = inkOn(layer.color);
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(text, x, y + 0.5);
  context.globalAlpha = 1;
}
