import { blankRaster, type Raster } from '../../../core/images/raster.ts';
import { crop, resize } from '../../../core/images/resize.ts';
import type { Preprocess } from '../manifest.ts';
import { type Geometry, longestFit, shortestFit } from './geometry.ts';
import { tileGrid } from './tiles.ts';

/** Pixels along the side of the square that `centre-pad` makes. */
const MAX_SQUARE = 8192;

/** A photograph as a graph takes it. */
export interface PreparedImage {
  /** Row-major, of `shape`. */
  readonly data: Float32Array;
  /** `[tiles, 3, height, width]`; one tile where the photograph is not cut. */
  readonly shape: readonly [number, number, number, number];
  /** The way back from the tensor to the photograph; not there for tiles, of which no mask can come back. */
  readonly geometry: Geometry | undefined;
}

/** Resizes, cuts or pads, and normalises a photograph as the manifest says. Total for any raster of at least one pixel. */
export function prepareImage(photograph: Raster, settings: Preprocess): PreparedImage {
  const [height, width] = settings.size;
  const pictures = cut(photograph, settings);
  const cells = height * width;
  const data = new Float32Array(pictures.length * 3 * cells);
  const values = channelValues(settings);
  for (const [i, picture] of pictures.entries()) {
    fillPlanes(data.subarray(i * 3 * cells, (i + 1) * 3 * cells), picture, settings, values);
  }
  return { data, shape: [pictures.length, 3, height, width], geometry: geometryOf(photograph, settings) };
}

/** Where the photograph lies in the tensor; `undefined` for tiles. */
export function geometryOf(
  photograph: { readonly width: number; readonly height: number },
  { fit, size }: Pick<Preprocess, 'fit' | 'size'>,
): Geometry | undefined {
  const [height, width] = size;
  const place = (top: number, left: number, rows: number, columns: number): Geometry => ({
    input: { height, width },
    content: { top, left, height: rows, width: columns },
    photograph: { height: photograph.height, width: photograph.width },
  });
  switch (fit) {
    case 'stretch':
      return place(0, 0, height, width);
    case 'longest-pad': {
      const inside = longestFit(photograph, size);
      return place(0, 0, inside.height, inside.width);
    }
    case 'centre-pad': {
      const { side, top, left } = squareAround(photograph);
      const scale = height / side;
      return place(top * scale, left * scale, photograph.height * scale, photograph.width * scale);
    }
    case 'shortest-crop': {
      const whole = shortestFit(photograph, size);
      return place(-((whole.height - height) >> 1), -((whole.width - width) >> 1), whole.height, whole.width);
    }
    case 'tiles':
      return undefined;
  }
}

/** The pictures that fill the tensor's tiles; of `longest-pad` the part that is no padding. */
function cut(photograph: Raster, settings: Preprocess): readonly Raster[] {
  const { fit, size, filter, antialias } = settings;
  const [height, width] = size;
  const at = (columns: number, rows: number) => resize(photograph, columns, rows, { filter, antialias });
  switch (fit) {
    case 'stretch':
      return [at(width, height)];
    case 'longest-pad': {
      const inside = longestFit(photograph, size);
      return [at(inside.width, inside.height)];
    }
    case 'centre-pad': {
      const square = inTheMiddle(bounded(photograph), settings.padColour ?? [0, 0, 0]);
      return [resize(square, width, height, { filter, antialias })];
    }
    case 'shortest-crop': {
      const whole = shortestFit(photograph, size);
      const left = (whole.width - width) >> 1;
      const top = (whole.height - height) >> 1;
      return [crop(at(whole.width, whole.height), [left, top, width, height])];
    }
    case 'tiles': {
      const { min = 1, max = 1, thumbnail = false } = settings.tiles ?? {};
      const grid = tileGrid(photograph, size, min, max);
      const whole = at(grid.columns * width, grid.rows * height);
      const tiles: Raster[] = [];
      for (let row = 0; row < grid.rows; row++) {
        for (let column = 0; column < grid.columns; column++) {
          tiles.push(crop(whole, [column * width, row * height, width, height]));
        }
      }
      if (thumbnail && tiles.length > 1) tiles.push(at(width, height));
      return tiles;
    }
  }
}

/** The square that `centre-pad` lays a photograph in, and where in it the photograph begins. */
function squareAround({ width, height }: Pick<Raster, 'width' | 'height'>): {
  readonly side: number;
  readonly top: number;
  readonly left: number;
} {
  const side = Math.max(width, height);
  return { side, top: (side - height) >> 1, left: (side - width) >> 1 };
}

/** A photograph whose square fits into memory: of a panorama as thin as a thread it would have gigabytes. */
function bounded(photograph: Raster): Raster {
  const scale = MAX_SQUARE / Math.max(photograph.width, photograph.height);
  const shrunk = (pixels: number) => Math.max(1, Math.round(pixels * scale));
  return scale >= 1 ? photograph : resize(photograph, shrunk(photograph.width), shrunk(photograph.height));
}

function inTheMiddle(photograph: Raster, colour: readonly [number, number, number]): Raster {
  const { side, top, left } = squareAround(photograph);
  const square = blankRaster(side, side, colour);
  const row = 4 * photograph.width;
  for (let y = 0; y < photograph.height; y++) {
    square.data.set(photograph.data.subarray(y * row, (y + 1) * row), 4 * ((top + y) * side + left));
  }
  return square;
}

/** What each byte becomes in each of the tensor's planes: 256 values a plane. */
function channelValues({ scale, mean, deviation }: Preprocess): readonly Float32Array[] {
  const divisor = scale === 'unit' ? 255 : 1;
  return [0, 1, 2].map((plane) =>
    Float32Array.from({ length: 256 }, (_, byte) => (byte / divisor - mean[plane]!) / deviation[plane]!),
  );
}

/** Writes a picture into `[3, height, width]`; where it is smaller, what lies right of it and below is padding. */
function fillPlanes(
  planes: Float32Array,
  { width, height, data }: Raster,
  settings: Preprocess,
  values: readonly Float32Array[],
): void {
  const [rows, columns] = settings.size;
  const covered = width >= columns && height >= rows;
  for (let channel = 0; channel < 3; channel++) {
    const source = settings.channels === 'rgb' ? channel : 2 - channel;
    const table = values[channel]!;
    const start = channel * rows * columns;
    if (!covered && settings.pad === 'before') planes.fill(table[0]!, start, start + rows * columns);
    for (let y = 0; y < height; y++) {
      const from = 4 * y * width + source;
      const to = start + y * columns;
      for (let x = 0; x < width; x++) planes[to + x] = table[data[from + 4 * x]!]!;
    }
  }
}
