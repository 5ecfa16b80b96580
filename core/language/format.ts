/** Canonical spelling of a record's text: spacing, list commas, clause wording, placeholder. Its meaning stays. */
import type { SpanEdit } from '../records/position.ts';
import { RecordModel } from '../records/recordModel.ts';
import type { RecordEdit, SourceRecord, SourceTurn } from '../records/sourceRecord.ts';
import { clauseEdit } from '../rules/negativePhrasing.ts';
import type { Phrase } from '../text/answer.ts';
import { negativeClause, withoutArticle } from '../text/compose.ts';
import { spacingEdits } from '../text/spacing.ts';

export interface FormatOptions {
  /** `A, B, and C` rather than `A, B and C`. */
  readonly oxfordComma: boolean;
  /** How the image placeholder is written; `keep` leaves each as it is. */
  readonly imagePlaceholder: 'keep' | '<image>' | '<IMAGE>';
}

export const DEFAULT_FORMAT: FormatOptions = { oxfordComma: true, imagePlaceholder: 'keep' };

/** The edits that bring a record into canonical form; none where it is, or where it does not parse. */
export function formatRecord(source: SourceRecord, options: FormatOptions): readonly RecordEdit[] {
  if (source.problems.length > 0) return [];
  const record = new RecordModel(source);
  return record.turns.flatMap((turn) => {
    const edits = turn.role === 'gpt' ? answerEdits(turn, options) : [];
    return [...edits, ...placeholderEdits(turn, options)].map(
      ({ start, end, newText }): RecordEdit => ({ kind: 'text', turn: turn.index, start, end, newText }),
    );
  });
}

function answerEdits(turn: SourceTurn, options: FormatOptions): readonly SpanEdit[] {
  const { tree } = turn;
  const spacing = tree.phrases.flatMap((phrase) => spacingEdits(turn.text, phrase));
  const positives = tree.phrases.length > 0 || tree.segs.some((seg) => !seg.denied);
  const clauses = tree.clauses
    .filter((clause) => clause.certain && clause.tokens.length === 0 && clause.referents.length > 0)
    // Inside a phrase it is no clause, but words that a person has to sort out.
    .filter(({ start, end }) => !tree.phrases.some((phrase) => phrase.start <= start && end <= phrase.end))
    .map((clause) => {
      const referents = clause.referents.map(({ text }) => (clause.exact ? text : withoutArticle(text)));
      return clauseEdit(turn, clause, negativeClause(referents, { afterPositives: positives, style: options }));
    })
    .filter(({ start, end, newText }) => turn.text.slice(start, end) !== newText);
  // A clause that is written anew brings the space before it.
  const apart = spacing.filter((edit) => !clauses.some(({ start, end }) => edit.start < end && start <= edit.end));
  return [...apart, ...listEdits(turn, options), ...clauses];
}

const LIST_LEAD = /(?:^|[.!?]\s+)Sure,(?: it is| the image contains)?\s*$/;
const LAST_JOIN = /^,?\s+and\s+$/;

/** The joining words of the template's list, `Sure, A, B, and C.` */
function listEdits(turn: SourceTurn, { oxfordComma }: FormatOptions): readonly SpanEdit[] {
  const { text, tree } = turn;
  const whole = tree.phrases.filter(
    (phrase) => phrase.segs.length === 1 && phrase.open !== undefined && !phrase.nested,
  );
  const first = whole[0];
  if (first === undefined || !LIST_LEAD.test(text.slice(0, first.start))) return [];
  const run = listRun(text, whole);
  const last = run[run.length - 1];
  const before = run[run.length - 2];
  if (last === undefined || before === undefined) return [];
  const gap = { start: before.segs[0]!.token.end, end: last.start };
  const written = text.slice(gap.start, gap.end);
  const newText = run.length > 2 && oxfordComma ? ', and ' : ' and ';
  return LAST_JOIN.test(written) && written !== newText ? [{ ...gap, newText }] : [];
}

/** The phrases of the list, up to the one behind "and". */
function listRun(text: string, phrases: readonly Phrase[]): readonly Phrase[] {
  const run = [phrases[0]!];
  for (let i = 1; i < phrases.length; i++) {
    const gap = text.slice(phrases[i - 1]!.segs[0]!.token.end, phrases[i]!.start);
    if (LAST_JOIN.test(gap)) return [...run, phrases[i]!];
    if (!/^,\s+$/.test(gap)) return [];
    run.push(phrases[i]!);
  }
  return [];
}

function placeholderEdits(turn: SourceTurn, { imagePlaceholder }: FormatOptions): readonly SpanEdit[] {
  if (imagePlaceholder === 'keep') return [];
  return turn.tree.tokens
    .filter(
      ({ kind, exact, start, end }) => kind === 'image' && exact && turn.text.slice(start, end) !== imagePlaceholder,
    )
    .map(({ start, end }) => ({ start, end, newText: imagePlaceholder }));
}
