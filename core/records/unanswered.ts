/** What the questions of a record list, what its answers deny, and what they leave open. */
import { type Asked, deniedAlone, readAsked } from '../text/asked.ts';
import { referentKey } from '../text/compose.ts';
import { clauseReferents, type NegativeClause, type Referent } from '../text/negatives.ts';
import type { RecordModel } from './recordModel.ts';
import type { SourceTurn } from './sourceRecord.ts';

/** A referent with the turn in whose text it stands. */
export interface PlacedReferent extends Referent {
  /** The index of the question among the record's turns. */
  readonly turn: number;
}

/**
 * The referents that the question before an answer lists and the answer neither grounds nor denies, in the question's
 * order and words; their ranges are offsets into the question's text. Empty where the question is no list (a
 * description, a reasoning question), where there is none, and where all are answered.
 */
export function unansweredReferents(record: RecordModel, answer: SourceTurn): readonly PlacedReferent[] {
  const question = questionBefore(record, answer);
  const open = askedOf(record, answer)?.referents.filter((referent) => referent.answer === undefined);
  if (question === undefined || open === undefined) return [];
  return open.map(({ text, start, end }) => ({ text, start, end, turn: question.index }));
}

/** What the question before an answer lists, and what the answer says to it; `undefined` where it is no list. */
export function askedOf(record: RecordModel, answer: SourceTurn): Asked | undefined {
  // Several rules ask for it.
  record.asked ??= new Array(record.turns.length);
  const known = record.asked[answer.index];
  if (known !== undefined) return known ?? undefined;
  const question = questionBefore(record, answer);
  const asked = question === undefined ? undefined : readAsked(question.text, answer.tree);
  record.asked[answer.index] = asked ?? null;
  return asked;
}

/** What an answer denies, read as its question asks for it; offsets into the answer. */
export function deniedReferents(record: RecordModel, answer: SourceTurn): readonly Referent[] {
  if (answer.tree.clauses.length === 0) return [];
  return askedOf(record, answer)?.denied ?? deniedAlone(answer.tree);
}

/** The list of one clause, read as its question asks for it; offsets into the answer. */
export function referentsOf(record: RecordModel, answer: SourceTurn, clause: NegativeClause): readonly Referent[] {
  const asked = askedOf(record, answer);
  if (asked === undefined) return clause.referents;
  const known = new Set(asked.referents.map(({ text }) => referentKey(text)));
  return clauseReferents(answer.text, clause.listStart, clause.listEnd, known);
}

/** The question that an answer answers: the last user turn before it. */
export function questionBefore(record: RecordModel, answer: SourceTurn): SourceTurn | undefined {
  const { turns } = record;
  const before = turns[answer.index - 1];
  if (before?.index === answer.index - 1 && before.role === 'human') return before;
  record.questions ??= questionsOf(turns);
  return record.questions.get(answer);
}

function questionsOf(turns: readonly SourceTurn[]): ReadonlyMap<SourceTurn, SourceTurn> {
  const questions = new Map<SourceTurn, SourceTurn>();
  let question: SourceTurn | undefined;
  for (const turn of turns) {
    if (question !== undefined) questions.set(turn, question);
    if (turn.role === 'human') question = turn;
  }
  return questions;
}
