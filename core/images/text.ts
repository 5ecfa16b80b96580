import { type Font as Face, type PathCommand, parse } from 'opentype.js';
import { type Contour, fillContours, type Rgb } from './fill.ts';
import type { Raster } from './raster.ts';

/** A font ready to draw with. */
export interface Font {
  readonly face: Face;
  /** Characters drawn so far. */
  readonly shapes: Map<string, Shape>;
}

export interface TextStyle {
  readonly font: Font;
  /** Pixels an em. */
  readonly size: number;
}

/** A character in ems: y grows downwards, the baseline is 0. */
interface Shape {
  readonly contours: readonly Contour[];
  readonly advance: number;
}

/** Straight pieces a curve: at the sizes of labels and captions no corner shows. */
const PIECES = 6;

/** A font from the bytes of an OpenType, TrueType or WOFF (not WOFF2) file. Throws where they are none. */
export function loadFont(bytes: Uint8Array): Font {
  // The parser reads from the start of a buffer.
  const own = new Uint8Array(bytes);
  return { face: parse(own.buffer), shapes: new Map() };
}

/**
 * The width of a text in pixels. Letters are not kerned: the parser cannot read the extended tables in which fonts keep
 * kerning.
 */
export function measureText(text: string, { font, size }: TextStyle): number {
  let ems = 0;
  for (const character of text) ems += shapeOf(font, character).advance;
  return ems * size;
}

/**
 * Draws a text in one line, antialiased, its first character at `x` and its baseline at `baseline` (pixels). Returns
 * the x where the next character would stand. A character that the font lacks is drawn as an empty box.
 */
export function drawText(
  raster: Raster,
  text: string,
  x: number,
  baseline: number,
  style: TextStyle & { readonly rgb: Rgb },
): number {
  const { font, size, rgb } = style;
  let pen = x;
  for (const character of text) {
    const shape = shapeOf(font, character);
    const placed = shape.contours.map((contour) =>
      contour.map((value, i) => value * size + (i % 2 === 0 ? pen : baseline)),
    );
    fillContours(raster, placed, rgb);
    pen += shape.advance * size;
  }
  return pen;
}

/** The text, or as much of its beginning as fits in `width` pixels, with an ellipsis. */
export function fitText(text: string, width: number, style: TextStyle): string {
  if (measureText(text, style) <= width) return text;
  const characters = [...text];
  let low = 0;
  let high = characters.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (measureText(ellipsised(characters, middle), style) <= width) low = middle;
    else high = middle - 1;
  }
  return ellipsised(characters, low);
}

function ellipsised(characters: readonly string[], length: number): string {
  return `${characters.slice(0, length).join('').trimEnd()}…`;
}

function shapeOf(font: Font, character: string): Shape {
  const known = font.shapes.get(character);
  if (known !== undefined) return known;
  const shape = makeShape(font.face, character);
  font.shapes.set(character, shape);
  return shape;
}

function makeShape(face: Face, character: string): Shape {
  // Joiners, variation selectors and accents that combine have no width of their own.
  if (/[\p{Mn}\p{Me}\p{Cf}]/u.test(character)) return { contours: [], advance: 0 };
  if (/[\s\p{Cc}]/u.test(character)) return { contours: [], advance: 0.28 };
  const glyph = face.charToGlyph(character);
  if (glyph.index === 0) return MISSING;
  const ems = 1 / face.unitsPerEm;
  return {
    contours: flattened(glyph.path.commands, ems),
    advance: (glyph.advanceWidth ?? face.unitsPerEm / 2) * ems,
  };
}

/** A box: its inner contour runs the other way, which leaves a hole. */
const MISSING: Shape = {
  contours: [
    [0.08, -0.72, 0.54, -0.72, 0.54, 0, 0.08, 0],
    [0.14, -0.66, 0.14, -0.06, 0.48, -0.06, 0.48, -0.66],
  ],
  advance: 0.62,
};

/** Font units with y upwards become ems with y downwards, curves become straight pieces. */
function flattened(commands: readonly PathCommand[], ems: number): Contour[] {
  const contours: number[][] = [];
  let contour: number[] = [];
  const add = (x: number, y: number) => contour.push(x * ems, -y * ems);
  let [x, y] = [0, 0];
  for (const command of commands) {
    if (command.type === 'Z') continue;
    if (command.type === 'M') {
      contour = [];
      contours.push(contour);
    }
    if (command.type === 'Q' || command.type === 'C') {
      for (let i = 1; i < PIECES; i++) add(...pointOn(command, x, y, i / PIECES));
    }
    add(command.x, command.y);
    [x, y] = [command.x, command.y];
  }
  return contours;
}

type Curve = Extract<PathCommand, { type: 'Q' | 'C' }>;

function pointOn(curve: Curve, x: number, y: number, t: number): [number, number] {
  const u = 1 - t;
  if (curve.type === 'Q') {
    return [u * u * x + 2 * u * t * curve.x1 + t * t * curve.x, u * u * y + 2 * u * t * curve.y1 + t * t * curve.y];
  }
  const [a, b, c, d] = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t];
  return [a * x + b * curve.x1 + c * curve.x2 + d * curve.x, a * y + b * curve.y1 + c * curve.y2 + d * curve.y];
}
