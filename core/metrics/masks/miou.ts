import type { DataNote, Entry, Metric } from './accumulator.ts';
import { asPycocotoolsReads, hasRepeatedAnnotation, type MaskExample, type Protocol } from './example.ts';
import { emptyMasks, forEachPair, type Overlaps, overlapsOf } from './overlaps.ts';
import { largestFirst, type Pair } from './pairs.ts';

/** What is kept of an image. */
export interface MeanIouEntry extends Entry {
  /** The image's own mIoU, 0 to 1. */
  readonly score: number;
  /** Intersection over union of the matched pairs, in the order in which they were matched. */
  readonly ious: readonly number[];
  /** Truths without a partner. */
  readonly missed: number;
  /** Predictions without a partner. */
  readonly extra: number;
}

export interface MeanIouResult {
  readonly metric: 'mIoU';
  readonly protocol: Protocol;
  /** 0 to 1; the tables print it times 100. Undefined for a set without images. */
  readonly mIoU: number | undefined;
  readonly perImage: readonly MeanIouEntry[];
  readonly notes: readonly DataNote[];
}

const EXPLANATIONS: Record<Protocol, Record<string, string>> = {
  paper: {
    'size-differs':
      'Masks of one image differ in size. The paper’s script stops there; here the image scores 0. Export the masks at the size of the image.',
    'empty-pair':
      'A reference and a prediction are both empty. Their overlap is 0 / 0, which makes the paper’s script score the image 0. Remove masks without a pixel.',
    'annotation-twice':
      'Annotations of one image share a number. As in pycocotools the last of them counts for each. Number the annotations anew.',
    'no-examples': 'There is no image, so there is no mIoU. Check the paths of references and predictions.',
  },
  strict: {
    'size-differs': 'Masks of one image differ in size: such pairs count 0. Export the masks at the size of the image.',
    'empty-pair':
      'A reference and a prediction are both empty: they count as equal. Masks without a pixel are seldom meant; check them.',
    'annotation-twice':
      'Annotations of one image share a number. Each counts as it is; pycocotools would take the last for all. Number them anew.',
    'no-examples': 'There is no image, so there is no mIoU. Check the paths of references and predictions.',
  },
};

/**
 * Mean intersection over union (facts, metrics §1.4). In each image the pair that overlaps most is matched, then the
 * best of what is left, until nothing overlaps; the result is the mean over images.
 *
 * `paper`: an image scores the mean of its matched pairs, so that what has no partner costs nothing; 0 without a match.
 * `strict`: what has no partner counts as a pair that overlaps by 0, two empty masks are equal, and an image where
 * nothing is to be found and nothing was found scores 1.
 */
export function meanIou(protocol: Protocol): Metric<MaskExample, MeanIouEntry, MeanIouResult> {
  return {
    explanations: EXPLANATIONS[protocol],
    measure: (example) => measure(example, protocol),
    summarise: (perImage, notes) => ({ metric: 'mIoU', protocol, mIoU: meanScore(perImage), perImage, notes }),
  };
}

function meanScore(perImage: readonly MeanIouEntry[]): number | undefined {
  if (perImage.length === 0) return undefined;
  let sum = 0;
  for (const { score } of perImage) sum += score;
  return sum / perImage.length;
}

function measure(example: MaskExample, protocol: Protocol): MeanIouEntry {
  const overlaps = overlapsOf(protocol === 'paper' ? asPycocotoolsReads(example) : example);
  const { pairs, emptyPair } = overlappingPairs(overlaps);
  const stops = protocol === 'paper' && (emptyPair || overlaps.sizesDiffer);
  const ious = stops ? [] : match(pairs, overlaps);
  const missed = overlaps.truths - ious.length;
  const extra = overlaps.predictions - ious.length;
  const oddities = odditiesOf(example, overlaps, emptyPair);
  const score = scoreOf(ious, missed + extra, protocol);
  return { id: example.id, order: example.order, score, ious, missed, extra, ...(oddities && { oddities }) };
}

function scoreOf(ious: readonly number[], single: number, protocol: Protocol): number {
  const pairs = protocol === 'strict' ? ious.length + single : ious.length;
  if (pairs === 0) return protocol === 'strict' ? 1 : 0;
  let sum = 0;
  for (const iou of ious) sum += iou;
  return sum / pairs;
}

/**
 * Pairs that overlap. Two empty masks overlap wholly; whichever of them are paired, as many are as there are on the side
 * that has fewer.
 */
function overlappingPairs(overlaps: Overlaps): { pairs: Pair[]; emptyPair: boolean } {
  const pairs: Pair[] = [];
  forEachPair(overlaps, (row, column, iou) => pairs.push({ row, column, iou }));
  const rows = emptyMasks(overlaps.predictionAreas);
  const columns = emptyMasks(overlaps.truthAreas);
  const length = Math.min(rows.length, columns.length);
  for (let i = 0; i < length; i++) pairs.push({ row: rows[i]!, column: columns[i]!, iou: 1 });
  return { pairs, emptyPair: length > 0 };
}

function match(pairs: Pair[], overlaps: Overlaps): number[] {
  const rows = new Uint8Array(overlaps.predictions);
  const columns = new Uint8Array(overlaps.truths);
  const ious: number[] = [];
  for (const { row, column, iou } of largestFirst(pairs)) {
    if (rows[row] === 1 || columns[column] === 1) continue;
    rows[row] = 1;
    columns[column] = 1;
    ious.push(iou);
  }
  return ious;
}

function odditiesOf(example: MaskExample, overlaps: Overlaps, emptyPair: boolean): string[] | undefined {
  const oddities: string[] = [];
  if (overlaps.sizesDiffer) oddities.push('size-differs');
  if (emptyPair) oddities.push('empty-pair');
  if (hasRepeatedAnnotation(example.truth)) oddities.push('annotation-twice');
  return oddities.length > 0 ? oddities : undefined;
}
