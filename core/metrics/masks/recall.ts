import type { DataNote, Entry, Metric } from './accumulator.ts';
import { asPycocotoolsReads, hasRepeatedAnnotation, type MaskExample, type Protocol } from './example.ts';
import { emptyMasks, forEachPair, type Overlaps, overlapsOf } from './overlaps.ts';
import { largestFirst, type Pair } from './pairs.ts';
import type { TextSimilarity } from './textSimilarity.ts';

/** A pair counts from this overlap and from this likeness of its texts on. */
const LEAST_IOU = 0.5;
const LEAST_SIMILARITY = 0.5;

/** One of the things that should be grounded. */
export interface RecallTarget {
  readonly label: string | undefined;
  /** Pixels of its mask; undefined where the image has no mask for the label. */
  readonly area: number | undefined;
  readonly found: boolean;
}

/** What is kept of an image. */
export interface RecallEntry extends Entry {
  readonly found: number;
  /** What the image adds to the divisor. */
  readonly positives: number;
  /** What the image adds to the divisor in the older of the scripts, which counts the labels of dropped images too. */
  readonly olderPositives: number;
  readonly targets: readonly RecallTarget[];
}

export interface RecallResult {
  readonly metric: 'mask recall';
  readonly protocol: Protocol;
  /** The name of the text similarity that gates the pairs. */
  readonly similarity: string;
  /** 0 to 1; the tables print it times 100. 0 where nothing is to be found; undefined in `strict`. */
  readonly recall: number | undefined;
  /** The same with the divisor of the older script (GLaMM's), which differs where an image was dropped. */
  readonly olderRecall: number | undefined;
  readonly found: number;
  readonly positives: number;
  readonly perImage: readonly RecallEntry[];
  readonly notes: readonly DataNote[];
}

const EXPLANATIONS: Record<Protocol, Record<string, string>> = {
  paper: {
    'size-differs':
      'Masks of one image differ in size. The paper’s script drops such an image, so that it costs nothing. Export the masks at the size of the image.',
    'text-missing':
      'The pair that overlaps most has a mask without a phrase. The paper’s script drops such an image, so that it costs nothing. Give every mask its phrase.',
    'empty-pair':
      'A reference and a prediction are both empty. Their overlap is 0 / 0, which the paper’s script takes for a match where the texts agree. Remove masks without a pixel.',
    'annotation-twice':
      'Annotations of one image share a number. As in pycocotools the last of them counts for each. Number the annotations anew.',
    'no-examples': 'There is no image, so there is nothing to recall. Check the paths of references and predictions.',
  },
  strict: {
    'size-differs':
      'Masks of one image differ in size: such pairs never match. Export the masks at the size of the image.',
    'text-missing':
      'A mask has no phrase, so that it cannot pass the text gate and counts as missed. Give every mask its phrase.',
    'empty-pair':
      'A reference and a prediction are both empty: they count as equal. Masks without a pixel are seldom meant; check them.',
    'annotation-twice':
      'Annotations of one image share a number. Each counts as it is; pycocotools would take the last for all. Number them anew.',
    'no-examples': 'There is no image, so there is nothing to recall. Check the paths of references and predictions.',
  },
};

/**
 * Mask recall (facts, metrics §1.5): of all things that should be grounded, the share with a predicted mask that
 * overlaps by at least one half and whose phrase is at least half alike. In each image pairs are matched greedily, the
 * largest overlap first.
 *
 * `paper`: the first pair whose texts are not alike ends the image, the divisor counts labels and not masks, and an
 * image with which the script cannot cope is dropped. `strict`: such a pair is passed over and the rest still counts,
 * the divisor is the larger of labels and masks, two empty masks are equal, and nothing is dropped.
 */
export function maskRecall(
  protocol: Protocol,
  similarity: TextSimilarity,
): Metric<MaskExample, RecallEntry, RecallResult> {
  return {
    explanations: EXPLANATIONS[protocol],
    measure: (example) => measure(example, protocol, similarity),
    summarise: (perImage, notes) => summarise(perImage, notes, protocol, similarity.name),
  };
}

function summarise(
  perImage: readonly RecallEntry[],
  notes: readonly DataNote[],
  protocol: Protocol,
  similarity: string,
): RecallResult {
  let [found, positives, olderPositives] = [0, 0, 0];
  for (const entry of perImage) {
    found += entry.found;
    positives += entry.positives;
    olderPositives += entry.olderPositives;
  }
  const share = (divisor: number) => (divisor > 0 ? found / divisor : protocol === 'paper' ? 0 : undefined);
  const [recall, olderRecall] = [share(positives), share(olderPositives)];
  return { metric: 'mask recall', protocol, similarity, recall, olderRecall, found, positives, perImage, notes };
}

function measure(given: MaskExample, protocol: Protocol, similarity: TextSimilarity): RecallEntry {
  const example = protocol === 'paper' ? asPycocotoolsReads(given) : given;
  const overlaps = overlapsOf(example);
  const match = new Matching(example, overlaps, similarity);
  const dropped = protocol === 'paper' && !match.asThePaper();
  if (protocol === 'strict') match.strictly();
  const labels = example.labels?.length ?? overlaps.truths;
  const olderPositives = protocol === 'paper' ? labels : Math.max(labels, overlaps.truths);
  const oddities = odditiesOf(given, match);
  return {
    id: example.id,
    order: example.order,
    found: dropped ? 0 : match.count,
    positives: dropped ? 0 : olderPositives,
    olderPositives,
    targets: targetsOf(example, overlaps, dropped ? undefined : match),
    ...(oddities && { oddities }),
  };
}

/** Pairs that overlap enough, a row a truth, those that overlap most first. */
function closePairs(overlaps: Overlaps): Pair[] {
  const pairs: Pair[] = [];
  forEachPair(overlaps, (column, row, iou) => {
    if (iou >= LEAST_IOU) pairs.push({ row, column, iou });
  });
  return largestFirst(pairs);
}

/** Which truths and predictions of an image have found each other. */
class Matching {
  count = 0;
  textMissing = false;
  readonly truths: Uint8Array;
  private readonly predictions: Uint8Array;
  private readonly emptyTruths: readonly number[];
  private readonly emptyPredictions: readonly number[];
  private readonly example: MaskExample;
  private readonly overlaps: Overlaps;
  private readonly similarity: TextSimilarity;

  constructor(example: MaskExample, overlaps: Overlaps, similarity: TextSimilarity) {
    this.example = example;
    this.overlaps = overlaps;
    this.similarity = similarity;
    this.truths = new Uint8Array(overlaps.truths);
    this.predictions = new Uint8Array(overlaps.predictions);
    this.emptyTruths = emptyMasks(overlaps.truthAreas);
    this.emptyPredictions = emptyMasks(overlaps.predictionAreas);
  }

  get sizesDiffer(): boolean {
    return this.overlaps.sizesDiffer;
  }

  get hasEmptyPair(): boolean {
    return this.emptyTruths.length > 0 && this.emptyPredictions.length > 0;
  }

  /**
   * Matches until texts disagree; false where the script fails and drops the image. Two empty masks overlap by NaN,
   * which numpy takes for the largest number: the first of each come before all else, then the second.
   */
  asThePaper(): boolean {
    if (this.overlaps.sizesDiffer) return false;
    for (const pair of [...this.emptyPairs(), ...closePairs(this.overlaps)]) {
      if (this.isTaken(pair)) continue;
      const likeness = this.likeness(pair);
      if (likeness === undefined) return false;
      if (likeness < LEAST_SIMILARITY) break;
      this.take(pair);
    }
    return true;
  }

  /** Matches whatever passes. */
  strictly(): void {
    for (const pair of closePairs(this.overlaps)) this.takeIfAlike(pair);
    for (const row of this.emptyTruths) {
      for (const column of this.emptyPredictions) this.takeIfAlike({ row, column, iou: 1 });
    }
  }

  private emptyPairs(): Pair[] {
    const length = Math.min(this.emptyTruths.length, this.emptyPredictions.length);
    return Array.from({ length }, (_, i) => ({
      row: this.emptyTruths[i]!,
      column: this.emptyPredictions[i]!,
      iou: Number.NaN,
    }));
  }

  private takeIfAlike(pair: Pair): void {
    if (!this.isTaken(pair) && (this.likeness(pair) ?? 0) >= LEAST_SIMILARITY) this.take(pair);
  }

  private isTaken({ row, column }: Pair): boolean {
    return this.truths[row] === 1 || this.predictions[column] === 1;
  }

  private take({ row, column }: Pair): void {
    this.truths[row] = 1;
    this.predictions[column] = 1;
    this.count++;
  }

  /** Undefined where one of the two has no phrase. */
  private likeness({ row, column }: Pair): number | undefined {
    if (!this.similarity.gated) return 1;
    const { labels = [], phrases = [] } = this.example;
    const label = labels[row];
    const phrase = phrases[column];
    if (label === undefined || phrase === undefined) {
      this.textMissing = true;
      return undefined;
    }
    return this.similarity.similarity(label, phrase);
  }
}

function targetsOf({ labels = [] }: MaskExample, overlaps: Overlaps, match: Matching | undefined): RecallTarget[] {
  return Array.from({ length: Math.max(labels.length, overlaps.truths) }, (_, i) => ({
    label: labels[i],
    area: overlaps.truthAreas[i],
    found: match?.truths[i] === 1,
  }));
}

function odditiesOf(example: MaskExample, match: Matching): string[] | undefined {
  const oddities: string[] = [];
  if (match.sizesDiffer) oddities.push('size-differs');
  if (match.textMissing) oddities.push('text-missing');
  if (match.hasEmptyPair) oddities.push('empty-pair');
  if (hasRepeatedAnnotation(example.truth)) oddities.push('annotation-twice');
  return oddities.length > 0 ? oddities : undefined;
}
