import type { FlorenceManifest } from '../manifest.ts';

/** What Florence-2 writes: labels with places, `a dog<loc_52><loc_332><loc_932><loc_774>`. Total on any text. */

/** Left, top, right, bottom in pixels of the photograph. */
export type PixelBox = readonly [left: number, top: number, right: number, bottom: number];

export interface LabelledBoxes {
  readonly label: string;
  readonly boxes: readonly PixelBox[];
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** A stretch of an answer: a place, a tag of another kind, or words. */
type Part =
  | { readonly kind: 'place'; readonly bin: number }
  | { readonly kind: 'tag' | 'words'; readonly text: string };

const TAG = /<(?:[a-z_]{1,20}|\/[a-z_]{1,20})>/y;

/**
 * The boxes behind each label, in reading order: four places each, `x1 y1 x2 y2`; places left over, and boxes that end before
 * they begin, are dropped. A label without places is none.
 */
export function readBoxes(
  text: string,
  locations: FlorenceManifest['locations'],
  size: Size,
): readonly LabelledBoxes[] {
  const found: LabelledBoxes[] = [];
  let label = '';
  let bins: number[] = [];
  const end = () => {
    const boxes = boxesOf(bins, locations.bins, size);
    if (boxes.length > 0) found.push({ label: label.trim(), boxes });
    if (bins.length > 0) label = '';
    bins = [];
  };
  for (const part of partsOf(text, locations)) {
    if (part.kind === 'place') bins.push(part.bin);
    else {
      end();
      label = part.kind === 'words' ? label + part.text : '';
    }
  }
  end();
  return found.filter((each) => each.label !== '');
}

/** The outlines of one thing, each a flat list `x1 y1 x2 y2 …` in pixels of three corners at least; whatever ends a run of places ends one. */
export function readPolygons(
  text: string,
  locations: FlorenceManifest['locations'],
  size: Size,
): readonly (readonly number[])[] {
  const polygons: number[][] = [];
  let bins: number[] = [];
  const end = () => {
    const points = bins.length - (bins.length % 2);
    if (points >= 6) polygons.push(bins.slice(0, points).map((bin, i) => pixel(bin, i, locations.bins, size)));
    bins = [];
  };
  for (const part of partsOf(text, locations)) {
    if (part.kind === 'place') bins.push(part.bin);
    else end();
  }
  end();
  return polygons;
}

function boxesOf(bins: readonly number[], count: number, size: Size): readonly PixelBox[] {
  const boxes: PixelBox[] = [];
  for (let i = 0; i + 4 <= bins.length; i += 4) {
    const [left, top, right, bottom] = bins.slice(i, i + 4).map((bin, side) => pixel(bin, side, count, size)) as [
      number,
      number,
      number,
      number,
    ];
    if (left < right && top < bottom) boxes.push([left, top, right, bottom]);
  }
  return boxes;
}

/** The middle of a place, in whole pixels as Florence-2's processor rounds; even ones lie along the width. */
function pixel(bin: number, index: number, bins: number, { width, height }: Size): number {
  return Math.trunc((bin + 0.5) * ((index % 2 === 0 ? width : height) / bins));
}

function partsOf(text: string, { token, bins }: FlorenceManifest['locations']): readonly Part[] {
  const [before = '', after = ''] = token.split('{number}');
  const parts: Part[] = [];
  let words = 0;
  const flush = (end: number) => {
    if (end > words) parts.push({ kind: 'words', text: text.slice(words, end) });
  };
  for (let at = 0; at < text.length; ) {
    const place = placeAt(text, at, before, after, bins);
    const end = place?.end ?? tagEnd(text, at);
    if (end === undefined) {
      at++;
      continue;
    }
    flush(at);
    parts.push(place === undefined ? { kind: 'tag', text: text.slice(at, end) } : { kind: 'place', bin: place.bin });
    at = end;
    words = end;
  }
  flush(text.length);
  return parts;
}

function placeAt(
  text: string,
  at: number,
  before: string,
  after: string,
  bins: number,
): { readonly bin: number; readonly end: number } | undefined {
  if (!text.startsWith(before, at)) return undefined;
  const start = at + before.length;
  let end = start;
  while (end < start + 6 && isDigit(text.charCodeAt(end))) end++;
  const bin = Number(text.slice(start, end));
  if (end === start || bin >= bins || !text.startsWith(after, end)) return undefined;
  return { bin, end: end + after.length };
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function tagEnd(text: string, at: number): number | undefined {
  if (text.charCodeAt(at) !== 60) return undefined;
  TAG.lastIndex = at;
  return TAG.test(text) ? TAG.lastIndex : undefined;
}
