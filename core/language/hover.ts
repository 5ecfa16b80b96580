/** The hover on a phrase, its `[SEG]`, a mask, or the image: a picture, and what the mask is in numbers. */
import { encodeJpeg, toDataUri } from '../images/encode.ts';
import { LastDecoded } from '../images/lastDecoded.ts';
import { cropToMask, paintMask } from '../images/paint.ts';
import type { Raster } from '../images/raster.ts';
import { resize } from '../images/resize.ts';
import { maskColor } from '../masks/palette.ts';
import { boundingBox, type RunLengthMask } from '../masks/runLengthMask.ts';
import type { RecordCell, UscdfDocument } from '../records/document.ts';
import type { Position, Range } from '../records/position.ts';
import type { Resources } from '../records/recordModel.ts';
import type { Result } from '../result.ts';
import { RecordView, type ViewedMask } from './recordView.ts';

export interface Hover {
  readonly range: Range;
  /** Markdown. VS Code cuts it at 100,000 characters, so the picture stays far below. */
  readonly markdown: string;
}

/** Gives the bytes of an image by its path in a record. */
export type ReadImage = (path: string) => Promise<Result<Uint8Array>>;

/** A hover is 250 pixels high; words stand above and below the picture. */
const CROP_SIDE = 170;
const JPEG_QUALITY = 82;
const MAX_PICTURE_CHARACTERS = 90_000;

interface HoverTarget {
  readonly range: Range;
  readonly mask: ViewedMask | undefined;
  readonly view: RecordView;
  readonly title: string;
}

export async function hover(
  document: UscdfDocument,
  position: Position,
  resources: Resources | undefined,
  readImage: ReadImage,
  images: LastDecoded = new LastDecoded(),
): Promise<Hover | undefined> {
  const target = targetAt(document, position, resources);
  if (target === undefined) return undefined;
  const picture = await pictureOf(target, readImage, images);
  return {
    range: target.range,
    markdown: [`**${escapeMarkdown(target.title)}**`, picture, numbersOf(target)].filter(Boolean).join('\n\n'),
  };
}

function targetAt(
  document: UscdfDocument,
  position: Position,
  resources: Resources | undefined,
): HoverTarget | undefined {
  const cell = document.cellAt(position);
  if (cell === undefined || cell.record.problems.length > 0) return undefined;
  const offset = cell.offsetAt(position);
  const view = new RecordView(cell.record, resources);
  return phraseTarget(cell, view, offset) ?? maskTarget(cell, view, offset) ?? imageTarget(cell, view, offset);
}

function phraseTarget(cell: RecordCell, view: RecordView, offset: number): HoverTarget | undefined {
  const placed = view.phraseAt(offset);
  if (placed === undefined) return undefined;
  const { turn, phrase, masks } = placed;
  // Of several masks the one whose [SEG] is pointed at; they come in the order of their [SEG].
  const pointed = phrase.segs.findIndex(({ token }) => cell.record.locateText(turn.index, token).end >= offset);
  const index = masks[Math.max(0, pointed)] ?? masks[0];
  const mask = index === undefined ? undefined : view.mask(index);
  return { range: cell.rangeOf(view.wholeSpan(placed)), mask, view, title: placed.phrase.text || '[SEG]' };
}

function maskTarget(cell: RecordCell, view: RecordView, offset: number): HoverTarget | undefined {
  const index = view.maskAt(offset);
  if (index === undefined) return undefined;
  const mask = view.mask(index);
  return { range: cell.rangeOf(cell.record.locate(['masks', index])), mask, view, title: mask.label };
}

function imageTarget(cell: RecordCell, view: RecordView, offset: number): HoverTarget | undefined {
  const span = cell.record.locate(['image']);
  if (view.model.image === undefined || offset < span.start || offset > span.end) return undefined;
  return { range: cell.rangeOf(span), mask: undefined, view, title: view.model.image };
}

async function pictureOf(
  { mask, view, title }: HoverTarget,
  readImage: ReadImage,
  images: LastDecoded,
): Promise<string> {
  const { image } = view.model;
  if (image === undefined) return '';
  if (mask !== undefined && !mask.reading.ok) return escapeMarkdown(mask.reading.message);
  const bytes = await readImage(image);
  if (!bytes.ok) return escapeMarkdown(bytes.message);
  const decoded = images.decode(bytes.value);
  if (!decoded.ok) return escapeMarkdown(`${image}: ${decoded.message}`);
  const picture = mask?.reading.ok
    ? maskedCrop(decoded.value, mask.reading.mask, mask.index)
    : thumbnail(decoded.value);
  const uri = toDataUri(encodeJpeg(picture, JPEG_QUALITY), 'image/jpeg');
  if (uri.length > MAX_PICTURE_CHARACTERS) return '';
  return `![${escapeMarkdown(title)}](${uri}|width=${picture.width},height=${picture.height})`;
}

function maskedCrop(image: Raster, mask: RunLengthMask, index: number): Raster {
  const cropped = cropToMask(image, mask, { padding: 0.25, maxSide: CROP_SIDE });
  paintMask(cropped.raster, cropped.mask, maskColor(index).rgb, 0.4, { outline: true });
  return cropped.raster;
}

function thumbnail(image: Raster): Raster {
  const scale = Math.min(1, CROP_SIDE / Math.max(image.width, image.height));
  return resize(image, Math.max(1, Math.round(image.width * scale)), Math.max(1, Math.round(image.height * scale)));
}

function numbersOf({ mask, view }: HoverTarget): string {
  const size = view.model.imageSize;
  if (mask === undefined) {
    if (size === undefined || view.phrases.length === 0) return '';
    return `${size[1]} × ${size[0]} pixels`;
  }
  if (!mask.reading.ok) return '';
  const { height, width } = mask.reading.mask;
  const [x, y, w, h] = boundingBox(mask.reading.mask);
  const share = ((100 * mask.area) / (height * width)).toFixed(1);
  const score = mask.score === undefined ? '' : ` · score ${mask.score.toFixed(2)}`;
  return `Mask ${mask.index + 1} of ${view.maskCount} · ${mask.area.toLocaleString('en')} pixels, ${share} % · box [${x}, ${y}, ${w}, ${h}]${score}`;
}

function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()<>#|!]/g, '\\$&').replace(/\s+/g, ' ');
}
