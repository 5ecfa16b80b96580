import type { RunLengthMask } from '../../masks/runLengthMask.ts';
import type { DataNote, Entry, Metric } from './accumulator.ts';
import type { Example, Protocol } from './example.ts';
import { countJoined } from './joined.ts';

/** One referring expression, which can refer to one thing, to several, or to none. */
export interface GeneralisedExample extends Example {
  /** The masks of all it refers to; their union counts. */
  readonly targets: readonly RunLengthMask[];
  /** The union of these counts. */
  readonly predictions: readonly RunLengthMask[];
  /** The expression refers to nothing in the image. */
  readonly noTarget: boolean;
  /**
   * The model says so. In USCDF: the answer has no `[SEG]` for the expression; a predicted mask without a pixel says
   * nothing of the kind.
   */
  readonly saysNoTarget: boolean;
}

/**
 * Whose rules. `rela`: GRES, the benchmark's own. `gsva`: GSVA's, where a target that the model denies keeps the
 * overlap of what it drew.
 */
export type GeneralisedRule = 'rela' | 'gsva';

/** What is kept of an expression. */
export interface GeneralisedEntry extends Entry {
  readonly noTarget: boolean;
  readonly saysNoTarget: boolean;
  /** Overlap, 0 to 1. */
  readonly iou: number;
  /** Pixels it adds to the set's intersection and union. */
  readonly intersection: number;
  readonly union: number;
}

export interface GeneralisedResult {
  readonly metric: 'generalised referring';
  readonly protocol: Protocol;
  readonly rule: GeneralisedRule;
  /** All from 0 to 1; GRES prints them times 100. Undefined where there is nothing to divide by. */
  readonly gIoU: number | undefined;
  readonly cIoU: number | undefined;
  /** Of expressions without a target, the share that the model denies. */
  readonly nAcc: number | undefined;
  /** Of expressions with a target, the share that it does not deny. */
  readonly tAcc: number | undefined;
  /** Of expressions with a target, the share that overlaps by at least so much. */
  readonly precisionAt: readonly { readonly iou: number; readonly share: number | undefined }[];
  readonly perExample: readonly GeneralisedEntry[];
  readonly notes: readonly DataNote[];
}

const PRECISION_AT = [0.7, 0.8, 0.9] as const;

/** What GSVA adds to divisors: to an expression's union, to the set's union, to the number of expressions. */
const [UNION_EPSILON, SET_EPSILON, COUNT_EPSILON] = [1e-8, 1e-10, 1e-5];

const EXPLANATIONS: Record<string, string> = {
  'size-differs':
    'Masks of one expression differ in size: they overlap by 0 and their pixels count in the union. Export the masks at the size of the image.',
  'target-without-pixel':
    'An expression has a target, but its mask has no pixel, so that nothing can overlap it. Mark the expression as one without a target, or export the mask again.',
  'pixels-without-target':
    'An expression without a target has a mask with pixels, which count against the model. Remove the mask or the mark.',
  'no-examples': 'There is no expression, so there is nothing to score. Check the paths of references and predictions.',
};

/**
 * gIoU, cIoU, N-acc, T-acc and Pr@X of generalised referring segmentation (facts, metrics §2).
 *
 * `paper`: as the evaluators do. ReLA's reports N-acc and T-acc as 0 for a set in which every expression has a target;
 * GSVA's adds a little to divisors. `strict`: nothing is added, and a share of nothing is undefined.
 */
export function generalisedReferring(
  protocol: Protocol,
  rule: GeneralisedRule,
): Metric<GeneralisedExample, GeneralisedEntry, GeneralisedResult> {
  const epsilon = rule === 'gsva' && protocol === 'paper';
  return {
    explanations: EXPLANATIONS,
    measure: (example) => measure(example, rule, epsilon ? UNION_EPSILON : 0),
    summarise: (perExample, notes) => summarise(perExample, notes, protocol, rule),
  };
}

function measure(example: GeneralisedExample, rule: GeneralisedRule, epsilon: number): GeneralisedEntry {
  const { id, order, targets, predictions, noTarget, saysNoTarget } = example;
  const counts = countJoined(targets, predictions);
  const oddities: string[] = [];
  if (counts.sizesDiffer) oddities.push('size-differs');
  const hasPixels = countJoined(targets, []).union > 0;
  if (!noTarget && !hasPixels) oddities.push('target-without-pixel');
  if (noTarget && hasPixels) oddities.push('pixels-without-target');
  const entry = { id, order, noTarget, saysNoTarget, ...(oddities.length > 0 && { oddities }) };
  if (noTarget && saysNoTarget) return { ...entry, iou: 1, intersection: 0, union: 0 };
  const denied = saysNoTarget && rule === 'rela';
  const intersection = noTarget || denied ? 0 : counts.intersection;
  const iou = counts.union > 0 ? intersection / (counts.union + epsilon) : 0;
  return { ...entry, iou, intersection, union: counts.union };
}

function summarise(
  perExample: readonly GeneralisedEntry[],
  notes: readonly DataNote[],
  protocol: Protocol,
  rule: GeneralisedRule,
): GeneralisedResult {
  let [iouSum, intersection, union, denied, kept] = [0, 0, 0, 0, 0];
  const targeted: GeneralisedEntry[] = [];
  for (const entry of perExample) {
    iouSum += entry.iou;
    intersection += entry.intersection;
    union += entry.union;
    if (!entry.noTarget) targeted.push(entry);
    if (entry.noTarget && entry.saysNoTarget) denied++;
    if (!entry.noTarget && !entry.saysNoTarget) kept++;
  }
  const adds = rule === 'gsva' && protocol === 'paper';
  const untargeted = perExample.length - targeted.length;
  const zeroes = rule === 'rela' && protocol === 'paper' && untargeted === 0 && perExample.length > 0;
  return {
    metric: 'generalised referring',
    protocol,
    rule,
    gIoU: share(iouSum, perExample.length, adds ? COUNT_EPSILON : 0),
    cIoU: share(intersection, union, adds ? SET_EPSILON : 0),
    nAcc: zeroes ? 0 : share(denied, untargeted),
    tAcc: zeroes ? 0 : share(kept, targeted.length),
    precisionAt: PRECISION_AT.map((iou) => {
      const reached = targeted.filter((entry) => entry.iou >= iou).length;
      return { iou, share: share(reached, targeted.length) };
    }),
    perExample,
    notes,
  };
}

function share(part: number, whole: number, epsilon = 0): number | undefined {
  return whole > 0 ? part / (whole + epsilon) : undefined;
}
