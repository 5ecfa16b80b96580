/** A record's questions with their answers, for formats that train one answer at a time. */
import { sameSize } from '../masks/geometry.ts';
import { toCompressed } from '../masks/maskValue.ts';
import type { AnswerTree } from '../text/tree.ts';
import type { Loss, ReadRecord, Segment } from './format.ts';
import { referringAnswer } from './newRecord.ts';

export interface QuestionPair {
  readonly question: string;
  readonly answer: string;
  readonly tree: AnswerTree;
  /** One for each `[SEG]` of the answer. */
  readonly segments: readonly Segment[];
}

/** Every question that is followed by an answer; a loss for a turn without its partner. */
export function questionPairs({ turns, segments }: ReadRecord): {
  readonly pairs: readonly QuestionPair[];
  readonly losses: readonly Loss[];
} {
  const pairs: QuestionPair[] = [];
  for (const [i, { role, text, tree }] of turns.entries()) {
    const before = turns[i - 1];
    if (role !== 'gpt' || before?.role !== 'human') continue;
    pairs.push({ question: before.text, answer: text, tree, segments: segments.filter(({ turn }) => turn === i) });
  }
  if (pairs.length * 2 === turns.length) return { pairs, losses: [] };
  const message = 'A question without an answer, or an answer without a question, has no place here and is left out.';
  return { pairs, losses: [{ code: 'turn-order', message }] };
}

/** The masks of pairs as compressed runs; a loss where one is missing, or is of another size than the others. */
export function trainingMasks(pairs: readonly QuestionPair[]): readonly object[] | Loss {
  const masks: object[] = [];
  const first = pairs.flatMap(({ segments }) => segments)[0]?.mask;
  for (const { tree, segments } of pairs) {
    if (tree.segCount !== tree.segs.length || segments.length !== tree.segs.length)
      return {
        code: 'mask-count',
        message: 'Not every [SEG] has a mask, so the record is left out: run uscdf lint on it.',
        leftOut: true,
      };
    for (const { mask, phrase } of segments) {
      if (mask === undefined)
        return {
          code: 'mask',
          message: `The mask of "${phrase}" cannot be read, so the record is left out.`,
          leftOut: true,
        };
      if (first !== undefined && !sameSize(first, mask))
        return {
          code: 'mask-size',
          message: `The mask of "${phrase}" is of another size, so the record is left out.`,
          leftOut: true,
        };
      masks.push(toCompressed(mask));
    }
  }
  return masks;
}

/** The phrase of an answer that says no more than that it is there: `Sure, it is <p> dog </p> [SEG].` */
export function onlyReferent({ answer, tree }: QuestionPair): string | undefined {
  const [phrase, more] = tree.phrases;
  if (phrase === undefined || more !== undefined) return undefined;
  return answer.trim() === referringAnswer([phrase.text], []) ? phrase.text : undefined;
}
