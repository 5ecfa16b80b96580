import { fillContours, type Rgb, roundedBox } from './fill.ts';
import type { Raster } from './raster.ts';
import { drawText, type Font, measureText } from './text.ts';

/** A stretch of a caption; with a mark it is a phrase that owns a mask. */
export interface TextPart {
  readonly text: string;
  readonly mark?: PhraseMark;
}

/** How a phrase is set off: tinted and underlined in its mask's colour, its mask's number after it. */
export interface PhraseMark {
  readonly rgb: Rgb;
  readonly number: string;
}

export interface TextBlock {
  readonly lines: readonly Line[];
  readonly style: BlockStyle;
  /** Pixels. */
  readonly height: number;
}

export interface BlockStyle {
  readonly font: Font;
  readonly size: number;
  readonly lineHeight: number;
  readonly rgb: Rgb;
}

/** A word, or the number after a phrase, placed on its line. */
interface Piece {
  readonly text: string;
  readonly x: number;
  readonly width: number;
  readonly mark: PhraseMark | undefined;
  readonly isNumber: boolean;
  /** Counts the marked stretches, so that two phrases side by side keep their own tints. */
  readonly stretch: number;
}

type Line = readonly Piece[];

/** Pixels before and after the number of a phrase. */
const NUMBER_GAP = 3;

/** Sets a caption in lines of at most `width` pixels, broken between words; a word longer than a line is broken too. */
export function layOutText(parts: readonly TextPart[], width: number, style: BlockStyle): TextBlock {
  const lines: Piece[][] = [[]];
  const space = measureText(' ', style);
  let pen = 0;
  const newLine = () => {
    lines.push([]);
    pen = 0;
  };
  for (const cluster of clustersOf(parts, width, style)) {
    const whole = cluster.reduce((sum, piece) => sum + piece.x + piece.width, 0);
    if (pen > 0 && pen + space + whole > width) newLine();
    else if (pen > 0) pen += space;
    for (const piece of cluster) {
      if (pen > 0 && pen + piece.x + piece.width > width) newLine();
      lines[lines.length - 1]!.push({ ...piece, x: pen + piece.x });
      pen += piece.x + piece.width;
    }
  }
  return { lines, style, height: lines.length * style.lineHeight };
}

/**
 * What a line break must not part: pieces without white space between them, so that a number stays with its phrase and
 * a comma with what it follows. Here `x` is the piece's distance from the one before it.
 */
function clustersOf(parts: readonly TextPart[], width: number, style: BlockStyle): Piece[][] {
  const clusters: Piece[][] = [];
  let joined = false;
  const add = (text: string, stretch: number, mark: PhraseMark | undefined, isNumber: boolean) => {
    if (!joined) clusters.push([]);
    joined = true;
    const cluster = clusters[clusters.length - 1]!;
    const apart = isNumber || cluster[cluster.length - 1]?.isNumber === true;
    const size = isNumber ? numberWidth(text, style) : measureText(text, style);
    cluster.push({ text, x: apart ? NUMBER_GAP : 0, width: size, mark, isNumber, stretch });
  };
  parts.forEach(({ text, mark }, stretch) => {
    for (const word of text.match(/\s+|\S+/gu) ?? []) {
      if (/^\s/u.test(word)) joined = false;
      else for (const piece of brokenToFit(word, width, style)) add(piece, stretch, mark, false);
    }
    if (mark === undefined) return;
    joined = clusters.length > 0;
    add(mark.number, stretch, mark, true);
  });
  return clusters;
}

/** Draws a block with its upper left corner at x, y. */
export function drawTextBlock(raster: Raster, block: TextBlock, x: number, y: number): void {
  const { font, size, lineHeight, rgb } = block.style;
  block.lines.forEach((line, i) => {
    const baseline = Math.round(y + i * lineHeight + (lineHeight + size * 0.72) / 2);
    for (const [from, to] of markedStretches(line))
      drawMark(raster, x + from.x, x + to.x + to.width, baseline, size, from);
    for (const piece of line) {
      if (piece.isNumber) drawNumber(raster, piece, x, baseline, block.style);
      else drawText(raster, piece.text, x + piece.x, baseline, { font, size, rgb });
    }
  });
}

/**
 * White or near-black for text on a colour: near-black on the lighter ones, so that small type keeps a contrast over 3.
 */
export function inkOn(rgb: Rgb): Rgb {
  const [red, green, blue] = rgb.map((byte) => (byte / 255) ** 2.2) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.29 ? [22, 27, 34] : [255, 255, 255];
}

/** First and last piece of every run of pieces of one phrase. */
function markedStretches(line: Line): [Piece, Piece][] {
  const stretches: [Piece, Piece][] = [];
  for (const piece of line) {
    if (piece.mark === undefined) continue;
    const last = stretches[stretches.length - 1];
    if (last !== undefined && last[1].stretch === piece.stretch) last[1] = piece;
    else stretches.push([piece, piece]);
  }
  return stretches;
}

function drawMark(raster: Raster, left: number, right: number, baseline: number, size: number, { mark }: Piece): void {
  const rgb = mark!.rgb;
  const top = baseline - size * 0.98;
  const bottom = baseline + size * 0.34;
  fillContours(raster, [roundedBox(left - 3, top, right - left + 6, bottom - top, 4)], rgb, 0.16);
  fillContours(raster, [roundedBox(left - 1, bottom - 2, right - left + 2, 2, 1)], rgb);
}

function drawNumber(raster: Raster, piece: Piece, x: number, baseline: number, { font, size }: BlockStyle): void {
  const { rgb, number } = piece.mark!;
  const height = size * 0.86;
  const top = baseline - size * 0.8;
  fillContours(raster, [roundedBox(x + piece.x, top, piece.width, height, 3)], rgb);
  const small = { font, size: size * 0.7 };
  const from = x + piece.x + (piece.width - measureText(number, small)) / 2;
  drawText(raster, number, from, top + height / 2 + small.size * 0.364, { ...small, rgb: inkOn(rgb) });
}

function numberWidth(number: string, { font, size }: BlockStyle): number {
  return Math.max(size * 0.86, measureText(number, { font, size: size * 0.7 }) + size * 0.46);
}

function brokenToFit(word: string, width: number, style: BlockStyle): string[] {
  if (measureText(word, style) <= width) return [word];
  const pieces: string[] = [];
  let piece = '';
  for (const character of word) {
    if (piece !== '' && measureText(piece + character, style) > width) {
      pieces.push(piece);
      piece = '';
    }
    piece += character;
  }
  return [...pieces, piece];
}
