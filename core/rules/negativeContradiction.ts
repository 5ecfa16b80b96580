import { askedOf, deniedReferents } from '../records/unanswered.ts';
import { referentKey } from '../text/compose.ts';
import { clauseAround } from '../text/negatives.ts';
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
    const { turns } = record;
    const last = turns[turns.length - 1];
    // Most records have one answer, and one that keeps to its question's words contradicts nothing.
    if (turns.length === 2 && last?.role === 'gpt' && askedOf(record, last)?.exact) return;
    const denials = record.answers.filter((turn) => turn.tree.clauses.length > 0);
    const positives = new Map<string, Target>();
    for (const { turn, phrase } of record.phrases) {
      if (phrase.segs.length === 0 || phrase.text === '') continue;
      const target = { turn: turn.index, start: phrase.contentStart, end: phrase.contentEnd };
      positives.set(referentKey(phrase.text), target);
    }
    for (const turn of denials) {
      for (const referent of deniedReferents(record, turn)) {
        const target = positives.get(referentKey(referent.text));
        const clause = target && clauseAround(turn.tree.clauses, referent);
        if (target === undefined || !clause?.certain || clause.tokens.length > 0) continue;
        const message = `"${referent.text}" has a mask in this record and is denied here: only one can be true. Remove it from the clause, or its phrase and mask.`;
        report({ turn: turn.index, start: referent.start, end: referent.end }, message, {
          related: [{ target, message: 'Here it has a mask.' }],
        });
      }
    }
  },
});
