/** One frame of what lies over the photograph: the masks, those lit up, the mask in work; a ground where there is no photograph. */
import type { DrawingFrame } from './drawing/contract.ts';
import type { MaskLayer } from './maskLayer.ts';
import { type MaskLook, outlineInSight, paintEdge, paintMark, type Sight, toMask } from './paintMasks.ts';
import type { Scene } from './scene.ts';
import type { Placement } from './viewport.ts';

export interface PictureLight {
  readonly active: ReadonlySet<number>;
  readonly hovered: ReadonlySet<number>;
}

export interface Painting extends Sight {
  /** By size, the largest first, so that a cup stays visible on its table. */
  readonly layers: readonly MaskLayer[];
  readonly words: ReadonlyMap<number, string>;
  readonly look: MaskLook;
  readonly light: PictureLight;
  readonly dashed: boolean;
  /** A plain ground, where the canvas covers no photograph. */
  readonly ground: boolean;
  /** The theme's text colour, for the ground. */
  readonly ink: string;
  readonly font: string;
  /** A mask is in work, and the others step back. */
  readonly drawing: ((frame: DrawingFrame) => void) | undefined;
}

type Context = CanvasRenderingContext2D;

/** What is left of the other masks while one is active. */
const unlit = 0.35;
/** How dark the photograph turns around an active mask. */
const shade = 0.42;
/** From so many CSS pixels a pixel on, the borders of pixels are drawn. */
const gridFrom = 8;

export function paintPicture(context: Context, painting: Painting, scene: Scene): void {
  const { canvas } = context;
  const { placement, ratio, light } = painting;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  const active = painting.layers.filter(({ mask }) => light.active.has(mask.index));
  const inWork = painting.drawing !== undefined;
  if (painting.ground) paintGround(context, painting);
  if (inWork) {
    context.globalAlpha = unlit;
    scene.copyTo(context, placement, ratio);
    context.globalAlpha = 1;
  } else if (active.length === 0) scene.copyTo(context, placement, ratio);
  else paintLit(context, painting, scene, active);
  if (!inWork) {
    for (const layer of painting.layers) if (isBright(painting, layer)) paintBright(context, painting, layer);
  }
  if (placement.scale >= gridFrom) paintGrid(context, painting);
  painting.drawing?.({ context, placement, ratio });
}

const isBright = ({ light }: Painting, { mask }: MaskLayer): boolean =>
  light.active.has(mask.index) || light.hovered.has(mask.index);

/** Darkens the photograph and fades the masks everywhere but under the active ones. */
function paintLit(context: Context, painting: Painting, scene: Scene, active: readonly MaskLayer[]): void {
  const { placement, ratio, size } = painting;
  const scale = ratio * placement.scale;
  if (!painting.ground) {
    context.setTransform(scale, 0, 0, scale, ratio * placement.left, ratio * placement.top);
    context.fillStyle = `rgba(0, 0, 0, ${shade})`;
    context.fillRect(0, 0, size.width, size.height);
  }
  context.globalAlpha = unlit;
  scene.copyTo(context, placement, ratio);
  context.globalAlpha = 1;
  for (const layer of active) {
    const path = outlineInSight(context, painting, layer);
    if (path === undefined) continue;
    context.save();
    toMask(context, painting, layer);
    context.clip(path, 'evenodd');
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    if (painting.ground) paintGround(context, painting);
    scene.copyTo(context, placement, ratio);
    context.restore();
  }
}

function paintBright(context: Context, painting: Painting, layer: MaskLayer): void {
  const { look, font, words, dashed } = painting;
  paintEdge(context, painting, layer, { bright: true, dashed });
  const label = look.labels ? words.get(layer.mask.index) : undefined;
  if (look.numbers || label !== undefined) paintMark(context, painting, layer, { font, bright: true, words: label });
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

/** The borders of pixels, grey so that they show on light and on dark. */
function paintGrid(context: Context, { size, placement, ratio }: Painting): void {
  const { left, top, scale } = placement;
  const { width, height } = context.canvas;
  const [stageWidth, stageHeight] = [width / ratio, height / ratio];
  const fromX = Math.max(0, Math.ceil(-left / scale));
  const toX = Math.min(size.width, Math.floor((stageWidth - left) / scale));
  const fromY = Math.max(0, Math.ceil(-top / scale));
  const toY = Math.min(size.height, Math.floor((stageHeight - top) / scale));
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.beginPath();
  const end = deviceEnds(placement, ratio, size, width, height);
  for (let x = fromX; x <= toX; x++) {
    const at = Math.round((left + x * scale) * ratio) + 0.5;
    context.moveTo(at, end.top);
    context.lineTo(at, end.bottom);
  }
  for (let y = fromY; y <= toY; y++) {
    const at = Math.round((top + y * scale) * ratio) + 0.5;
    context.moveTo(end.left, at);
    context.lineTo(end.right, at);
  }
  context.strokeStyle = 'rgba(128, 128, 128, 0.45)';
  context.lineWidth = 1;
  context.stroke();
}

function deviceEnds(
  { left, top, scale }: Placement,
  ratio: number,
  size: { readonly width: number; readonly height: number },
  width: number,
  height: number,
) {
  return {
    left: Math.max(0, left * ratio),
    top: Math.max(0, top * ratio),
    right: Math.min(width, (left + size.width * scale) * ratio),
    bottom: Math.min(height, (top + size.height * scale) * ratio),
  };
}
