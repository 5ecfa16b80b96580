import type { RecordModel } from '../records/recordModel.ts';
import type { SourceTurn } from '../records/sourceRecord.ts';
import { askedOf, deniedReferents } from '../records/unanswered.ts';
import { AskedKeys } from '../text/askedKeys.ts';
import { clauseAround, type NegativeClause } from '../text/negatives.ts';
import { parseQuestionReferents } from '../text/questions.ts';
import { looseKey } from '../text/sameReferent.ts';
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
    let asked: AskedSoFar | undefined;
    for (const turn of record.turns) {
      if (turn.role !== 'gpt' || turn.tree.clauses.length === 0 || askedOf(record, turn)?.exact) continue;
      if (!turn.tree.clauses.some(isSound)) continue;
      asked ??= new AskedSoFar(record);
      if (!asked.readUpTo(turn.index)) return;
      for (const referent of deniedReferents(record, turn)) {
        const clause = clauseAround(turn.tree.clauses, referent);
        if (clause === undefined || !isSound(clause) || asked.has(looseKey(referent.text))) continue;
        const message = `No question before this answer asks for "${referent.text}", and a denial that nobody asked for teaches the model to deny at random: remove it from the clause, or ask for it.`;
        report({ turn: turn.index, start: referent.start, end: referent.end }, message);
      }
    }
  },
});

function isSound(clause: NegativeClause): boolean {
  return clause.exact && clause.tokens.length === 0;
}

function example(question: string, answer: string): string {
  return `{"id": "a", "image": "a.jpg", "conversations": [{"from": "human", "value": "<image>\\n${question}"}, {"from": "gpt", "value": "${answer}"}], "masks": [{"size": [2, 2], "counts": [0, 1, 3]}]}`;
}

/** What the questions of a record list, read once from its beginning on. */
class AskedSoFar {
  private readonly keys = new AskedKeys();
  private next = 0;
  private isFree = false;

  constructor(private readonly record: RecordModel) {}

  /** Takes in the questions before a turn; false where one of them is free, or there is none. */
  readUpTo(turn: number): boolean {
    const { turns, conversationIsWhole } = this.record;
    if (!conversationIsWhole) return false;
    for (; this.next < turn && !this.isFree; this.next++) this.read(turns[this.next]!);
    return !this.isFree && this.keys.size > 0;
  }

  /** Whether a key was asked for, or one that holds it or that it holds. */
  has(key: string): boolean {
    return this.keys.hasAlike(key);
  }

  private read(question: SourceTurn): void {
    if (question.role !== 'human') return;
    const answer = this.record.turns[question.index + 1];
    const asked = answer?.role === 'gpt' ? askedOf(this.record, answer)?.referents.map(({ text }) => text) : undefined;
    const listed = asked ?? parseQuestionReferents(question.text);
    if (listed === undefined) this.isFree = true;
    else for (const referent of listed) this.keys.add(looseKey(referent));
  }
}
