import type { RunLengthMask } from '../../masks/runLengthMask.ts';
import type { DataNote, Entry, Metric } from './accumulator.ts';
import type { Example, Protocol } from './example.ts';
import { countJoined, countSummed, type PixelCounts } from './joined.ts';

/** One image of a referring data set, or one expression where each is scored by itself. */
export interface ReferringExample extends Example {
  /** What is referred to; each target as its parts, which is one mask as a rule and several of a polygon annotation. */
  readonly targets: readonly (readonly RunLengthMask[])[];
  /** In the order of `targets`. */
  readonly predictions: readonly RunLengthMask[];
}

/**
 * `each`: the i-th prediction against the i-th target (RefCOCO). `joined`: all predictions against all targets, one
 * pair an example (gRefCOCO, ReasonSeg).
 */
export type Pairing = 'each' | 'joined';

/** What is kept of an example. */
export interface ReferringEntry extends Entry {
  /** Pixels, summed over the pairs. */
  readonly intersection: number;
  readonly union: number;
  /** The sum of the pairs' overlaps. */
  readonly iouSum: number;
  /** What the example counts for in the mean. */
  readonly targets: number;
}

export interface ReferringResult {
  readonly metric: 'cIoU and gIoU';
  readonly protocol: Protocol;
  readonly pairing: Pairing;
  /** Intersections of the whole set over unions of the whole set, 0 to 1; Table 2 prints it times 100. */
  readonly cIoU: number | undefined;
  /** The mean overlap of a target, 0 to 1. */
  readonly gIoU: number | undefined;
  /** `gIoU` before the script's last step, which adds 0.00001 to the divisor; in `strict` the same number. */
  readonly gIoUBeforeReduction: number | undefined;
  readonly perExample: readonly ReferringEntry[];
  readonly notes: readonly DataNote[];
}

const NO_EXAMPLES =
  'There is no example, so there is no cIoU and no gIoU. Check the paths of references and predictions.';

const EXPLANATIONS: Record<Protocol, Record<string, string>> = {
  paper: {
    'size-differs':
      'Masks of one example differ in size. The paper’s script stops there; here such a pair overlaps by 0 and its pixels count in the union. Export the masks at the size of the image.',
    'count-differs':
      'There are not as many predictions as targets. As in the paper’s script a missing prediction costs gIoU and not cIoU, and one too many costs nothing. Predict one mask a target.',
    'parts-overlap':
      'Parts of a target overlap. The paper’s script adds them up and loses the pixels that two parts cover. Store the union of the parts.',
    'no-examples': NO_EXAMPLES,
  },
  strict: {
    'size-differs':
      'Masks of one example differ in size: such a pair overlaps by 0 and its pixels count in the union. Export the masks at the size of the image.',
    'count-differs':
      'There are not as many predictions as targets. What has no partner overlaps by 0 and counts in the union. Predict one mask a target.',
    'no-examples': NO_EXAMPLES,
  },
};

/** What the script adds to divisors: to a pair's union, to the set's union, to the number of targets. */
const [PAIR_EPSILON, SET_EPSILON, COUNT_EPSILON] = [1e-5, 1e-10, 1e-5];

/**
 * cIoU and gIoU of referring segmentation as LISA, GLaMM and MGLMM compute them (facts, metrics §2). A target without a
 * pixel that is predicted as such overlaps by 1.
 *
 * `paper`: the script's small additions to divisors, pairs only as far as the shorter list goes, parts of a target
 * added up. The script sums in single precision, here in double: figures agree to about 0.000001. `strict`: nothing is
 * added, masks without a partner count as pairs that overlap by 0, parts are joined.
 */
export function referring(
  protocol: Protocol,
  pairing: Pairing,
): Metric<ReferringExample, ReferringEntry, ReferringResult> {
  return {
    explanations: EXPLANATIONS[protocol],
    measure: (example) => measure(example, protocol, pairing),
    summarise: (perExample, notes) => summarise(perExample, notes, protocol, pairing),
  };
}

function measure(example: ReferringExample, protocol: Protocol, pairing: Pairing): ReferringEntry {
  const { id, order, targets, predictions } = example;
  const pairs = pairing === 'joined' ? [countJoined(targets.flat(), predictions)] : eachPair(example, protocol);
  let [intersection, union, iouSum] = [0, 0, 0];
  for (const pair of pairs) {
    intersection += pair.intersection;
    union += pair.union;
    iouSum += overlap(pair, protocol);
  }
  const longest = protocol === 'paper' ? targets.length : Math.max(targets.length, predictions.length);
  const counted = pairing === 'joined' ? 1 : longest;
  const oddities = odditiesOf(example, pairs, protocol, pairing);
  return { id, order, intersection, union, iouSum, targets: counted, ...(oddities.length > 0 && { oddities }) };
}

function eachPair({ targets, predictions }: ReferringExample, protocol: Protocol): PixelCounts[] {
  if (protocol === 'paper') {
    const length = Math.min(targets.length, predictions.length);
    return Array.from({ length }, (_, i) => countSummed(targets[i]!, predictions[i]));
  }
  const length = Math.max(targets.length, predictions.length);
  return Array.from({ length }, (_, i) => countJoined(targets[i] ?? [], predictions.slice(i, i + 1)));
}

function overlap({ intersection, union }: PixelCounts, protocol: Protocol): number {
  if (union === 0) return 1;
  return intersection / (protocol === 'paper' ? union + PAIR_EPSILON : union);
}

function odditiesOf(
  { targets, predictions }: ReferringExample,
  pairs: readonly PixelCounts[],
  protocol: Protocol,
  pairing: Pairing,
): string[] {
  const oddities: string[] = [];
  if (pairs.some(({ sizesDiffer }) => sizesDiffer)) oddities.push('size-differs');
  if (pairing === 'joined') return oddities;
  if (targets.length !== predictions.length) oddities.push('count-differs');
  if (protocol === 'paper' && targets.some(partsOverlap)) oddities.push('parts-overlap');
  return oddities;
}

function partsOverlap(parts: readonly RunLengthMask[]): boolean {
  if (parts.length < 2) return false;
  return countJoined(parts, []).union !== countSummed(parts, undefined).union;
}

function summarise(
  perExample: readonly ReferringEntry[],
  notes: readonly DataNote[],
  protocol: Protocol,
  pairing: Pairing,
): ReferringResult {
  let [intersection, union, iouSum, targets] = [0, 0, 0, 0];
  for (const entry of perExample) {
    intersection += entry.intersection;
    union += entry.union;
    iouSum += entry.iouSum;
    targets += entry.targets;
  }
  const isPaper = protocol === 'paper';
  const gIoUBeforeReduction = targets > 0 ? iouSum / targets : undefined;
  return {
    metric: 'cIoU and gIoU',
    protocol,
    pairing,
    cIoU: perExample.length > 0 ? setOverlap(intersection, union, isPaper) : undefined,
    gIoU: isPaper && targets > 0 ? iouSum / (targets + COUNT_EPSILON) : gIoUBeforeReduction,
    gIoUBeforeReduction,
    perExample,
    notes,
  };
}

/** In `strict` 1 where nothing was to be found and nothing was. */
function setOverlap(intersection: number, union: number, isPaper: boolean): number {
  if (isPaper) return intersection / (union + SET_EPSILON);
  return union > 0 ? intersection / union : 1;
}
