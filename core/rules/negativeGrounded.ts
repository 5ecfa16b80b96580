import type { RecordModel } from '../records/recordModel.ts';
import type { RecordEdit, SourceTurn } from '../records/sourceRecord.ts';
import type { NegativeClause } from '../text/negatives.ts';
import { defineRule } from './rule.ts';

/** What is denied has no place in the image, so it has no tag, no `[SEG]` and no mask. */
export const negativeGrounded = defineRule({
  code: 'negative-grounded',
  severity: 'error',
  scope: 'turn',
  needs: 'denial',
  fix: 'safe',
  summary: 'A tag or `[SEG]` stands in a negative clause.',
  why: 'The model would be trained to draw a mask for something that is not there.',
  bad: ["Sure, it is <p> dog </p> [SEG]. But I don't see any <p> zebra </p> in this image."],
  good: ["Sure, it is <p> dog </p> [SEG]. But I don't see any zebra in this image."],
  check({ record, turn, report }) {
    if (turn.role !== 'gpt') return;
    for (const clause of turn.tree.clauses) {
      if (!clause.certain) continue;
      const [first, last] = [clause.tokens[0], clause.tokens[clause.tokens.length - 1]];
      if (first === undefined || last === undefined) continue;
      const message =
        'This clause says that something is not in the image, so it has no mask: remove the tags and [SEG].';
      report({ start: first.start, end: last.end }, message, {
        fixes: () => {
          const edits = plainEdits(record, turn, clause);
          const losesMask = edits.some((edit) => edit.kind === 'removeMask');
          return [
            losesMask
              ? { title: 'Remove the tags, [SEG] and its mask', kind: 'suggested', edits }
              : { title: 'Remove the tags and [SEG]', edits },
          ];
        },
      });
    }
  },
});

function plainEdits(record: RecordModel, turn: SourceTurn, clause: NegativeClause): readonly RecordEdit[] {
  const edits: RecordEdit[] = clause.tokens.map((token) => {
    // `any <p> zebra </p> [SEG] in`: each token goes with the space before it, the first one with the one behind it.
    const spaceBefore = turn.text[token.start - 1] === ' ';
    return { kind: 'text', turn: turn.index, start: token.start - (spaceBefore ? 1 : 0), end: token.end, newText: '' };
  });
  return [...edits, ...surplusMaskEdits(record, turn, clause)];
}

/** The masks of the clause's `[SEG]`, where the record has one for each, the denied ones included. */
function surplusMaskEdits(record: RecordModel, turn: SourceTurn, clause: NegativeClause): readonly RecordEdit[] {
  const all = record.answers.flatMap((answer) => answer.tree.segs.map((seg) => ({ answer, seg })));
  if (record.sidecar !== undefined || record.masks?.length !== all.length) return [];
  return all.flatMap(({ answer, seg }, index): RecordEdit[] => {
    const inside = answer === turn && seg.token.start >= clause.start && seg.token.end <= clause.end;
    return inside ? [{ kind: 'removeMask', index }] : [];
  });
}
