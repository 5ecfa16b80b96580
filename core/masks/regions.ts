import { foregroundOf, maskOfToggles, type RunLengthMask } from './foreground.ts';
import { union } from './merge.ts';
import { complement } from './morphology.ts';

/**
 * The connected regions of a mask's foreground, found on runs: column by column, each stretch joins those it touches in the column
 * before. Regions are numbered in the order of their first pixel, down the columns.
 */
export interface Regions {
  readonly height: number;
  readonly width: number;
  /** Pixels of each region. */
  readonly areas: Uint32Array;
  /** 1 for each region with a pixel at the image's border. */
  readonly atBorder: Uint8Array;
  readonly pieces: Pieces;
  /** The region of each piece. */
  readonly regionOf: Uint32Array;
}

/** Vertical stretches of one column each, column by column and downwards. */
interface Pieces {
  readonly tops: Uint32Array;
  readonly bottoms: Uint32Array;
  /** The first piece of each column, and behind the last column the number of pieces. */
  readonly columns: Uint32Array;
}

/** `reach` 1: pixels that touch at a corner are of one region (foreground); 0: only those that share an edge (background). */
export function regionsOf(mask: RunLengthMask, reach: 0 | 1): Regions {
  const pieces = piecesOf(mask);
  const parents = new Uint32Array(pieces.tops.length);
  for (let i = 0; i < parents.length; i++) parents[i] = i;
  const { columns } = pieces;
  for (let x = 1; x < mask.width; x++) {
    if (columns[x + 1]! > columns[x]!) joinColumns(pieces, parents, x, reach);
  }
  return numbered(mask, pieces, parents);
}

/** The region with the pixel, or nothing where it has none. */
export function regionAt(regions: Regions, x: number, y: number): number | undefined {
  const { pieces, width } = regions;
  if (!(x >= 0 && x < width)) return undefined;
  for (let i = pieces.columns[x]!; i < pieces.columns[x + 1]!; i++) {
    if (y >= pieces.tops[i]! && y < pieces.bottoms[i]!) return regions.regionOf[i]!;
  }
  return undefined;
}

/** The mask of the regions for which the test holds. */
export function maskOfRegions(regions: Regions, wanted: (region: number) => boolean): RunLengthMask {
  const { pieces, regionOf, height, width } = regions;
  const keep = Uint8Array.from(regions.areas, (_, region) => (wanted(region) ? 1 : 0));
  const toggles = new Uint32Array(2 * pieces.tops.length);
  let length = 0;
  for (let x = 0; x < width; x++) {
    for (let i = pieces.columns[x]!; i < pieces.columns[x + 1]!; i++) {
      if (keep[regionOf[i]!] === 0) continue;
      length = addPiece(toggles, 0, length, x * height + pieces.tops[i]!, x * height + pieces.bottoms[i]!);
    }
  }
  return maskOfToggles(height, width, toggles, length);
}

/** The connected parts of a mask, the largest first; pixels that touch at a corner belong together. They are disjoint and make the mask. */
export function connectedParts(mask: RunLengthMask): RunLengthMask[] {
  const regions = regionsOf(mask, 1);
  const { pieces, regionOf, areas, height, width } = regions;
  const starts = new Uint32Array(areas.length + 1);
  for (const region of regionOf) starts[region + 1]! += 2;
  for (let region = 0; region < areas.length; region++) starts[region + 1]! += starts[region]!;
  const toggles = new Uint32Array(2 * regionOf.length);
  const ends = starts.slice(0, areas.length);
  for (let x = 0; x < width; x++) {
    for (let i = pieces.columns[x]!; i < pieces.columns[x + 1]!; i++) {
      const region = regionOf[i]!;
      const [from, to] = [x * height + pieces.tops[i]!, x * height + pieces.bottoms[i]!];
      ends[region] = addPiece(toggles, starts[region]!, ends[region]!, from, to);
    }
  }
  const order = Array.from(areas, (_, region) => region).sort((a, b) => areas[b]! - areas[a]! || a - b);
  return order.map((region) => maskOfToggles(height, width, toggles.subarray(starts[region]!, ends[region]!)));
}

/** The mask with every region of background that the image's border cannot be reached from, and how many there were. */
export function withoutHoles(mask: RunLengthMask): { readonly mask: RunLengthMask; readonly holes: number } {
  const background = regionsOf(complement(mask), 0);
  let holes = 0;
  for (const atBorder of background.atBorder) holes += 1 - atBorder;
  if (holes === 0) return { mask, holes };
  return { mask: union([mask, maskOfRegions(background, (region) => background.atBorder[region] === 0)]), holes };
}

/** The mask without connected parts of fewer than `least` pixels, and how many went; the largest part always stays. */
export function withoutSpecks(
  mask: RunLengthMask,
  least: number,
): { readonly mask: RunLengthMask; readonly specks: number } {
  const regions = regionsOf(mask, 1);
  const { areas } = regions;
  let largest = 0;
  for (let region = 1; region < areas.length; region++) if (areas[region]! > areas[largest]!) largest = region;
  const stays = (region: number): boolean => region === largest || areas[region]! >= least;
  let specks = 0;
  for (let region = 0; region < areas.length; region++) if (!stays(region)) specks++;
  return specks === 0 ? { mask, specks } : { mask: maskOfRegions(regions, stays), specks };
}

function piecesOf(mask: RunLengthMask): Pieces {
  const { height, width } = mask;
  const { starts, ends } = foregroundOf(mask);
  let length = 0;
  for (let i = 0; i < starts.length; i++) {
    length += Math.floor((ends[i]! - 1) / height) - Math.floor(starts[i]! / height) + 1;
  }
  const tops = new Uint32Array(length);
  const bottoms = new Uint32Array(length);
  const columns = new Uint32Array(width + 1);
  let at = 0;
  for (let i = 0; i < starts.length; i++) {
    for (let from = starts[i]!; from < ends[i]!; ) {
      const column = Math.floor(from / height);
      const head = column * height;
      const to = Math.min(ends[i]!, head + height);
      tops[at] = from - head;
      bottoms[at++] = to - head;
      columns[column + 1]!++;
      from = to;
    }
  }
  for (let x = 0; x < width; x++) columns[x + 1]! += columns[x]!;
  return { tops, bottoms, columns };
}

/** Joins the pieces of column x with those of the column before that they touch. */
function joinColumns({ tops, bottoms, columns }: Pieces, parents: Uint32Array, x: number, reach: 0 | 1): void {
  let before = columns[x - 1]!;
  let here = columns[x]!;
  const [beforeEnd, hereEnd] = [here, columns[x + 1]!];
  while (before < beforeEnd && here < hereEnd) {
    if (tops[before]! < bottoms[here]! + reach && tops[here]! < bottoms[before]! + reach) join(parents, before, here);
    if (bottoms[before]! <= bottoms[here]!) before++;
    else here++;
  }
}

function join(parents: Uint32Array, a: number, b: number): void {
  const [first, second] = [rootOf(parents, a), rootOf(parents, b)];
  if (first < second) parents[second] = first;
  else parents[first] = second;
}

function rootOf(parents: Uint32Array, piece: number): number {
  let at = piece;
  while (parents[at] !== at) {
    parents[at] = parents[parents[at]!]!;
    at = parents[at]!;
  }
  return at;
}

/** A root comes before all of its pieces, so that one pass downwards numbers the regions. */
function numbered({ height, width }: RunLengthMask, pieces: Pieces, parents: Uint32Array): Regions {
  const { tops, bottoms, columns } = pieces;
  const regionOf = new Uint32Array(parents.length);
  let count = 0;
  for (let i = 0; i < parents.length; i++) regionOf[i] = parents[i] === i ? count++ : regionOf[rootOf(parents, i)]!;
  const areas = new Uint32Array(count);
  const atBorder = new Uint8Array(count);
  for (let x = 0; x < width; x++) {
    const side = x === 0 || x === width - 1;
    for (let i = columns[x]!; i < columns[x + 1]!; i++) {
      const region = regionOf[i]!;
      areas[region]! += bottoms[i]! - tops[i]!;
      if (side || tops[i] === 0 || bottoms[i] === height) atBorder[region] = 1;
    }
  }
  return { height, width, areas, atBorder, pieces, regionOf };
}

/** Adds an interval to the list that begins at `start`; one that touches the last is joined to it. Returns the list's new end. */
function addPiece(toggles: Uint32Array, start: number, end: number, from: number, to: number): number {
  let at = end;
  if (at > start && toggles[at - 1] === from) at--;
  else toggles[at++] = from;
  toggles[at++] = to;
  return at;
}
