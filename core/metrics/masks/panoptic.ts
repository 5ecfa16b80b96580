import { area, boundingBox, intersectionArea, type RunLengthMask, union } from '../../masks/runLengthMask.ts';
import type { DataNote, Entry, Metric } from './accumulator.ts';
import type { Example, Protocol } from './example.ts';
import { masksOfValues, paint, UNCLAIMED } from './labelSegments.ts';
import { boxesMeet } from './overlaps.ts';
import {
  imageQuality,
  type MeanQuality,
  meanQuality,
  type Quality,
  qualityOf,
  Tallies,
  type Tally,
} from './panopticQuality.ts';

/** A kind of segment. */
export interface PanopticCategory {
  readonly id: number;
  /** Countable: a thing, not stuff. */
  readonly isThing: boolean;
}

/** One segment of a panoptic map; what no segment covers is void. */
export interface PanopticSegment {
  readonly id: number;
  /** Undefined for a segment that stands in the map and not in the list of segments. */
  readonly category: number | undefined;
  /** Without a pixel for a segment that stands in the list and not in the map. */
  readonly mask: RunLengthMask;
  /** It stands for many things. Of true segments only. */
  readonly crowd?: boolean;
  /** Pixels as the list states them; the mask's own where it does not. Of true segments only. */
  readonly area?: number;
}

export interface PanopticExample extends Example {
  readonly truth: readonly PanopticSegment[];
  /** Where segments overlap, later ones cover earlier ones: a map holds one segment a pixel. */
  readonly predictions: readonly PanopticSegment[];
}

/** What is kept of an image. */
export interface PanopticEntry extends Entry, Quality {
  readonly tallies: readonly Tally[];
}

export interface PanopticResult {
  readonly metric: 'PQ';
  readonly protocol: Protocol;
  /** All from 0 to 1. */
  readonly all: MeanQuality;
  readonly things: MeanQuality;
  readonly stuff: MeanQuality;
  /** The categories that have a segment, true or predicted. */
  readonly perCategory: readonly (Tally & Quality)[];
  readonly perImage: readonly PanopticEntry[];
  readonly notes: readonly DataNote[];
}

const UNKNOWN_TRUE =
  'A true segment’s category is not among the categories: nothing can match it, and it is no void either. Add the category or correct the segment.';
const OVERLAPPING =
  'Predicted segments of an image overlap, which no panoptic map can hold: later ones cover earlier ones. Give every pixel to one segment.';
const NO_EXAMPLES = 'There is no image, so there is no PQ. Check the paths of references and predictions.';

const EXPLANATIONS: Record<Protocol, Record<string, string>> = {
  paper: {
    'unlisted-segment':
      'A predicted segment stands in the map and not in the list of segments. COCO’s script stops there; here the image is left out. List every segment.',
    'unpainted-segment':
      'A listed segment of a prediction has no pixel in the map. COCO’s script stops there; here the image is left out. Remove it from the list.',
    'unknown-category':
      'A predicted segment’s category is not among the categories. COCO’s script stops there; here the image is left out. Add the category or correct the segment.',
    'size-differs':
      'Segments of one image differ in size. COCO’s script stops there; here the image is left out. Export both maps at the size of the image.',
    'unknown-true-category': UNKNOWN_TRUE,
    'segments-overlap': OVERLAPPING,
    'no-examples': NO_EXAMPLES,
  },
  strict: {
    'unlisted-segment':
      'A predicted segment stands in the map and not in the list of segments: it counts as no prediction. List every segment.',
    'unpainted-segment':
      'A listed segment of a prediction has no pixel in the map: it counts for nothing. Remove it from the list.',
    'unknown-category':
      'A predicted segment’s category is not among the categories: it counts as no prediction. Add the category or correct the segment.',
    'size-differs':
      'Segments of one image differ in size: such pairs never match. Export both maps at the size of the image.',
    'unknown-true-category': UNKNOWN_TRUE,
    'segments-overlap': OVERLAPPING,
    'no-examples': NO_EXAMPLES,
  },
};

/** What in COCO's script ends the evaluation. */
const FATAL = new Set(['unlisted-segment', 'unpainted-segment', 'unknown-category', 'size-differs']);

/** A pair matches above this overlap; a prediction with more than this share on void or crowd is not held against it. */
const HALF = 0.5;

/**
 * Panoptic quality as COCO's panoptic API computes it (facts, metrics §3): segments of one category match where they
 * overlap by more than one half, void left out of account; per category PQ is the sum of overlaps over matches plus
 * half of what has no partner, and categories are averaged.
 *
 * `paper` and `strict` differ where COCO's script stops: `paper` leaves the image out, `strict` only the segment.
 */
export function panopticQuality(
  protocol: Protocol,
  categories: readonly PanopticCategory[],
): Metric<PanopticExample, PanopticEntry, PanopticResult> {
  const known = new Map(categories.map((category) => [category.id, category]));
  return {
    explanations: EXPLANATIONS[protocol],
    measure: (example) => measure(example, protocol, known),
    summarise: (perImage, notes) => summarise(perImage, notes, protocol, known),
  };
}

function measure(
  example: PanopticExample,
  protocol: Protocol,
  known: ReadonlyMap<number, PanopticCategory>,
): PanopticEntry {
  const oddities = odditiesOf(example, known);
  const fails = protocol === 'paper' && oddities.some((kind) => FATAL.has(kind));
  const tallies = fails ? [] : tally(example, oddities, known);
  const { id, order } = example;
  return { id, order, tallies, ...imageQuality(tallies), ...(oddities.length > 0 && { oddities }) };
}

function odditiesOf({ truth, predictions }: PanopticExample, known: ReadonlyMap<number, PanopticCategory>): string[] {
  const oddities: string[] = [];
  const isUnlisted = ({ category }: PanopticSegment) => category === undefined;
  const isUnknown = ({ category }: PanopticSegment) => category !== undefined && !known.has(category);
  const size = (truth[0] ?? predictions[0])?.mask;
  const differs = ({ mask }: PanopticSegment) => mask.height !== size!.height || mask.width !== size!.width;
  if (predictions.some(isUnlisted)) oddities.push('unlisted-segment');
  if (predictions.some((segment) => !isUnlisted(segment) && area(segment.mask) === 0))
    oddities.push('unpainted-segment');
  if (predictions.some(isUnknown)) oddities.push('unknown-category');
  if (truth.some(isUnknown)) oddities.push('unknown-true-category');
  if (truth.some(differs) || predictions.some(differs)) oddities.push('size-differs');
  else if (haveOverlap(predictions)) oddities.push('segments-overlap');
  return oddities;
}

function haveOverlap(segments: readonly PanopticSegment[]): boolean {
  if (segments.length < 2) return false;
  let pixels = 0;
  for (const { mask } of segments) pixels += area(mask);
  return area(union(segments.map(({ mask }) => mask))) < pixels;
}

/** A segment that can match, with what is asked of it many times. */
interface Sized {
  readonly segment: PanopticSegment;
  readonly mask: RunLengthMask;
  readonly area: number;
  readonly box: ReturnType<typeof boundingBox>;
}

function tally(
  example: PanopticExample,
  oddities: readonly string[],
  known: ReadonlyMap<number, PanopticCategory>,
): Tally[] {
  const isKnown = ({ category }: PanopticSegment) => category !== undefined && known.has(category);
  const drawn = oddities.includes('segments-overlap') ? drawnApart(example.predictions) : example.predictions;
  const predictions = drawn
    .filter(isKnown)
    .map(sized)
    .filter((sizedOne) => sizedOne.area > 0);
  // A true segment without a known category is no void, though nothing can match it.
  const truths = example.truth.map(sized);
  const tallies = new Tallies();
  const found = new Uint8Array(truths.length);
  const crowds = new Map<number, Sized>();
  for (const truth of truths) {
    const { crowd, category } = truth.segment;
    if (crowd === true && category !== undefined) crowds.set(category, truth);
  }
  for (const prediction of predictions) matchSegment(prediction, truths, found, crowds, tallies);
  truths.forEach(({ segment }, i) => {
    if (found[i] === 0 && segment.crowd !== true && isKnown(segment)) tallies.of(segment.category!).fn++;
  });
  return tallies.list();
}

function sized(segment: PanopticSegment): Sized {
  const { mask } = segment;
  return { segment, mask, area: area(mask), box: boundingBox(mask) };
}

function drawnApart(segments: readonly PanopticSegment[]): PanopticSegment[] {
  const { height, width } = segments[0]!.mask;
  const layers = segments.map(({ mask }, value) => ({ mask, value }));
  const masks = masksOfValues(paint(layers, height, width, UNCLAIMED), height, width);
  const nothing = { height, width, counts: Uint32Array.of(height * width) };
  return segments.map((segment, i) => ({ ...segment, mask: masks.get(i) ?? nothing }));
}

/** Finds a prediction's partner and counts it right, wrong or neither. */
function matchSegment(
  prediction: Sized,
  truths: readonly Sized[],
  found: Uint8Array,
  crowds: ReadonlyMap<number, Sized>,
  tallies: Tallies,
): void {
  const category = prediction.segment.category!;
  const crowd = crowds.get(category);
  const shared = truths.map((truth) => sharedPixels(prediction, truth));
  let onVoid = prediction.area;
  for (const pixels of shared) onVoid -= pixels;
  for (let i = 0; i < truths.length; i++) {
    const { segment, area: own } = truths[i]!;
    if (shared[i] === 0 || segment.crowd === true || segment.category !== category) continue;
    const iou = shared[i]! / (prediction.area + (segment.area ?? own) - shared[i]! - onVoid);
    if (iou <= HALF) continue;
    found[i] = 1;
    tallies.of(category).tp++;
    tallies.of(category).iouSum += iou;
    return;
  }
  const excused = onVoid + (crowd === undefined ? 0 : shared[truths.indexOf(crowd)]!);
  if (excused / prediction.area <= HALF) tallies.of(category).fp++;
}

function sharedPixels(a: Sized, b: Sized): number {
  return boxesMeet(a.box, b.box) ? intersectionArea(a.mask, b.mask) : 0;
}

function summarise(
  perImage: readonly PanopticEntry[],
  notes: readonly DataNote[],
  protocol: Protocol,
  known: ReadonlyMap<number, PanopticCategory>,
): PanopticResult {
  const tallies = new Tallies();
  for (const entry of perImage) tallies.add(entry.tallies);
  const list = tallies.list();
  const isThing = ({ category }: Tally) => known.get(category)?.isThing === true;
  return {
    metric: 'PQ',
    protocol,
    all: meanQuality(list),
    things: meanQuality(list.filter(isThing)),
    stuff: meanQuality(list.filter((entry) => !isThing(entry))),
    perCategory: list.map((entry) => ({ ...entry, ...qualityOf(entry) })),
    perImage,
    notes,
  };
}
