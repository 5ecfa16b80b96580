import { compareIds, type DataNote, type Entry, type Metric, setNote } from './accumulator.ts';
import { type Curve, curvesOf } from './apCurve.ts';
import { AREA_RANGES, IGNORED, type ImageOutcome, MATCHED, matchImage } from './apMatching.ts';
import { asPycocotoolsReads, hasRepeatedAnnotation, isCounted, type MaskExample, type Protocol } from './example.ts';
import { overlapsOf } from './overlaps.ts';

/** What is kept of an image. */
export interface ApEntry extends Entry, ImageOutcome {}

/** What became of an image's masks at an overlap of .50. */
export interface ApImage extends Entry {
  readonly matched: number;
  /** Predictions that match nothing. */
  readonly wrong: number;
  /** Truths that nothing matches. */
  readonly missed: number;
}

export interface ApResult {
  readonly metric: 'AP';
  readonly protocol: Protocol;
  /** The mean over overlaps .50, .55 … .95, 0 to 1; the tables print it times 100. Undefined without a truth. */
  readonly AP: number | undefined;
  readonly AP50: number | undefined;
  readonly AP75: number | undefined;
  /**
   * pycocotools' twelve numbers, -1 where nothing is to be found: AP; at .50; at .75; small, medium, large; recall with
   * 1, 10 and 100 predictions an image; recall small, medium, large.
   */
  readonly summary: readonly number[];
  /** One an overlap: precision over recall. Empty without a truth. */
  readonly curves: readonly Curve[];
  readonly perImage: readonly ApImage[];
  readonly notes: readonly DataNote[];
}

const EXPLANATIONS: Record<Protocol, Record<string, string>> = {
  paper: {
    'size-differs':
      'Masks of one image differ in size: such pairs never match, as in pycocotools. Export the masks at the size of the image.',
    'annotation-twice':
      'Annotations of one image share a number. As in pycocotools the last of them counts for each. Number the annotations anew.',
    'annotation-zero':
      'An annotation has number 0, which pycocotools takes for “no match”: what matches it counts as wrong. Number annotations from 1.',
    'other-category':
      'Masks of a category other than 1 are left out, as in the paper’s script. Write category 1 where they are meant.',
    'no-predictions':
      'There is no predicted mask. The paper’s script stops there; here AP is 0. Check the path of the predictions.',
    'no-truth': 'There is no true mask, so there is no AP. Check the path of the references.',
    'no-examples': 'There is no image, so there is no AP. Check the paths of references and predictions.',
  },
  strict: {
    'size-differs':
      'Masks of one image differ in size: such pairs never match. Export the masks at the size of the image.',
    'annotation-twice':
      'Annotations of one image share a number. Each counts as it is; pycocotools would take the last for all. Number them anew.',
    'annotation-zero':
      'An annotation has number 0. It counts like any other; pycocotools would score what matches it as wrong. Number annotations from 1.',
    'other-category': 'Masks of a category other than 1 are left out. Write category 1 where they are meant.',
    'no-predictions': 'There is no predicted mask, so AP is 0. Check the path of the predictions.',
    'no-truth': 'There is no true mask, so there is no AP. Check the path of the references.',
    'no-examples': 'There is no image, so there is no AP. Check the paths of references and predictions.',
  },
};

/**
 * Average precision of masks as COCOeval computes it (facts, metrics §1.3): the mean precision at 101 points of recall.
 *
 * `paper`: equal to pycocotools. With scores that are all 1, as in the paper's files, the order of images (by id,
 * numbers by size and texts by code point) and of masks in the file decides the curve. `strict`: predictions of one
 * score count together, in an image those that overlap most are matched first, and annotation number 0 and more than
 * 100 predictions an image are nothing special, so that neither order nor numbering matters.
 */
export function averagePrecision(protocol: Protocol): Metric<MaskExample, ApEntry, ApResult> {
  return {
    explanations: EXPLANATIONS[protocol],
    measure(given) {
      const example = protocol === 'paper' ? asPycocotoolsReads(given) : given;
      const oddities = odditiesOf(given);
      const outcome = matchImage(example, protocol);
      return { id: given.id, order: given.order, ...outcome, ...(oddities.length > 0 && { oddities }) };
    },
    summarise: (entries, notes) => summarise(entries, notes, protocol),
  };
}

function odditiesOf(example: MaskExample): string[] {
  const oddities: string[] = [];
  const { truth, predictions } = example;
  if (overlapsOf(example).sizesDiffer) oddities.push('size-differs');
  if (hasRepeatedAnnotation(truth)) oddities.push('annotation-twice');
  if (truth.some(({ annotation }) => annotation === 0)) oddities.push('annotation-zero');
  const isOther = ({ category }: { readonly category?: number }) => !isCounted(category);
  if (truth.some(isOther) || predictions.some(isOther)) oddities.push('other-category');
  return oddities;
}

function summarise(entries: readonly ApEntry[], notes: DataNote[], protocol: Protocol): ApResult {
  const images = [...entries].sort((a, b) => compareIds(a.id, b.id));
  const limit = protocol === 'paper' ? 100 : Number.POSITIVE_INFINITY;
  const byRange = AREA_RANGES.map((_, range) => curvesOf(images, range, limit, protocol));
  const few = [1, 10].map((most) => curvesOf(images, 0, most, protocol));
  const curves = byRange[0] ?? [];
  const at = (t: number) => curves[t]?.ap;
  const ap = byRange.map((list) => mean(list, (curve) => curve.ap));
  const recall = [...few, ...byRange].map((list) => mean(list, (curve) => curve.recall));
  if (entries.length > 0) notes.push(...setNotes(entries, protocol));
  return {
    metric: 'AP',
    protocol,
    AP: curves.length > 0 ? ap[0] : undefined,
    AP50: at(0),
    AP75: at(5),
    summary: [ap[0]!, at(0) ?? -1, at(5) ?? -1, ...ap.slice(1), ...recall],
    curves,
    perImage: entries.map(imageOf),
    notes,
  };
}

function mean(curves: readonly Curve[] | undefined, value: (curve: Curve) => number): number {
  if (curves === undefined) return -1;
  let sum = 0;
  for (const curve of curves) sum += value(curve);
  return sum / curves.length;
}

function setNotes(entries: readonly ApEntry[], protocol: Protocol): DataNote[] {
  const notes: DataNote[] = [];
  const explanations = EXPLANATIONS[protocol];
  if (entries.every(({ scores }) => scores.length === 0)) notes.push(setNote('no-predictions', explanations));
  if (entries.every(({ positives }) => positives[0] === 0)) notes.push(setNote('no-truth', explanations));
  return notes;
}

function imageOf({ id, order, oddities, outcomes, scores, positives }: ApEntry): ApImage {
  let [matched, wrong] = [0, 0];
  for (let i = 0; i < scores.length; i++) {
    const outcome = outcomes[i]!;
    if ((outcome & IGNORED) !== 0) continue;
    if ((outcome & MATCHED) === 0) wrong++;
    else matched++;
  }
  return { id, order, matched, wrong, missed: positives[0]! - matched, ...(oddities && { oddities }) };
}
