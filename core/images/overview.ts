import { maskColor } from '../masks/palette.ts';
import { resizeMask } from '../masks/reshape.ts';
import { area, type RunLengthMask } from '../masks/runLengthMask.ts';
import { drawBadge, drawLeader, placeBadges } from './badges.ts';
import type { Rgb } from './fill.ts';
import { paintMask } from './paint.ts';
import { drawTextBlock, layOutText, type TextBlock, type TextPart } from './phraseText.ts';
import { blankRaster, type Raster } from './raster.ts';
import { resize } from './resize.ts';
import { drawText, type Font, fitText, measureText } from './text.ts';

export interface OverviewMask {
  readonly mask: RunLengthMask;
  readonly label: string;
  /** Index into the palette. */
  readonly color: number;
  /** 0 to 1. */
  readonly score?: number;
}

/** One turn of the conversation as the picture shows it. */
export interface OverviewLine {
  /** Who speaks, in a word: a small heading over the text. */
  readonly speaker?: string;
  /** The text in order; a part with `mask`, an index into the masks, is the phrase that owns it. */
  readonly parts: readonly { readonly text: string; readonly mask?: number }[];
}

export interface Overview {
  readonly image: Raster;
  readonly masks: readonly OverviewMask[];
  readonly title: string;
  readonly caption: readonly OverviewLine[];
}

const MARGIN = 28;
const PANEL = 380;
const ROW = 28;
const PHOTO_WIDTH = 900;
const PHOTO_HEIGHT = 720;
/** A page of this many rows is as long as anyone reads; the rest is counted. */
const MOST_ROWS = 120;

const PAPER: Rgb = [255, 255, 255];
const INK: Rgb = [31, 35, 40];
const QUIET: Rgb = [89, 99, 110];
const RULE: Rgb = [216, 222, 228];

/**
 * One picture of a record: the photograph with every mask painted, outlined and numbered, and beside it (under a
 * panorama) the title, the conversation with each phrase in its mask's colour, and a legend with every mask's number,
 * phrase, score and share of the image. Light background, opaque; sides about 700 to 1400 pixels, longer where the text
 * needs it.
 */
export function renderOverview({ image, masks, title, caption }: Overview, font: Font): Raster {
  const photo = paintedPhoto(image, masks, font);
  const beside = photo.width <= photo.height * 1.9;
  const panelWidth = beside ? PANEL : Math.max(PANEL, photo.width);
  const panel = layOutPanel(image, masks, title, caption, panelWidth, font);
  const columns = legendColumns(panel, masks.length, photo, beside);
  const rows = Math.ceil(Math.min(masks.length, MOST_ROWS) / columns.count);
  const legendHeight = masks.length === 0 ? 0 : 36 + rows * ROW + (masks.length > MOST_ROWS ? ROW : 0);

  const sideHeight = panel.height + (columns.under ? 0 : legendHeight);
  const bodyHeight = beside ? Math.max(photo.height, sideHeight) : photo.height + MARGIN + sideHeight;
  const width = MARGIN + photo.width + MARGIN + (beside ? PANEL + MARGIN : Math.max(0, PANEL - photo.width));
  const height = MARGIN + bodyHeight + (columns.under ? MARGIN / 2 + legendHeight : 0) + MARGIN;

  const page = blankRaster(Math.round(width), Math.round(height), PAPER);
  paste(page, photo, MARGIN, MARGIN);
  const panelX = beside ? MARGIN + photo.width + MARGIN : MARGIN;
  const panelY = beside ? MARGIN : MARGIN + photo.height + MARGIN;
  drawPanel(page, panel, panelX, panelY);
  const legendX = columns.under ? MARGIN : panelX;
  const legendY = columns.under ? MARGIN + bodyHeight + MARGIN / 2 : panelY + panel.height;
  const legendWidth = columns.under ? page.width - 2 * MARGIN : panelWidth;
  drawLegend(page, masks, { x: legendX, y: legendY, width: legendWidth, columns: columns.count, rows }, font);
  return page;
}

/** The photograph at a size at which it can be read, masks painted large to small so that no small one is covered. */
function paintedPhoto(image: Raster, masks: readonly OverviewMask[], font: Font): Raster {
  const scale = Math.min(PHOTO_WIDTH / image.width, PHOTO_HEIGHT / image.height, 3);
  const width = Math.max(1, Math.round(image.width * scale));
  const height = Math.max(1, Math.round(image.height * scale));
  const photo = resize(image, width, height);
  const fitted = masks.map(({ mask }) => resizeMask(mask, height, width));
  const areas = fitted.map(area);
  const order = fitted.map((_, index) => index).sort((a, b) => areas[b]! - areas[a]!);
  for (const index of order) {
    paintMask(photo, fitted[index]!, maskColor(masks[index]!.color).rgb, 0.45, { outline: true });
  }
  const places = placeBadges(fitted, order, width, height);
  const colorOf = (index: number) => maskColor(masks[index]!.color).rgb;
  for (const place of places) drawLeader(photo, place, colorOf(place.index));
  for (const { index, x, y } of places) drawBadge(photo, String(index + 1), x, y, colorOf(index), font);
  return photo;
}

interface Panel {
  readonly blocks: readonly { readonly y: number; readonly block: TextBlock }[];
  readonly height: number;
}

function layOutPanel(
  image: Raster,
  masks: readonly OverviewMask[],
  title: string,
  caption: readonly OverviewLine[],
  width: number,
  font: Font,
): Panel {
  const blocks: { y: number; block: TextBlock }[] = [];
  let y = 0;
  const add = (parts: readonly TextPart[], size: number, lineHeight: number, rgb: Rgb, after: number) => {
    const block = layOutText(parts, width, { font, size, lineHeight, rgb });
    blocks.push({ y, block });
    y += block.height + after;
  };
  add([{ text: title }], 19, 26, INK, 2);
  add([{ text: `${image.width} × ${image.height} pixels, ${counted(masks.length)}` }], 12.5, 20, QUIET, 18);
  for (const { speaker, parts } of caption) {
    if (speaker !== undefined) add([{ text: speaker }], 12, 18, QUIET, 1);
    add(
      parts.map((part) => marked(part, masks)),
      15.5,
      27,
      INK,
      16,
    );
  }
  return { blocks, height: y };
}

function marked({ text, mask }: OverviewLine['parts'][number], masks: readonly OverviewMask[]): TextPart {
  const owner = mask === undefined ? undefined : masks[mask];
  if (mask === undefined || owner === undefined) return { text };
  return { text, mark: { rgb: maskColor(owner.color).rgb, number: String(mask + 1) } };
}

function drawPanel(page: Raster, panel: Panel, x: number, y: number): void {
  for (const { block, y: offset } of panel.blocks) drawTextBlock(page, block, x, y + offset);
}

/**
 * The legend stands under the panel's text while it fits beside the photograph; a long one gets the page's width in
 * columns.
 */
function legendColumns(
  panel: Panel,
  masks: number,
  photo: Raster,
  beside: boolean,
): { readonly under: boolean; readonly count: number } {
  if (!beside) return { under: false, count: Math.max(1, Math.floor(photo.width / 300)) };
  const alone = panel.height + 36 + masks * ROW;
  if (alone <= Math.max(photo.height, 560)) return { under: false, count: 1 };
  return { under: true, count: Math.max(1, Math.floor((photo.width + PANEL) / 300)) };
}

interface LegendPlace {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly columns: number;
  readonly rows: number;
}

function drawLegend(page: Raster, masks: readonly OverviewMask[], place: LegendPlace, font: Font): void {
  if (masks.length === 0) return;
  const { x, y, width, columns, rows } = place;
  const columnGap = 32;
  const columnWidth = (width - (columns - 1) * columnGap) / columns;
  const small = { font, size: 12, rgb: QUIET };
  const used = Math.ceil(Math.min(masks.length, MOST_ROWS) / rows);
  for (let column = 0; column < used; column++) {
    const left = x + column * (columnWidth + columnGap);
    drawRule(page, left, y + 2, columnWidth);
    drawText(page, 'Mask', left, y + 24, small);
    const head = masks.some(({ score }) => score !== undefined) ? 'Score, share of image' : 'Share of image';
    drawText(page, head, left + columnWidth - measureText(head, small), y + 24, small);
  }
  masks.slice(0, MOST_ROWS).forEach((mask, index) => {
    const left = x + Math.floor(index / rows) * (columnWidth + columnGap);
    drawRow(page, mask, index, left, y + 36 + (index % rows) * ROW, columnWidth, font);
  });
  if (masks.length > MOST_ROWS) {
    drawText(page, `and ${masks.length - MOST_ROWS} more`, x, y + 36 + rows * ROW + 19, { ...small, size: 13 });
  }
}

function drawRow(
  page: Raster,
  { mask, label, color, score }: OverviewMask,
  index: number,
  x: number,
  y: number,
  width: number,
  font: Font,
): void {
  const style = { font, size: 14 };
  const baseline = y + 19;
  drawBadge(page, String(index + 1), x + 12, y + ROW / 2, maskColor(color).rgb, font);
  const share = shareOf(mask);
  const end = x + width;
  drawText(page, share, end - measureText(share, style), baseline, { ...style, rgb: INK });
  let room = width - 34 - 64;
  if (score !== undefined) {
    const text = score.toFixed(2);
    drawText(page, text, end - 64 - measureText(text, style), baseline, { ...style, rgb: QUIET });
    room -= 48;
  }
  drawText(page, fitText(label, room, style), x + 34, baseline, { ...style, rgb: INK });
}

function drawRule(page: Raster, x: number, y: number, width: number): void {
  const from = Math.round(x);
  const to = Math.min(page.width, Math.round(x + width));
  for (let column = from; column < to; column++) {
    page.data.set(RULE, (Math.round(y) * page.width + column) * 4);
  }
}

/** Per cent of the mask's own image, as exact as the eye can use. */
function shareOf(mask: RunLengthMask): string {
  const pixels = area(mask);
  if (pixels === 0) return 'empty';
  const percent = (100 * pixels) / (mask.height * mask.width);
  return percent < 0.1 ? '< 0.1 %' : `${percent.toFixed(1)} %`;
}

function counted(masks: number): string {
  return masks === 0 ? 'no masks' : masks === 1 ? '1 mask' : `${masks} masks`;
}

function paste(page: Raster, picture: Raster, x: number, y: number): void {
  for (let row = 0; row < picture.height; row++) {
    const from = row * picture.width * 4;
    page.data.set(picture.data.subarray(from, from + picture.width * 4), ((y + row) * page.width + x) * 4);
  }
}
