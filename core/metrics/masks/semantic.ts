import type { RunLengthMask } from '../../masks/runLengthMask.ts';
import type { DataNote, Entry, Metric } from './accumulator.ts';
import type { Example, Protocol } from './example.ts';
import { UNCLAIMED } from './labelSegments.ts';
import { paintedRuns, type ValueRuns } from './paintedRuns.ts';
import {
  imageQuality,
  type MeanQuality,
  meanQuality,
  type Quality,
  qualityOf,
  Tallies,
  type Tally,
} from './panopticQuality.ts';

/** The pixels of a class. */
export interface ClassMask {
  /** From 0 to the number of classes less 1. */
  readonly category: number;
  readonly mask: RunLengthMask;
}

export interface SemanticExample extends Example {
  readonly height: number;
  readonly width: number;
  /** One a class that occurs. Pixels in none of them, and those of a class beyond the last, are ignored. */
  readonly truth: readonly ClassMask[];
  /** In file order: later ones are painted over earlier ones. */
  readonly predictions: readonly ClassMask[];
}

/** Pixels of a class in an image, ignored ones left out. */
export interface ClassPixels {
  readonly category: number;
  /** In truth and prediction. */
  readonly shared: number;
  readonly truth: number;
  readonly predicted: number;
}

/** What is kept of an image. */
export interface SemanticEntry extends Entry, Quality {
  readonly tallies: readonly Tally[];
  readonly pixels: readonly ClassPixels[];
}

export interface SemanticResult extends MeanQuality {
  readonly metric: 'PQ of classes';
  readonly protocol: Protocol;
  /** The mean overlap of a class, its pixels counted over the whole set, 0 to 1. */
  readonly mIoU: number | undefined;
  readonly perCategory: readonly (Tally & Quality)[];
  readonly perImage: readonly SemanticEntry[];
  readonly notes: readonly DataNote[];
}

const NO_EXAMPLES = 'There is no image, so there is no PQ. Check the paths of references and predictions.';

const EXPLANATIONS: Record<Protocol, Record<string, string>> = {
  paper: {
    'unknown-category':
      'A prediction’s class is not among the classes. The paper’s script stops there; here the image is left out. Use classes from 0 on.',
    'size-differs':
      'Masks of one image differ in size. The paper’s script stops there; here the image is left out. Export them at the size of the image.',
    'no-examples': NO_EXAMPLES,
  },
  strict: {
    'unknown-category': 'A prediction’s class is not among the classes: it is left out. Use classes from 0 on.',
    'size-differs': 'A mask has another size than its image: it is left out. Export it at the size of the image.',
    'no-examples': NO_EXAMPLES,
  },
};

/** Predictions that lie on ignored pixels by more than this share are not held against the model. */
const HALF = 0.5;

/**
 * The paper's own panoptic evaluation (facts, metrics §3): one segment a class, so that instances do not matter, with
 * the mean overlap of the classes beside it.
 *
 * `paper`: pixels that no prediction claims count as class 0, and the mean overlap divides by the classes that occur in
 * truth or prediction. `strict`: such pixels are of no class.
 */
export function semanticQuality(
  protocol: Protocol,
  classes: number,
): Metric<SemanticExample, SemanticEntry, SemanticResult> {
  return {
    explanations: EXPLANATIONS[protocol],
    measure: (example) => measure(example, protocol, classes),
    summarise: (perImage, notes) => summarise(perImage, notes, protocol, classes),
  };
}

function measure(example: SemanticExample, protocol: Protocol, classes: number): SemanticEntry {
  const { id, order, height, width, truth, predictions } = example;
  const isClass = ({ category }: ClassMask) => Number.isInteger(category) && category >= 0 && category < classes;
  const fits = ({ mask }: ClassMask) => mask.height === height && mask.width === width;
  const oddities: string[] = [];
  if (!predictions.every(isClass)) oddities.push('unknown-category');
  if (!truth.every(fits) || !predictions.every(fits)) oddities.push('size-differs');
  if (protocol === 'paper' && oddities.length > 0) {
    return { id, order, tallies: [], pixels: [], ...imageQuality([]), oddities };
  }
  const ground = protocol === 'paper' && classes > 0 ? 0 : UNCLAIMED;
  const trueRuns = paintedRuns(layers(truth.filter(isClass)), height, width, UNCLAIMED);
  const predictedRuns = paintedRuns(layers(predictions.filter(isClass)), height, width, ground);
  const counts = countClasses(trueRuns, predictedRuns, classes);
  const tallies = tallyClasses(counts);
  const noted = oddities.length > 0 && { oddities };
  return { id, order, tallies, pixels: pixelsOf(counts), ...imageQuality(tallies), ...noted };
}

function layers(masks: readonly ClassMask[]): { mask: RunLengthMask; value: number }[] {
  return masks.map(({ category, mask }) => ({ mask, value: category }));
}

/** Pixels by class. */
interface ClassCounts {
  readonly shared: Uint32Array;
  readonly truth: Uint32Array;
  /** Ignored pixels of the truth included. */
  readonly predicted: Uint32Array;
  /** Predicted on ignored pixels of the truth. */
  readonly onIgnored: Uint32Array;
}

function countClasses(truths: ValueRuns, predictions: ValueRuns, classes: number): ClassCounts {
  const fresh = () => new Uint32Array(classes);
  const counts = { shared: fresh(), truth: fresh(), predicted: fresh(), onIgnored: fresh() };
  let position = 0;
  let [t, p] = [0, 0];
  while (t < truths.ends.length && p < predictions.ends.length) {
    const truth = truths.values[t]!;
    const predicted = predictions.values[p]!;
    const [trueEnd, predictedEnd] = [truths.ends[t]!, predictions.ends[p]!];
    const end = Math.min(trueEnd, predictedEnd);
    const length = end - position;
    position = end;
    if (trueEnd === end) t++;
    if (predictedEnd === end) p++;
    if (truth !== UNCLAIMED) counts.truth[truth]! += length;
    if (predicted === UNCLAIMED) continue;
    counts.predicted[predicted]! += length;
    if (truth === UNCLAIMED) counts.onIgnored[predicted]! += length;
    else if (truth === predicted) counts.shared[truth]! += length;
  }
  return counts;
}

function tallyClasses({ shared, truth, predicted, onIgnored }: ClassCounts): Tally[] {
  const tallies: Tally[] = [];
  for (let category = 0; category < truth.length; category++) {
    const [own, other, both] = [truth[category]!, predicted[category]!, shared[category]!];
    const union = own + other - both - onIgnored[category]!;
    const iou = union > 0 ? both / union : 0;
    const matches = iou > HALF;
    const excused = other === 0 || onIgnored[category]! / other > HALF;
    const tally = {
      category,
      tp: matches ? 1 : 0,
      fp: matches || excused ? 0 : 1,
      fn: matches || own === 0 ? 0 : 1,
      iouSum: matches ? iou : 0,
    };
    if (tally.tp + tally.fp + tally.fn > 0) tallies.push(tally);
  }
  return tallies;
}

function pixelsOf({ shared, truth, predicted, onIgnored }: ClassCounts): ClassPixels[] {
  const pixels: ClassPixels[] = [];
  for (let category = 0; category < truth.length; category++) {
    const seen = predicted[category]! - onIgnored[category]!;
    if (truth[category]! + seen === 0) continue;
    pixels.push({ category, shared: shared[category]!, truth: truth[category]!, predicted: seen });
  }
  return pixels;
}

function summarise(
  perImage: readonly SemanticEntry[],
  notes: readonly DataNote[],
  protocol: Protocol,
  classes: number,
): SemanticResult {
  const tallies = new Tallies();
  for (const entry of perImage) tallies.add(entry.tallies);
  const list = tallies.list();
  const perCategory = list.map((entry) => ({ ...entry, ...qualityOf(entry) }));
  const mIoU = meanOverlap(perImage, classes);
  return { metric: 'PQ of classes', protocol, ...meanQuality(list), mIoU, perCategory, perImage, notes };
}

/** A class that is predicted and never true overlaps by 0. */
function meanOverlap(perImage: readonly SemanticEntry[], classes: number): number | undefined {
  const shared = new Float64Array(classes);
  const either = new Float64Array(classes);
  for (const { pixels } of perImage) {
    for (const entry of pixels) {
      shared[entry.category]! += entry.shared;
      either[entry.category]! += entry.truth + entry.predicted - entry.shared;
    }
  }
  let [sum, present] = [0, 0];
  for (let category = 0; category < classes; category++) {
    if (either[category] === 0) continue;
    sum += shared[category]! / either[category]!;
    present++;
  }
  return present > 0 ? sum / present : undefined;
}
