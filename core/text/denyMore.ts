/** Writes denials into an answer: into its exact clause where it has one, else into a new one. */
import type { SpanEdit } from '../records/position.ts';
import { joinList, type ListStyle, negativeClause, withoutArticle } from './compose.ts';
import { splitList } from './lists.ts';
import { holds, type NegativeClause, type Referent } from './negatives.ts';
import type { AnswerTree } from './tree.ts';

/** The clause that further referents can join: the last exact one. */
export function openClause(tree: AnswerTree): NegativeClause | undefined {
  return tree.clauses.findLast((clause) => clause.exact && clause.tokens.length === 0);
}

/** How a list of a text is joined: a list of three or more tells, any other is taken for the default. */
export function listStyleOf(list: string): ListStyle {
  const items = splitList(list);
  const last = items[items.length - 1];
  if (items.length < 3 || last === undefined) return { oxfordComma: true };
  return { oxfordComma: /,\s+and\s+$/i.test(list.slice(0, last.start)) };
}

/**
 * The edit that denies more in an answer. Nothing that stands there changes but the clause's list.
 *
 * @param denied What the answer denies already, as `deniedReferents` reads it.
 * @param more What to deny; a leading article is left out.
 */
export function denyEdit(tree: AnswerTree, denied: readonly Referent[], more: readonly string[]): SpanEdit {
  const added = more.map(withoutArticle);
  const clause = openClause(tree);
  if (clause !== undefined) {
    const { listStart: start, listEnd: end } = clause;
    const own = denied.filter((referent) => holds(clause, referent)).map(({ text }) => text);
    return { start, end, newText: joinList([...own, ...added], listStyleOf(tree.text.slice(start, end))) };
  }
  const afterPositives = tree.phrases.length > 0;
  const end = tree.text.trimEnd().length;
  const before = tree.text.slice(0, end);
  const join = before === '' ? '' : /[.!?]["')\u201d]?$/.test(before) ? ' ' : '. ';
  return { start: end, end, newText: `${join}${negativeClause(added, { afterPositives })}` };
}
