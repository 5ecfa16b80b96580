import type { RunLengthMask } from '../../masks/runLengthMask.ts';

/**
 * `paper`: every number as the paper's own script computes it, its oddities included, to be compared with the tables.
 * `strict`: the same measures without the oddities: unmatched masks count, overlapping parts are joined, no early stop,
 * and a value for every empty case. Each metric says at its head where the two differ.
 */
export type Protocol = 'paper' | 'strict';

/** A number or a text, as the file has it: the two sort differently. */
export type ExampleId = number | string;

/** What every example has: whose it is, and where it stood. */
export interface Example {
  /** The image's id; of a referring expression the expression's own. Two examples with one id are one too many. */
  readonly id: ExampleId;
  /** Its place in the file, from 0: no two examples of a set share it. */
  readonly order: number;
}

/** A mask of the references. */
export interface TruthMask {
  readonly mask: RunLengthMask;
  /** The annotation's number in a COCO file; without one it is sound. */
  readonly annotation?: number;
  /** It stands for many things: predictions inside it are neither right nor wrong. */
  readonly crowd?: boolean;
  /** Pixels as the file states them; the mask's own where it does not. */
  readonly area?: number;
  /** 1 where nothing is said: grounded captions know one category. */
  readonly category?: number;
}

/** A mask that a model gave. */
export interface PredictedMask {
  readonly mask: RunLengthMask;
  /** The model's trust in it; 1 where nothing is said, as in the paper's files. */
  readonly score?: number;
  /** 1 where nothing is said. */
  readonly category?: number;
}

/** One image with what should be grounded in it and what was. */
export interface MaskExample extends Example {
  /** In file order. */
  readonly truth: readonly TruthMask[];
  /** In file order, which ranks them where scores are equal. */
  readonly predictions: readonly PredictedMask[];
  /** The references' phrases, in the order of `truth`; there can be more or fewer of them. */
  readonly labels?: readonly string[];
  /** The predicted phrases, in the order of `predictions`; there can be more or fewer of them. */
  readonly phrases?: readonly string[];
}

/** The category that counts: grounded captions know no other. */
const CATEGORY = 1;

/** Whether AP counts masks of this category. */
export function isCounted(category: number | undefined): boolean {
  return category === undefined || category === CATEGORY;
}

const asRead = new WeakMap<MaskExample, MaskExample>();

/**
 * The example as pycocotools reads it: of truths with one annotation number the last stands in the place of each. The
 * same object where no number occurs twice.
 */
export function asPycocotoolsReads(example: MaskExample): MaskExample {
  if (!hasRepeatedAnnotation(example.truth)) return example;
  const seen = asRead.get(example);
  if (seen !== undefined) return seen;
  const last = new Map(example.truth.map((entry) => [entry.annotation, entry]));
  const read = {
    ...example,
    truth: example.truth.map((entry) => {
      const stands = entry.annotation === undefined ? entry : last.get(entry.annotation)!;
      // Categories are chosen by the entry itself, before its number is looked up.
      return entry.category === undefined || isCounted(entry.category)
        ? stands
        : { ...stands, category: entry.category };
    }),
  };
  asRead.set(example, read);
  return read;
}

/** Whether two truths have one annotation number. */
export function hasRepeatedAnnotation(truth: readonly TruthMask[]): boolean {
  const seen = new Set<number>();
  for (const { annotation } of truth) {
    if (annotation === undefined) continue;
    if (seen.has(annotation)) return true;
    seen.add(annotation);
  }
  return false;
}
