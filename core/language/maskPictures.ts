/** What stands beside the text of a file: a small picture of its mask after each `[SEG]`, and its colour beside lines of one mask. */
import { BoundedCache } from '../files/boundedCache.ts';
import type { LabelMap } from '../masks/labelMap.ts';
import { readMask } from '../masks/maskValue.ts';
import { maskColor } from '../masks/palette.ts';
import { type Silhouette, silhouette } from '../masks/silhouette.ts';
import type { RecordCell, UscdfDocument } from '../records/document.ts';
import { isObject } from '../records/isObject.ts';
import type { Range } from '../records/position.ts';
import { RecordModel, type Resources } from '../records/recordModel.ts';
import type { Result } from '../result.ts';
import { contrast } from './tokenColours.ts';

export interface MaskPicture {
  /** The `[SEG]`. */
  readonly range: Range;
  /** The index of its mask, which is that of its colour too. */
  readonly mask: number;
  /** An SVG as high as asked for, or, of a wide image, twice as wide as that. */
  readonly svg: string;
}

/** A line that is about one mask: where its value begins, or with its `[SEG]` and no other one. */
export interface LineSwatch {
  readonly line: number;
  readonly mask: number;
}

export interface MaskPictures {
  readonly pictures: readonly MaskPicture[];
  readonly swatches: readonly LineSwatch[];
  /** Time ran out: those drawn by now are here, and remembered for whoever asks again. */
  readonly more: boolean;
}

export interface PictureOptions {
  /** The lines that are looked at, apart from each other. */
  readonly ranges: readonly Range[];
  /** Of the pictures, in pixels. */
  readonly height: number;
  readonly resources: Resources | undefined;
  /** Says that no more masks shall be drawn this time. */
  readonly isLate?: () => boolean;
}

/** No more pictures than this at once; no screen shows as many `[SEG]`. */
export const MAX_PICTURES = 200;
/** No more records than this at once, with pictures or without. */
const MAX_RECORDS = 1_000;
/** Behind so many characters VS Code draws no more of a line. */
export const MAX_CHARACTER = 10_000;
const [LOWEST, HIGHEST] = [4, 200];
/** A picture is at most so many times as wide as it may be high. */
const WIDEST = 2;
/** Characters: the runs and pictures of a few thousand masks. */
const MEMORY = 16e6;

/** The silhouettes that were drawn. */
export class SilhouetteMemory {
  private readonly byValue = new WeakMap<object, { readonly map: MapState; readonly drawn: Drawn }>();
  /** An edit makes a record's values anew, and leaves most of them as they were. */
  private readonly byRuns = new BoundedCache<Drawn>(MEMORY);

  /** The silhouette of a mask as a record holds it; `mayDraw` says whether one that is not known may be drawn. */
  of(value: unknown, resources: Resources | undefined, mayDraw: () => boolean): Drawn | 'later' {
    if (!isObject(value)) return 'unreadable';
    const map = mapOf(value, resources);
    const known = this.byValue.get(value);
    if (known !== undefined && known.map === map) return known.drawn;
    const key = runsKey(value);
    const alike = key === undefined ? undefined : this.byRuns.get(key);
    if (alike === undefined && !mayDraw()) return 'later';
    const drawn = alike ?? draw(value, resources);
    this.byValue.set(value, { map, drawn });
    if (key !== undefined && alike === undefined) this.remember(key, drawn);
    return drawn;
  }

  private remember(key: string, drawn: Drawn): void {
    const weight = key.length + (drawn === 'unreadable' ? 0 : drawn.path.length);
    if (this.byRuns.makeRoom(weight, NONE)) this.byRuns.set(key, drawn, weight);
  }
}

type Drawn = Silhouette | 'unreadable';

function draw(value: unknown, resources: Resources | undefined): Drawn {
  const reading = readMask(value, resources);
  return reading.ok ? silhouette(reading.mask) : 'unreadable';
}

type MapState = Result<LabelMap> | undefined;
const NONE: ReadonlySet<string> = new Set();

/** What equal masks have in common, also where an edit has made the record another one. */
function runsKey({ counts, size }: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof counts !== 'string' || !Array.isArray(size) || size.length !== 2) return undefined;
  const [height, width] = size as readonly unknown[];
  return typeof height === 'number' && typeof width === 'number' ? `${height} ${width} ${counts}` : undefined;
}

/** The label map that a mask lies in: another one after its file has changed. */
function mapOf({ file }: Readonly<Record<string, unknown>>, resources: Resources | undefined): MapState {
  return typeof file === 'string' ? resources?.labelMap(file) : undefined;
}

/** The records in some ranges, each with its range, as many as are drawn at once. */
export function recordsIn(document: UscdfDocument, ranges: readonly Range[]): readonly RecordInRange[] {
  const found: RecordInRange[] = [];
  for (const range of ranges) {
    for (const cell of document.cellsIn(range)) {
      if (found.length >= MAX_RECORDS) return found;
      if (cell.record.problems.length === 0) found.push({ cell, range });
    }
  }
  return found;
}

export interface RecordInRange {
  readonly cell: RecordCell;
  readonly range: Range;
}

/** The pictures and swatches of some lines. The files that their records name should be loaded (`recordsIn`). */
export function maskPictures(
  document: UscdfDocument,
  options: PictureOptions,
  memory = new SilhouetteMemory(),
): MaskPictures {
  const pictures: MaskPicture[] = [];
  const swatches = new Swatches();
  let more = false;
  for (const found of recordsIn(document, options.ranges)) {
    const looked = { ...found, model: new RecordModel(found.cell.record, options.resources) };
    more = addPictures(pictures, looked, options, memory) || more;
    // In a `.uscdf.jsonl` a line is a record.
    if (document.kind !== 'jsonl') swatches.add(looked);
    if (pictures.length >= MAX_PICTURES) break;
  }
  return { pictures, swatches: swatches.list, more };
}

interface Looked extends RecordInRange {
  readonly model: RecordModel;
}

/** Adds a picture for each `[SEG]` in the range; returns whether one is left out for want of time. */
function addPictures(
  into: MaskPicture[],
  looked: Looked,
  { height, resources, isLate }: PictureOptions,
  memory: SilhouetteMemory,
): boolean {
  const { masks } = looked.model;
  let more = false;
  if (masks === undefined) return more;
  for (const { index, range } of segsIn(looked)) {
    if (into.length >= MAX_PICTURES || index >= masks.length) break;
    if (range.end.character > MAX_CHARACTER) continue;
    const drawn = memory.of(masks[index], resources, () => isLate?.() !== true);
    if (drawn === 'later') more = true;
    else if (drawn !== 'unreadable') into.push({ range, mask: index, svg: svgOf(drawn, index, height) });
  }
  return more;
}

/** The `[SEG]` in the lines of a range, each with the index of its mask. */
function* segsIn({ cell, model: { segs }, range }: Looked): Generator<{ index: number; range: Range }> {
  const rangeOf = (index: number) => {
    const { turn, seg } = segs[index]!;
    return cell.rangeOf(cell.record.locateText(turn.index, seg.token));
  };
  const first = firstWhere(segs.length, (index) => rangeOf(index).end.line >= range.start.line);
  for (let index = first; index < segs.length; index++) {
    const place = rangeOf(index);
    if (place.start.line > range.end.line) return;
    yield { index, range: place };
  }
}

/** The lines in a range where the value of a mask begins. */
function* maskLinesIn({ cell, model, range }: Looked): Generator<{ index: number; line: number }> {
  if (model.sidecar !== undefined || model.masks === undefined) return;
  const count = model.masks.length;
  const lineOf = (index: number) => cell.positionOf(cell.record.locate(['masks', index]).start).line;
  for (let index = firstWhere(count, (each) => lineOf(each) >= range.start.line); index < count; index++) {
    const line = lineOf(index);
    if (line > range.end.line) return;
    yield { index, line };
  }
}

/** The first of `count` indices from which on a test holds; `count` where it holds for none. */
function firstWhere(count: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Gathers what lines are about, and leaves out lines that are about several masks. */
class Swatches {
  private readonly lines = new Map<number, number | undefined>();

  add(looked: Looked): void {
    for (const { index, range } of segsIn(looked)) this.mark(range.start.line, index);
    for (const { index, line } of maskLinesIn(looked)) this.mark(line, index);
  }

  get list(): readonly LineSwatch[] {
    return [...this.lines].flatMap(([line, mask]) => (mask === undefined ? [] : [{ line, mask }]));
  }

  private mark(line: number, mask: number): void {
    this.lines.set(line, this.lines.has(line) && this.lines.get(line) !== mask ? undefined : mask);
  }
}

/** A grey frame with the mask in its colour, and round it a line that stands out from the colour. */
function svgOf({ width, height, path }: Silhouette, mask: number, pixels: number): string {
  const high = Number.isFinite(pixels) ? Math.min(Math.max(pixels, LOWEST), HIGHEST) : LOWEST;
  const unit = Math.max(height, width / WIDEST) / high;
  const { hex } = maskColor(mask);
  const edge = contrast(hex, '#000000') > contrast(hex, '#ffffff') ? '#000' : '#fff';
  const frame = `x="${short(unit / 2)}" y="${short(unit / 2)}" width="${short(width - unit)}" height="${short(height - unit)}" rx="${short(unit * 1.5)}"`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${short(width / unit)}" height="${short(height / unit)}" viewBox="0 0 ${width} ${height}">` +
    `<rect ${frame} fill="#888" fill-opacity=".25"/>` +
    `<path d="${path}" fill="${hex}" stroke="${edge}" stroke-width="${short(unit * 1.5)}" stroke-linejoin="round" paint-order="stroke"/>` +
    `<rect ${frame} fill="none" stroke="#888" stroke-width="${short(unit)}"/></svg>`
  );
}

function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}
