import { listNegatives } from '../records/negativesList.ts';
import type { RecordModel } from '../records/recordModel.ts';
import type { SourceTurn } from '../records/sourceRecord.ts';
import { askedOf, questionBefore } from '../records/unanswered.ts';
import type { Asked, AskedReferent } from '../text/asked.ts';
import { denyEdit } from '../text/denyMore.ts';
import { looseKey } from '../text/sameReferent.ts';
import { isSoundAnswer } from '../text/soundAnswer.ts';
import { defineRule, type Fix } from './rule.ts';

/**
 * Every referent that a question lists is answered, as a positive or as a negative (docs/format.md, section 1). Words are
 * compared generously: case, articles, singular and plural do not matter, "the dog" is answered by "the dog on the left", and
 * where a phrase stands in the answer that nobody asked for by name, it may be any of the referents in other words.
 */
export const referentUnanswered = defineRule({
  code: 'referent-unanswered',
  severity: 'warning',
  scope: 'record',
  fix: 'manual',
  summary: 'A question lists a referent that the answer neither grounds nor denies.',
  why: 'The model learns to pass over what it was asked for. Whether the thing is there only a look at the image can tell, so no command decides it.',
  bad: [
    example(
      'Please segment the dog, the zebra, and the frisbee in this image.',
      "Sure, it is <p> dog </p> [SEG]. But I don't see any zebra in this image.",
    ),
    example('Please segment the dog and the zebra in this image.', 'Sure, it is <p> dog </p> [SEG].'),
  ],
  good: [
    example(
      'Please segment the dog and the zebra in this image.',
      "Sure, it is <p> dog </p> [SEG]. But I don't see any zebra in this image.",
    ),
    example('Please segment the dog in this image.', 'Sure, it is <p> the dog on the left </p> [SEG].'),
    example('What guards the house?', 'It is <p> dog </p> [SEG].'),
  ],
  check({ record, report }) {
    if (!isListTask(record.task) || !record.conversationIsWhole) return;
    for (const turn of record.turns) {
      if (turn.role !== 'gpt' || turn.text === '' || askedOf(record, turn)?.exact) continue;
      const question = questionBefore(record, turn);
      if (question?.index !== turn.index - 1) continue;
      const asked = askedOf(record, turn);
      const open = asked === undefined ? [] : openReferents(question, turn, asked);
      for (const referent of open) {
        const message = `"${referent.text}" is asked for here, and the answer neither grounds nor denies it: give it tags and a mask, or add it to the negative clause.`;
        report({ turn: question.index, start: referent.start, end: referent.end }, message, {
          fixes: () => fixes(record, turn, asked!, referent, open),
        });
      }
    }
  },
});

function example(question: string, answer: string): string {
  return `{"id": "a", "image": "a.jpg", "conversations": [{"from": "human", "value": "<image>\\n${question}"}, {"from": "gpt", "value": "${answer}"}], "masks": [{"size": [2, 2], "counts": [0, 1, 3]}]}`;
}

/** The tasks whose questions list referents; a record without a task may be one. */
function isListTask(task: string | undefined): boolean {
  return task === undefined || task === 'semantic' || task === 'referring';
}

const NONE: readonly never[] = [];

/** What the answer leaves open, where no other finding and no other words explain it. */
function openReferents(question: SourceTurn, answer: SourceTurn, asked: Asked): readonly AskedReferent[] {
  const open = asked.referents.filter((referent) => referent.answer === undefined);
  if (open.length === 0 || asked.strangers.length > 0 || !isSoundAnswer(answer.tree)) return NONE;
  const from = asked.referents[0]!.start;
  if (question.tree.tokens.some((token) => token.start >= from)) return NONE;
  // A referent that the answer says without tags is not passed over: its tags are lost, or it is talked about.
  const words = ` ${looseKey(answer.text)} `;
  return open.filter((referent) => !words.includes(` ${looseKey(referent.text)} `));
}

function fixes(
  record: RecordModel,
  answer: SourceTurn,
  asked: Asked,
  referent: AskedReferent,
  open: readonly AskedReferent[],
): readonly Fix[] {
  const deny = (title: string, referents: readonly string[]): Fix => ({
    title,
    edits: [
      { kind: 'text', turn: answer.index, ...denyEdit(answer.tree, asked.denied, referents) },
      ...listNegatives(record, referents),
    ],
  });
  const one = deny(`Deny "${referent.text}" in the negative clause`, [referent.text]);
  if (open.length === 1) return [one];
  const all = open.map(({ text }) => text);
  return [one, deny(`Deny all ${open.length} unanswered referents in the negative clause`, all)];
}
