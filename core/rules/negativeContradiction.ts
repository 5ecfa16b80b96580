import { askedOf, deniedReferents } from '../records/unanswered.ts';
import { referentKey } from '../text/compose.ts';
import { holds } from '../text/negatives.ts';
import { defineRule, type Target } from './rule.ts';

/** A referent is there or it is not. */
export const negativeContradiction = defineRule({
  code: 'negative-contradiction',
  severity: 'error',
  scope: 'record',
  needs: 'denial',
  fix: 'none',
  summary: 'A referent is positive and negative in one record.',
  why: 'The record teaches a mask for something and denies that it is there.',
  bad: ["Sure, it is <p> the dog </p> [SEG]. But I don't see any dog in this image."],
  good: ["Sure, it is <p> the dog </p> [SEG]. But I don't see any zebra in this image."],
  check({ record, report }) {
    const { answers } = record;
    if (answers.length === 1 && askedOf(record, answers[0]!)?.exact) return;
    const denials = answers.filter((turn) => turn.tree.clauses.length > 0);
    const positives = new Map<string, Target>();
    for (const { turn, phrase } of record.phrases) {
      if (phrase.segs.length === 0 || phrase.text === '') continue;
      const target = { turn: turn.index, start: phrase.contentStart, end: phrase.contentEnd };
      positives.set(referentKey(phrase.text), target);
    }
    for (const turn of denials) {
      const sound = turn.tree.clauses.filter((clause) => clause.tokens.length === 0 && clause.certain);
      for (const referent of deniedReferents(record, turn)) {
        const target = positives.get(referentKey(referent.text));
        if (target === undefined || !sound.some((clause) => holds(clause, referent))) continue;
        const message = `"${referent.text}" has a mask in this record and is denied here: only one can be true. Remove it from the clause, or its phrase and mask.`;
        report({ turn: turn.index, start: referent.start, end: referent.end }, message, {
          related: [{ target, message: 'Here it has a mask.' }],
        });
      }
    }
  },
});
