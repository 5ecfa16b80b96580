/** Whether a referent's words can stand in a denial. */
import { parseAnswer } from '../../text/answer.ts';
import { negativeClause, referentKey, withoutArticle } from '../../text/compose.ts';
import { clauseReferents, isSummary } from '../../text/negatives.ts';

/** Whether `Sorry, I don't see any … in this image.` is read again as a denial of these words and of nothing else. */
export function canBeDenied(referent: string): boolean {
  const text = withoutArticle(referent);
  const { clauses, text: answer } = parseAnswer(negativeClause([text], { afterPositives: false }));
  const [clause] = clauses;
  if (clauses.length !== 1 || clause?.exact !== true) return false;
  const read = clauseReferents(answer, clause.listStart, clause.listEnd, new Set([referentKey(text)]));
  return read.length === 1 && read[0]!.text === text && !isSummary(read[0]!);
}
