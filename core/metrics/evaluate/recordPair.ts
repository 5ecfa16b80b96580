import type { RecordModel } from '../../records/recordModel.ts';
import type { MaskExample, PredictedMask, Protocol } from '../masks/example.ts';
import type { PanopticSegment } from '../masks/panoptic.ts';
import { COCO_CLASSES, categoryOf } from './categories.ts';
import { expressionsOf } from './expressions.ts';
import { plainCaption } from './plainCaption.ts';
import { type GroundedPhrase, readRecordMasks, sizeOf } from './recordMasks.ts';
import { setOf } from './recordSet.ts';
import type { CaptionSet, Pair, Place, Problem, Work } from './work.ts';

export interface PlacedModel {
  readonly record: RecordModel;
  readonly place: Place;
}

/**
 * A USCDF record and the one of the same id among the predictions, which may be missing: nothing was said then, and
 * nothing drawn. A reference with a mask that cannot be read is not scored; such a mask of a prediction matches nothing.
 * The set is that of the reference. `order` is its place among all references.
 */
export function pairRecords(
  reference: PlacedModel,
  prediction: PlacedModel | undefined,
  order: number,
  protocol: Protocol,
): Pair {
  const { record } = reference;
  const id = record.id ?? '';
  const size = sizeOf(record);
  const truth = readRecordMasks(record, size);
  const problems: Problem[] = [];
  const pair = {
    id,
    reference: reference.place,
    ...(prediction !== undefined && { prediction: prediction.place }),
    ...(record.image !== undefined && { image: record.image }),
    problems,
  };
  if (truth.problems.length > 0) {
    const message = `This reference is not scored, for its masks are not in order: mend it and run this again. ${truth.problems[0]}`;
    problems.push({ id, place: reference.place, message });
    return pair;
  }
  const answer = prediction === undefined ? NOTHING : readRecordMasks(prediction.record, size);
  if (prediction !== undefined && answer.problems.length > 0) {
    const message = `A mask of this prediction is not in order and matches nothing: export it again. ${answer.problems[0]}`;
    problems.push({ id, place: prediction.place, message });
  }
  const work = workOf(record, truth.phrases, prediction?.record, answer.phrases, order, protocol);
  if (work !== undefined) return { ...pair, work };
  problems.push({ id, place: reference.place, message: NO_EXPRESSION });
  return pair;
}

const NOTHING = { phrases: [], problems: [] };

const NO_EXPRESSION =
  'This reference is not scored, for its answer neither grounds nor denies anything: complete it, or correct its task.';

function workOf(
  reference: RecordModel,
  truth: readonly GroundedPhrase[],
  prediction: RecordModel | undefined,
  predicted: readonly GroundedPhrase[],
  order: number,
  protocol: Protocol,
): Work | undefined {
  const set = setOf(reference);
  const id = reference.id ?? '';
  if (set === 'panoptic') {
    const example = { id, order, truth: segments(truth), predictions: segments(predicted) };
    const categories = [...truth, ...predicted].map(({ text }) => categoryOf(text));
    return { kind: 'panoptic', example, categories, classes: COCO_CLASSES };
  }
  if (set === 'referring' || set === 'semantic' || set === 'reasoning') {
    const expressions = expressionsOf(reference, truth, prediction, predicted, order);
    return expressions.length === 0 ? undefined : { kind: 'referring', set, expressions };
  }
  return captionWork(set, { id, order, truth, predicted, reference, prediction, protocol });
}

interface CaptionParts {
  readonly id: string;
  readonly order: number;
  readonly truth: readonly GroundedPhrase[];
  readonly predicted: readonly GroundedPhrase[];
  readonly reference: RecordModel;
  readonly prediction: RecordModel | undefined;
  readonly protocol: Protocol;
}

function captionWork(set: CaptionSet, parts: CaptionParts): Work {
  const { id, order, truth, predicted, reference, prediction, protocol } = parts;
  const texts = { hypothesis: captionOf(prediction), references: [captionOf(reference)] };
  // A caption of a region grounds nothing as a rule.
  if (set === 'region' && truth.length === 0) return { kind: 'caption', set, texts };
  const masks: MaskExample = {
    id,
    order,
    truth: truth.map(({ mask }) => ({ mask })),
    predictions: predicted.map((phrase) => predictedMask(phrase, protocol)),
    labels: truth.map(({ text }) => text),
    phrases: predicted.map(({ text }) => text),
  };
  return { kind: 'caption', set, texts, masks };
}

/** The paper's script gives every mask the score 1, whatever the model thinks of it. */
function predictedMask({ mask, score }: GroundedPhrase, protocol: Protocol): PredictedMask {
  return protocol === 'paper' || score === undefined ? { mask } : { mask, score };
}

function captionOf(record: RecordModel | undefined): string {
  return record === undefined ? '' : plainCaption(record.answers.map(({ text }) => text).join(' '));
}

function segments(phrases: readonly GroundedPhrase[]): PanopticSegment[] {
  return phrases.map(({ text, mask }, i) => ({ id: i + 1, category: categoryOf(text).id, mask }));
}
