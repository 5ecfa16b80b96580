import type { RunLengthMask } from '../../masks/runLengthMask.ts';
import type { RecordModel } from '../../records/recordModel.ts';
import type { SourceTurn } from '../../records/sourceRecord.ts';
import { deniedAlone, readAsked } from '../../text/asked.ts';
import { looseKey } from '../../text/sameReferent.ts';
import type { GeneralisedExample } from '../masks/generalised.ts';
import type { GroundedPhrase } from './recordMasks.ts';

/** One thing that a question asks for, as an answer has it. */
interface Answered {
  readonly text: string;
  readonly masks: readonly RunLengthMask[];
}

/**
 * The expressions of a record, each with its true and its predicted masks. An answer to one expression counts whole,
 * whatever words it uses, as in LISA's and MGLMM's scripts; so does every answer to a reasoning question. Of several
 * expressions each is scored by itself, and found in the prediction by its words. Without a `[SEG]` for it the
 * prediction says that it is not there; a prediction that is missing says nothing.
 *
 * An answer that neither grounds nor denies anything is no expression. Ids are `record`, or `record: expression` where there are several; orders are fractions from the record's on.
 */
export function expressionsOf(
  reference: RecordModel,
  truth: readonly GroundedPhrase[],
  prediction: RecordModel | undefined,
  predicted: readonly GroundedPhrase[],
  order: number,
): readonly GeneralisedExample[] {
  const list: Omit<GeneralisedExample, 'id' | 'order'>[] = [];
  const names: string[] = [];
  reference.answers.forEach((turn, i) => {
    const other = prediction?.answers[i];
    const own = predicted.filter((phrase) => phrase.turn === other);
    const asked = askedIn(reference, turn, truth);
    if (asked.length === 1 || (asked.length > 1 && reference.task === 'reasoning')) {
      names.push(asked[0]!.text);
      const targets = asked.flatMap(({ masks }) => masks);
      list.push(example(targets, own, prediction !== undefined));
      return;
    }
    for (const { text, masks } of asked) {
      const key = looseKey(text);
      const answered = own.filter((phrase) => looseKey(phrase.text) === key);
      names.push(text);
      list.push(example(masks, answered, prediction !== undefined));
    }
  });
  const id = reference.id ?? '';
  return list.map((each, i) => ({
    id: list.length === 1 ? id : `${id}: ${names[i]}${i > 0 && names.indexOf(names[i]!) < i ? ` (${i + 1})` : ''}`,
    order: order + i / list.length,
    ...each,
  }));
}

function example(
  targets: readonly RunLengthMask[],
  predicted: readonly GroundedPhrase[],
  isAnswered: boolean,
): Omit<GeneralisedExample, 'id' | 'order'> {
  return {
    targets,
    predictions: predicted.map(({ mask }) => mask),
    noTarget: targets.length === 0,
    saysNoTarget: isAnswered && predicted.length === 0,
  };
}

/** What an answer grounds, in reading order, things of one name together; then what it denies. */
function askedIn(record: RecordModel, turn: SourceTurn, phrases: readonly GroundedPhrase[]): readonly Answered[] {
  const grounded = new Map<string, { readonly text: string; readonly masks: RunLengthMask[] }>();
  for (const phrase of phrases) {
    if (phrase.turn !== turn) continue;
    const key = looseKey(phrase.text);
    const group = grounded.get(key) ?? { text: phrase.text, masks: [] };
    grounded.set(key, group);
    group.masks.push(phrase.mask);
  }
  const question = record.turns.find(({ index }) => index === turn.index - 1);
  const denied = readAsked(question?.text ?? '', turn.tree)?.denied ?? deniedAlone(turn.tree);
  return [...grounded.values(), ...denied.map(({ text }) => ({ text, masks: [] }))];
}
