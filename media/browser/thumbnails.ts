/** Pictures of records: the photograph and its masks on a small canvas. A few are made at a time, the last wanted first. */
import { decodeCounts } from '../../core/masks/counts.ts';
import { maskColor } from '../../core/masks/palette.ts';
import type { ShownRow } from '../browserProtocol.ts';

/** Pixels of thumbnails that are held at most: 40 MB. */
const MOST_PIXELS = 10_000_000;
/** Photographs that are loaded at a time: each takes its full size while it is drawn. */
const MOST_LOADING = 6;
/** The share of a mask's colour. */
const OPACITY = 0.5;

interface Job {
  readonly canvas: HTMLCanvasElement;
  readonly row: ShownRow;
}

/** A picture, and the row that it was made of. */
interface Made {
  readonly picture: HTMLCanvasElement;
  readonly row: ShownRow;
}

export class Thumbnails {
  /** By the record; the one that was used last at the end. */
  private readonly held = new Map<number, Made>();
  private readonly jobs: Job[] = [];
  private pixels = 0;
  private loading = 0;

  /** Draws a record's picture into a canvas: at once where it is held, else when its photograph is there. */
  show(canvas: HTMLCanvasElement, row: ShownRow): void {
    const known = this.held.get(row.record);
    if (known !== undefined && looksLike(known.row, row)) {
      this.keep(known);
      draw(canvas, known.picture);
      return;
    }
    this.jobs.push({ canvas, row });
    this.next();
  }

  /** Pictures of this size are not wanted any more. */
  clear(): void {
    this.held.clear();
    this.pixels = 0;
    this.jobs.length = 0;
  }

  private next(): void {
    while (this.loading < MOST_LOADING) {
      const job = this.jobs.pop();
      if (job === undefined) return;
      // One whose tile is gone is not wanted any more.
      if (!job.canvas.isConnected) continue;
      this.loading++;
      void this.make(job).finally(() => {
        this.loading--;
        this.next();
      });
    }
  }

  private async make({ canvas, row }: Job): Promise<void> {
    const picture = await paint(row, canvas);
    // A photograph that is not there may come.
    if (row.imageSource === undefined || picture.dataset.photograph === 'yes') this.keep({ picture, row });
    if (canvas.isConnected) draw(canvas, picture);
  }

  private keep(made: Made): void {
    const { picture, row } = made;
    this.drop(row.record);
    this.held.set(row.record, made);
    this.pixels += picture.width * picture.height;
    while (this.pixels > MOST_PIXELS && this.held.size > 1) this.drop(this.held.keys().next().value!);
  }

  private drop(record: number): void {
    const made = this.held.get(record);
    if (made === undefined) return;
    this.pixels -= made.picture.width * made.picture.height;
    this.held.delete(record);
  }
}

/** Whether two rows have one picture: a record's number may stand for another record once its file has changed. */
function looksLike(a: ShownRow, b: ShownRow): boolean {
  return (
    a.imageSource === b.imageSource &&
    a.size?.[0] === b.size?.[0] &&
    a.size?.[1] === b.size?.[1] &&
    a.masks.length === b.masks.length &&
    a.masks.every(({ counts, color }, i) => counts === b.masks[i]!.counts && color === b.masks[i]!.color)
  );
}

function draw(canvas: HTMLCanvasElement, picture: HTMLCanvasElement): void {
  canvas.width = picture.width;
  canvas.height = picture.height;
  canvas.getContext('2d')?.drawImage(picture, 0, 0);
  canvas.dataset.painted = picture.dataset.photograph ?? '';
}

/** The photograph, or a plain ground where it cannot be loaded, under the masks; as large as the canvas's place allows. */
async function paint(row: ShownRow, place: HTMLCanvasElement): Promise<HTMLCanvasElement> {
  const photograph = row.imageSource === undefined ? undefined : await load(row.imageSource);
  const [height, width] = row.size ?? [photograph?.naturalHeight ?? 3, photograph?.naturalWidth ?? 4];
  const scale = fitting(width, height, place);
  const picture = document.createElement('canvas');
  picture.width = Math.max(1, Math.round(width * scale));
  picture.height = Math.max(1, Math.round(height * scale));
  const context = picture.getContext('2d');
  if (context === null) return picture;
  if (photograph !== undefined) {
    context.imageSmoothingQuality = 'medium';
    context.drawImage(photograph, 0, 0, picture.width, picture.height);
    // The decoded photograph is many times as large as the thumbnail.
    photograph.src = '';
  }
  picture.dataset.photograph = photograph === undefined ? 'no' : 'yes';
  const masks = paintMasks(row, photograph === undefined ? 1 : OPACITY);
  if (masks !== undefined) context.drawImage(masks, 0, 0, picture.width, picture.height);
  return picture;
}

function fitting(width: number, height: number, place: HTMLCanvasElement): number {
  const ratio = window.devicePixelRatio || 1;
  const [boxWidth, boxHeight] = [place.clientWidth || 200, place.clientHeight || 150];
  return ratio * Math.min(boxWidth / width, boxHeight / height);
}

async function load(source: string): Promise<HTMLImageElement | undefined> {
  const image = new Image();
  image.src = source;
  try {
    await image.decode();
    return image;
  } catch {
    return undefined;
  }
}

/** The masks in their colours, at the size that they came in; later ones over earlier ones. */
function paintMasks({ size, masks }: ShownRow, opacity: number): HTMLCanvasElement | undefined {
  if (size === undefined || masks.length === 0) return undefined;
  const [height, width] = size;
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (context === null) return undefined;
  const image = context.createImageData(width, height);
  const alpha = Math.round(255 * opacity);
  for (const { counts, color } of masks) {
    const runs = decodeCounts(counts);
    if (runs.ok) fill(image, runs.value, maskColor(color).rgb, alpha);
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

/** `runs` go down the columns, background first. */
function fill(
  { data, width, height }: ImageData,
  runs: Uint32Array,
  [red, green, blue]: readonly [number, number, number],
  alpha: number,
): void {
  let position = 0;
  for (let run = 0; run < runs.length; run++) {
    const end = Math.min(position + runs[run]!, width * height);
    for (let at = position; run % 2 === 1 && at < end; at++) {
      const pixel = 4 * ((at % height) * width + Math.floor(at / height));
      data[pixel] = red;
      data[pixel + 1] = green;
      data[pixel + 2] = blue;
      data[pixel + 3] = alpha;
    }
    position = end;
  }
}
