import { area } from '../masks/runLengthMask.ts';
import type { RecordModel } from '../records/recordModel.ts';
import type { RecordEdit, SourceTurn } from '../records/sourceRecord.ts';
import type { NegativeClause } from '../text/negatives.ts';
import { defineRule, type Fix } from './rule.ts';

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
      const first = clause.tokens[0];
      const last = clause.tokens[clause.tokens.length - 1];
      if (first === undefined || last === undefined) continue;
      const message =
        'This clause says that something is not in the image, so it has no mask: remove the tags and [SEG].';
      report({ start: first.start, end: last.end }, message, { fixes: () => [plainFix(record, turn, clause)] });
    }
  },
});

/** A mask that has pixels, or that nobody knows, is taken away by a person only. */
function plainFix(record: RecordModel, turn: SourceTurn, clause: NegativeClause): Fix {
  const edits: readonly RecordEdit[] = clause.tokens.map((token) => {
    // `any <p> zebra </p> [SEG] in`: each token goes with the space before it, the first one with the one behind it.
    const spaceBefore = turn.text[token.start - 1] === ' ';
    return { kind: 'text', turn: turn.index, start: token.start - (spaceBefore ? 1 : 0), end: token.end, newText: '' };
  });
  const owned = masksOf(record, turn, clause);
  if (owned === undefined) return { title: 'Remove the tags and [SEG]', kind: 'manual', edits };
  if (owned.length === 0) return { title: 'Remove the tags and [SEG]', edits };
  const empty = owned.every((index) => {
    const reading = record.reading(index);
    return reading.ok && area(reading.mask) === 0;
  });
  return {
    title: 'Remove the tags, [SEG] and its mask',
    kind: empty ? 'suggested' : 'manual',
    edits: [...edits, ...owned.map((index): RecordEdit => ({ kind: 'removeMask', index }))],
  };
}

/** The masks of the clause's `[SEG]`, the denied `[SEG]` counted with the others; `undefined` where nobody can tell. */
function masksOf(record: RecordModel, turn: SourceTurn, clause: NegativeClause): readonly number[] | undefined {
  if (!clause.tokens.some((token) => token.kind === 'seg') || record.masks?.length === record.segCount) return [];
  const all = record.answers.flatMap((answer) => answer.tree.segs.map((seg) => ({ answer, seg })));
  if (record.sidecar !== undefined || record.masks?.length !== all.length) return undefined;
  return all.flatMap(({ answer, seg }, index) => {
    const inside = answer === turn && seg.token.start >= clause.start && seg.token.end <= clause.end;
    return inside ? [index] : [];
  });
}
