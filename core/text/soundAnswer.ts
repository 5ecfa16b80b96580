/** Whether an answer's tags and clauses are in order, so that what it grounds and denies can be told from it. */
import type { AnswerTree } from './tree.ts';

/**
 * Every token is a tag or a `[SEG]`, exact and at its place, every `[SEG]` has its phrase and every phrase its `[SEG]`, and
 * every clause is one of the two exact ones. Spacing does not matter.
 */
export function isSoundAnswer({ canonical, tokens, segs, phrases, unclosed, unopened, clauses }: AnswerTree): boolean {
  if (!clauses.every((clause) => clause.exact && clause.tokens.length === 0)) return false;
  if (tokens.some(({ kind, exact }) => !exact || (kind !== 'open' && kind !== 'close' && kind !== 'seg'))) return false;
  if (canonical) return true;
  return (
    unclosed.length === 0 &&
    unopened.length === 0 &&
    segs.every((seg) => seg.phrase !== undefined) &&
    phrases.every(({ segs, text, nested, gap }) => segs.length === 1 && text !== '' && !nested && gap === undefined)
  );
}
