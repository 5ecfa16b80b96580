/** gRefCOCO's `grefs(…).json` with `instances.json`, and a list of predictions (facts, datasets §6). */
import type { RunLengthMask } from '../../../masks/runLengthMask.ts';
import { isObject } from '../../../records/isObject.ts';
import { fail, ok, type Result } from '../../../result.ts';
import type { GeneralisedExample } from '../../masks/generalised.ts';
import type { Pair, Place, Problem } from '../work.ts';
import { imageSize, isId, listOf, readSegmentation } from './cocoFile.ts';

/** One referring expression with its true masks as COCO writes them. Plain data. */
export interface Expression {
  readonly id: number | string;
  readonly order: number;
  readonly text: string;
  readonly size: readonly [number, number] | undefined;
  /** Segmentations; none for an expression that refers to nothing. */
  readonly targets: readonly unknown[];
  readonly noTarget: boolean;
}

/**
 * The expressions of a split, one an entry: its first sentence, as the paper's script takes it. `split` may be left out
 * to have all.
 */
export function readExpressions(
  refs: unknown,
  instances: unknown,
  split: string | undefined,
): Result<readonly Expression[]> {
  if (!Array.isArray(refs)) return fail('this is no list of referring expressions: it needs `ref_id` and `ann_id`.');
  const sizes = new Map(listOf(instances, 'images').map((image) => [image['id'], imageSize(image)]));
  const annotations = new Map(listOf(instances, 'annotations').map((entry) => [entry['id'], entry]));
  const expressions: Expression[] = [];
  for (const ref of refs) {
    if (!isObject(ref) || !isId(ref['ref_id']) || (split !== undefined && ref['split'] !== split)) continue;
    const ids: readonly unknown[] = Array.isArray(ref['ann_id']) ? ref['ann_id'] : [ref['ann_id']];
    const real = ids.filter((id) => id !== -1);
    const sentence = listOf(ref, 'sentences')[0];
    expressions.push({
      id: ref['ref_id'],
      order: expressions.length,
      text: String(sentence?.['sent'] ?? sentence?.['raw'] ?? ''),
      size: sizes.get(ref['image_id']),
      targets: real.map((id) => annotations.get(id)?.['segmentation']),
      noTarget: ref['no_target'] === true || real.length === 0,
    });
  }
  return ok(expressions);
}

/**
 * Predictions by expression: a list of `{ref_id, segmentation | pred_masks, no_target}`. `no_target: true`, or no mask at
 * all, says that the expression refers to nothing.
 */
export function readPredictedExpressions(value: unknown): ReadonlyMap<unknown, Readonly<Record<string, unknown>>> {
  const list = Array.isArray(value) ? value.filter(isObject) : listOf(value, 'predictions');
  return new Map(list.map((entry) => [entry['ref_id'], entry]));
}

/** An expression with its prediction; without one the model drew nothing. */
export function pairExpression(
  expression: Expression,
  prediction: Readonly<Record<string, unknown>> | undefined,
  reference: Place,
  predicted: Place,
): Pair {
  const id = String(expression.id);
  const problems: Problem[] = [];
  const pair = { id, reference, ...(prediction !== undefined && { prediction: predicted }), problems };
  const targets: RunLengthMask[] = [];
  for (const value of expression.noTarget ? [] : expression.targets) {
    const reading = readSegmentation(value, expression.size);
    if (reading.ok) targets.push(reading.mask);
    else {
      const message = `This expression is not scored, for a true mask cannot be read: mend the file. ${reading.message}`;
      problems.push({ id, place: reference, message });
      return pair;
    }
  }
  const drawn = masksOf(prediction, expression.size, (message) => problems.push({ id, place: predicted, message }));
  const example: GeneralisedExample = {
    id: expression.id,
    order: expression.order,
    targets,
    predictions: drawn,
    noTarget: expression.noTarget,
    saysNoTarget: prediction?.['no_target'] === true || (prediction !== undefined && drawn.length === 0),
  };
  return { ...pair, work: { kind: 'referring', set: 'referring', expressions: [example] } };
}

function masksOf(
  prediction: Readonly<Record<string, unknown>> | undefined,
  size: readonly [number, number] | undefined,
  complain: (message: string) => void,
): RunLengthMask[] {
  const { pred_masks: several, segmentation } = prediction ?? {};
  const values: readonly unknown[] = Array.isArray(several)
    ? several
    : segmentation === undefined
      ? []
      : [segmentation];
  const masks: RunLengthMask[] = [];
  for (const value of values) {
    const reading = readSegmentation(value, size);
    if (reading.ok) masks.push(reading.mask);
    else complain(`A predicted mask cannot be read and is left out: export it again. ${reading.message}`);
  }
  return masks;
}
