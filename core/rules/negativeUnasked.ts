import type { RecordModel } from '../records/recordModel.ts';
import { askedOf, deniedReferents } from '../records/unanswered.ts';
import { holds } from '../text/negatives.ts';
import { parseQuestionReferents } from '../text/questions.ts';
import { looseKey, oneHoldsOther } from '../text/sameReferent.ts';
import { defineRule } from './rule.ts';

/**
 * A negative answers a question. Nobody can tell what a free question asks for, so that a record with one is left alone up to
 * its end; case, articles, singular and plural do not matter.
 */
export const negativeUnasked = defineRule({
  code: 'negative-unasked',
  severity: 'warning',
  scope: 'record',
  needs: 'denial',
  fix: 'none',
  summary: 'A clause denies what no question of the record asks for.',
  why: 'Everything that is not in an image could be denied; a model that sees such denials learns to add them at random.',
  bad: [
    example(
      'Please segment the dog and the bus in this image.',
      "Sure, it is <p> dog </p> [SEG]. But I don't see any bus and zebra in this image.",
    ),
  ],
  good: [
    example(
      'Please segment the dog and the buses in this image.',
      "Sure, it is <p> dog </p> [SEG]. But I don't see any bus in this image.",
    ),
    example('Is there anything striped?', "Sure, it is <p> dog </p> [SEG]. But I don't see any zebra in this image."),
  ],
  check({ record, report }) {
    for (const turn of record.turns) {
      if (turn.role !== 'gpt' || turn.tree.clauses.length === 0 || askedOf(record, turn)?.exact) continue;
      const sound = turn.tree.clauses.filter((clause) => clause.exact && clause.tokens.length === 0);
      if (sound.length === 0) continue;
      const asked = askedBefore(record, turn.index);
      if (asked === undefined) return;
      for (const referent of deniedReferents(record, turn)) {
        if (!sound.some((clause) => holds(clause, referent))) continue;
        const key = looseKey(referent.text);
        if (asked.some((other) => other === key || oneHoldsOther(other, key))) continue;
        const message = `No question before this answer asks for "${referent.text}", and a denial that nobody asked for teaches the model to deny at random: remove it from the clause, or ask for it.`;
        report({ turn: turn.index, start: referent.start, end: referent.end }, message);
      }
    }
  },
});

function example(question: string, answer: string): string {
  return `{"id": "a", "image": "a.jpg", "conversations": [{"from": "human", "value": "<image>\\n${question}"}, {"from": "gpt", "value": "${answer}"}], "masks": [{"size": [2, 2], "counts": [0, 1, 3]}]}`;
}

/** Keys of everything that the questions before a turn list; `undefined` where one of them is free, or there is none. */
function askedBefore(record: RecordModel, turn: number): readonly string[] | undefined {
  if (!record.conversationIsWhole) return undefined;
  const keys: string[] = [];
  for (const question of record.turns) {
    if (question.index >= turn) break;
    if (question.role !== 'human') continue;
    const answer = record.turns[question.index + 1];
    const asked = answer?.role === 'gpt' ? askedOf(record, answer)?.referents.map(({ text }) => text) : undefined;
    const listed = asked ?? parseQuestionReferents(question.text);
    if (listed === undefined) return undefined;
    for (const referent of listed) keys.push(looseKey(referent));
  }
  return keys.length === 0 ? undefined : keys;
}
