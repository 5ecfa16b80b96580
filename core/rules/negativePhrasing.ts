import type { SpanEdit } from '../records/position.ts';
import type { RecordModel } from '../records/recordModel.ts';
import type { SourceTurn } from '../records/sourceRecord.ts';
import { questionBefore, referentsOf } from '../records/unanswered.ts';
import { clauseAround, exactClause, type NegativeClause } from '../text/negatives.ts';
import { parseQuestionReferents } from '../text/questions.ts';
import { looseKey } from '../text/sameReferent.ts';
import { defineRule, textFix } from './rule.ts';

/** The two exact clauses of supplement C.1; everything else is a near miss. */
export const negativePhrasing = defineRule({
  code: 'negative-phrasing',
  severity: 'error',
  scope: 'turn',
  needs: 'denial',
  fix: 'safe',
  summary: 'A negative clause is not one of the two exact ones.',
  why: 'Refusals are learned and scored by their fixed words; other words are read as a description.',
  bad: [
    'Sure, it is <p> dog </p> [SEG]. But I do not see any zebra in this image.',
    "Sorry, I can't see any zebra in the image.",
    "But I don't see any zebra in this image.",
  ],
  good: [
    "Sure, it is <p> dog </p> [SEG]. But I don't see any zebra in this image.",
    "Sorry, I don't see any zebra, bus, and tree in this image.",
  ],
  check({ record, turn, report }) {
    if (turn.role !== 'gpt') return;
    const positives = turn.tree.phrases.length > 0 || turn.tree.segs.some((seg) => !seg.denied);
    const lead = positives ? 'but' : 'sorry';
    for (const clause of turn.tree.clauses) {
      if (clause.exact && clause.lead === lead) continue;
      if (clause.tokens.length > 0 || clause.referents.length === 0) continue;
      if (!clause.certain && !answersTo(record, turn, clause)) continue;
      const exact = exactClause({ ...clause, referents: referentsOf(record, turn, clause) }, positives);
      const message = `A refusal is learned by its fixed words, and these are others: write "${exact}"`;
      report(wordsOf(turn, clause), message, {
        fixes: () => [textFix(`Write "${exact}"`, turn, clauseEdit(turn, clause, exact))],
      });
    }
  },
});

/** Whether the question before the answer asks for something that the clause denies; singular and plural are alike. */
function answersTo(record: RecordModel, answer: SourceTurn, clause: NegativeClause): boolean {
  const listed = parseQuestionReferents(questionBefore(record, answer)?.text ?? '');
  const asked = new Set(listed?.map(looseKey));
  return clause.referents.some((referent) => asked.has(looseKey(referent.text)));
}

/** The clause without the comma that ties it to the sentence before. */
function wordsOf(turn: SourceTurn, { start, end }: NegativeClause): { start: number; end: number } {
  while (start < end && /[,\s]/.test(turn.text[start]!)) start++;
  return { start, end };
}

/** Replaces the clause, and ends the sentence before it where that is still open. */
export function clauseEdit(turn: SourceTurn, clause: NegativeClause, exact: string): SpanEdit {
  let start = clause.start;
  while (start > 0 && /[\s,]/.test(turn.text[start - 1]!)) start--;
  // The comma that ties another clause to this one is that clause's own.
  const tied = clauseAround(turn.tree.clauses, { start: clause.end, end: clause.end + 1 });
  const rest = tied === undefined ? restAsSentence(turn.text, clause.end) : { end: clause.end, newText: '' };
  const newText = `${exact}${rest.newText}`;
  if (start === 0) return { start: 0, end: rest.end, newText };
  if (/[.!?:]/.test(turn.text[start - 1]!)) {
    const gap = turn.text.slice(start, clause.start);
    return { start, end: rest.end, newText: `${gap.includes('\n') ? gap : ' '}${newText}` };
  }
  return { start, end: rest.end, newText: `. ${newText}` };
}

/** Words that a comma ties to the clause begin a sentence behind its full stop. */
function restAsSentence(text: string, end: number): { end: number; newText: string } {
  const tie = /^[,;?]+(?:[ \t]+(\p{Ll}?))?/u.exec(text.slice(end, end + 20));
  if (tie === null) return { end, newText: '' };
  const behind = end + tie[0].length;
  if (tie[1] === undefined || text.slice(behind - tie[1].length).trim() === '') return { end: behind, newText: '' };
  return { end: behind, newText: ` ${tie[1].toUpperCase()}` };
}
