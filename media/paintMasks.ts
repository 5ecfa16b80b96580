/** Masks on a canvas: areas, edges, numbers and words, for a part of the picture at a scale. */
import { inkOn } from './inkOn.ts';
import type { MaskLayer } from './maskLayer.ts';
import type { Region } from './outlineDetail.ts';
import { patternTile } from './patterns.ts';
import type { Placement, Size } from './viewport.ts';

export interface MaskLook {
  /** Of the masks' colour, 0 to 1. */
  readonly opacity: number;
  /** By mask index, where one has its own. */
  readonly opacities: ReadonlyMap<number, number>;
  readonly outlines: boolean;
  readonly numbers: boolean;
  /** The phrase's words at the mask. */
  readonly labels: boolean;
  readonly patterns: boolean;
}

export type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Where the canvas looks: the picture's placement in CSS pixels of the canvas, and device pixels a CSS pixel. */
export interface Sight {
  readonly size: Size;
  readonly placement: Placement;
  readonly ratio: number;
}

/** From here on the mask's pixels are the unit; they differ from the picture's only in a faulty record. Returns CSS pixels a unit. */
export function toMask(context: Context, sight: Sight, { mask }: MaskLayer): number {
  const { size, placement, ratio } = sight;
  const [across, down] = [size.width / mask.runs.width, size.height / mask.runs.height];
  const scale = ratio * placement.scale;
  context.setTransform(scale * across, 0, 0, scale * down, ratio * placement.left, ratio * placement.top);
  return placement.scale * across;
}

/** What of the mask the canvas shows, in the mask's pixels, with room for the line's width. */
function regionOf({ canvas }: Context, { size, placement, ratio }: Sight, { mask }: MaskLayer): Region {
  const [across, down] = [size.width / mask.runs.width, size.height / mask.runs.height];
  const margin = 8;
  const x = (device: number): number => (device / ratio - placement.left) / placement.scale / across;
  const y = (device: number): number => (device / ratio - placement.top) / placement.scale / down;
  return [x(-margin), y(-margin), x(canvas.width + margin), y(canvas.height + margin)];
}

/** The mask's outline in the detail that the canvas can show, or nothing where none of it is in sight. */
export function outlineInSight(context: Context, sight: Sight, layer: MaskLayer): Path2D | undefined {
  const region = regionOf(context, sight, layer);
  const [x, y, width, height] = layer.mask.box;
  const seen = x <= region[2] && x + width >= region[0] && y <= region[3] && y + height >= region[1];
  if (!seen || layer.outline.isEmpty) return undefined;
  const scale = (sight.ratio * sight.placement.scale * sight.size.width) / layer.mask.runs.width;
  return layer.outline.path(scale, region);
}

export function paintArea(context: Context, sight: Sight, look: MaskLook, layer: MaskLayer): void {
  const path = outlineInSight(context, sight, layer);
  if (path === undefined) return;
  toMask(context, sight, layer);
  const opacity = look.opacities.get(layer.mask.index) ?? look.opacity;
  context.globalAlpha = opacity;
  context.fillStyle = layer.color.hex;
  context.fill(path, 'evenodd');
  if (look.patterns) paintPattern(context, sight, layer, path, opacity);
  context.globalAlpha = 1;
}

function paintPattern(context: Context, sight: Sight, layer: MaskLayer, path: Path2D, opacity: number): void {
  const pattern = context.createPattern(patternTile(layer.mask.index, layer.color, sight.ratio), 'repeat');
  if (pattern === null) return;
  // The tiles keep their size on the screen and move with the picture.
  const inverse = context.getTransform().inverse();
  const { left, top } = sight.placement;
  pattern.setTransform(inverse.translate(sight.ratio * left, sight.ratio * top));
  context.globalAlpha = Math.min(1, opacity + 0.2);
  context.fillStyle = pattern;
  context.fill(path, 'evenodd');
}

export interface EdgeStyle {
  readonly bright?: boolean;
  readonly dashed?: boolean;
}

/** A dark or white line under the coloured one keeps the edge visible on any photograph. */
export function paintEdge(context: Context, sight: Sight, layer: MaskLayer, style: EdgeStyle = {}): void {
  paintEdgeLine(context, sight, layer, 'under', style);
  paintEdgeLine(context, sight, layer, 'over', style);
}

/** One of the edge's two lines. */
export function paintEdgeLine(
  context: Context,
  sight: Sight,
  layer: MaskLayer,
  line: 'under' | 'over',
  { bright = false, dashed = false }: EdgeStyle,
): void {
  const path = outlineInSight(context, sight, layer);
  if (path === undefined) return;
  const scale = toMask(context, sight, layer);
  context.lineJoin = 'bevel';
  if (line === 'under') {
    context.strokeStyle = bright ? '#ffffff' : 'rgba(0, 0, 0, 0.55)';
    context.lineWidth = (bright ? 4.5 : 3) / scale;
    context.stroke(path);
    return;
  }
  context.strokeStyle = layer.color.hex;
  context.lineWidth = (bright ? 2.25 : 1.5) / scale;
  if (dashed) context.setLineDash([7 / scale, 5 / scale]);
  context.stroke(path);
  if (dashed) context.setLineDash([]);
}

const longestLabel = 28;

export interface MarkStyle {
  readonly font: string;
  readonly bright?: boolean;
  /** The words at the mask, where words are shown. */
  readonly words?: string | undefined;
}

/** The mask's number on its colour at its innermost place, with its words where they are asked for. */
export function paintMark(context: Context, sight: Sight, layer: MaskLayer, style: MarkStyle): void {
  if (layer.outline.isEmpty) return;
  const { placement, ratio, size } = sight;
  const { runs, index } = layer.mask;
  const x = placement.left + (layer.numberAt[0] / runs.width) * size.width * placement.scale;
  const y = placement.top + (layer.numberAt[1] / runs.height) * size.height * placement.scale;
  const { canvas } = context;
  if (x < -120 || y < -20 || x * ratio > canvas.width + 120 * ratio || y * ratio > canvas.height + 20 * ratio) return;
  const bright = style.bright === true;
  const half = bright ? 11 : 9;
  const text = style.words === undefined ? String(index + 1) : `${index + 1}  ${shortened(style.words)}`;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.font = `600 ${bright ? 12.5 : 11}px ${style.font}`;
  const wide = Math.max(2 * half, context.measureText(text).width + half);
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
}

function shortened(words: string): string {
  const text = words.trim();
  return text.length <= longestLabel ? text : `${text.slice(0, longestLabel - 1).trimEnd()}…`;
}
