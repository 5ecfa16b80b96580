/** Canonical spelling of a record's text: spacing, list commas, clause wording, placeholder. Its meaning stays. */
import type { RecordCell, UscdfDocument } from '../records/document.ts';
import {
  applyEdits,
  comparePositions,
  overlaps,
  type Range,
  type SpanEdit,
  type TextEdit,
} from '../records/position.ts';
import { RecordModel } from '../records/recordModel.ts';
import { LazyTurn, type RecordEdit, type SourceRecord, type SourceTurn } from '../records/sourceRecord.ts';
import { clauseEdit } from '../rules/negativePhrasing.ts';
import { negativeClause, referentKey, withoutArticle } from '../text/compose.ts';
import { findNegativeClauses } from '../text/negatives.ts';
import { spacingEdits } from '../text/spacing.ts';
import type { Phrase } from '../text/tree.ts';
import { smallestEdit } from './fixRecord.ts';

export interface FormatOptions {
  /** `A, B, and C` rather than `A, B and C`. */
  readonly oxfordComma: boolean;
  /** How the image placeholder is written; `keep` leaves each as it is. */
  readonly imagePlaceholder: 'keep' | '<image>' | '<IMAGE>';
}

export const DEFAULT_FORMAT: FormatOptions = { oxfordComma: true, imagePlaceholder: 'keep' };

/** The edits that bring a document into canonical form; with a range, of the turns that it touches only. */
export function formatDocument(
  document: UscdfDocument,
  options: FormatOptions,
  range: Range = document.wholeRange,
): readonly TextEdit[] {
  const edits: TextEdit[] = [];
  for (const cell of cellsFrom(document, range.start.line)) {
    if (comparePositions(cell.start, range.end) > 0) break;
    if (!overlaps(cell.range, range)) continue;
    const touched = (turn: SourceTurn) => {
      const span = cell.record.locateText(turn.index, { start: 0, end: turn.text.length });
      return overlaps(cell.rangeOf(span), range);
    };
    for (const edit of document.edit(cell, formatRecord(cell.record, options, touched)) ?? []) edits.push(edit);
  }
  return edits;
}

/** The records from the last one that begins at a line or before it. */
function cellsFrom({ cells }: UscdfDocument, line: number): readonly RecordCell[] {
  let low = 0;
  let high = cells.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cells[middle]!.start.line < line) low = middle + 1;
    else high = middle;
  }
  return cells.slice(Math.max(0, low - 1));
}

/** The edits that bring a record into canonical form; none where it is, or where it does not parse. */
export function formatRecord(
  source: SourceRecord,
  options: FormatOptions,
  wanted: (turn: SourceTurn) => boolean = () => true,
): readonly RecordEdit[] {
  if (source.problems.length > 0) return [];
  const record = new RecordModel(source);
  return record.turns.flatMap((turn) =>
    turnEdits(turn, options)
      .filter(() => wanted(turn))
      .map(({ start, end, newText }): RecordEdit => ({ kind: 'text', turn: turn.index, start, end, newText })),
  );
}

/** What one edit writes can call for another one, a space behind a clause say: after so many rounds nothing is left. */
const MAX_ROUNDS = 5;

/** The edits of a turn's text; those of several rounds are one. */
function turnEdits(turn: SourceTurn, options: FormatOptions): readonly SpanEdit[] {
  const first = roundOfEdits(turn, options);
  if (first.length === 0) return first;
  let text = turn.text;
  let edits = first;
  for (let round = 0; edits.length > 0 && round < MAX_ROUNDS; round++) {
    text = applyEdits(text, edits);
    edits = roundOfEdits(new LazyTurn(turn.index, turn.role, text), options);
    if (edits.length === 0 && round === 0) return first;
  }
  const whole = smallestEdit(turn.text, text);
  return whole === undefined ? [] : [whole];
}

function roundOfEdits(turn: SourceTurn, options: FormatOptions): readonly SpanEdit[] {
  const edits = turn.role === 'gpt' ? answerEdits(turn, options) : [];
  const placeholders = placeholderEdits(turn, options);
  return placeholders.length === 0 ? edits : [...edits, ...placeholders];
}

function answerEdits(turn: SourceTurn, options: FormatOptions): readonly SpanEdit[] {
  const { tree, text } = turn;
  const spacing = tree.canonical ? [] : tree.phrases.flatMap((phrase) => spacingEdits(text, phrase));
  const clauses = tree.clauses.length === 0 ? [] : clauseEdits(turn, options);
  // A clause that is written anew brings the space before it.
  const apart = spacing.filter((edit) => !clauses.some(({ start, end }) => edit.start < end && start <= edit.end));
  const joins = listEdits(turn, options);
  // A joining word that is written anew brings the spaces around it.
  const outside = apart.filter((edit) => !joins.some(({ start, end }) => start <= edit.start && edit.end <= end));
  return [...outside, ...joins, ...clauses];
}

/** The clauses in the exact words, apart from those that would then say something else. */
function clauseEdits(turn: SourceTurn, style: FormatOptions): readonly SpanEdit[] {
  const { tree, text } = turn;
  const afterPositives = tree.phrases.length > 0 || tree.segs.some((seg) => !seg.denied);
  return tree.clauses.flatMap((clause): readonly SpanEdit[] => {
    const { start, end, referents } = clause;
    if (!clause.certain || clause.tokens.length > 0 || referents.length === 0) return [];
    // Inside a phrase it is no clause, but words that a person has to sort out.
    if (tree.phrases.some((phrase) => phrase.start <= start && end <= phrase.end)) return [];
    const words = referents.map((referent) => (clause.exact ? referent.text : withoutArticle(referent.text)));
    const exact = negativeClause(words, { afterPositives, style });
    const edit = clauseEdit(turn, clause, exact);
    return text.slice(edit.start, edit.end) !== edit.newText && isReadAs(exact, words) ? [edit] : [];
  });
}

/** Whether a clause denies these referents: "and" inside one of them can join it to the next. */
function isReadAs(clause: string, words: readonly string[]): boolean {
  const read = findNegativeClauses(clause).flatMap(({ referents }) => referents.map(({ text }) => referentKey(text)));
  return read.length === words.length && read.every((key, i) => key === referentKey(words[i]!));
}

const LIST_LEAD = /(?:^|[.!?]\s+)Sure,(?: it is| the image contains)?\s*$/;

/** The word before the list's last item, with or without a comma, whatever its spacing. */
function joinsLast(gap: string): boolean {
  const words = gap.trim();
  return words.endsWith('and') && (words === 'and' || words.slice(0, -'and'.length).trim() === ',');
}

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
  return joinsLast(written) && written !== newText ? [{ ...gap, newText }] : [];
}

/** The phrases of the list, up to the one behind "and". */
function listRun(text: string, phrases: readonly Phrase[]): readonly Phrase[] {
  const run = [phrases[0]!];
  for (let i = 1; i < phrases.length; i++) {
    const gap = text.slice(phrases[i - 1]!.segs[0]!.token.end, phrases[i]!.start);
    if (joinsLast(gap)) return [...run, phrases[i]!];
    if (gap.trim() !== ',') return [];
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
