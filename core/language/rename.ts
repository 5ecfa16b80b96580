/** Gives a thing another name everywhere: in questions, phrases, denials, `negatives`, labels, and the subtrees about it. */
import type { UscdfDocument } from '../records/document.ts';
import type { Position, Range, TextEdit } from '../records/position.ts';
import { fail, ok, type Result } from '../result.ts';
import { referentKey, withoutArticle } from '../text/compose.ts';
import { scan } from '../text/scan.ts';
import { familyMentions } from './family.ts';
import { type Mention, rewordMention } from './mentions.ts';
import { type PointedRecord, pointedAt, recordAt } from './pointedAt.ts';

export interface Renameable {
  readonly range: Range;
  /** The name as it is, without its article. */
  readonly placeholder: string;
}

const NO_NAME =
  'Nothing here has a name that could change in all its places: put the cursor on the words of a phrase, or on a referent of a question or a denial.';

/** The words that a rename at this place would change. */
export function prepareRename(document: UscdfDocument, position: Position): Result<Renameable> {
  const found = mentionAt(document, position);
  if (found === undefined) return fail(NO_NAME);
  const { at, mention } = found;
  return ok({ range: at.cell.rangeOf(mention.span), placeholder: mention.words });
}

/** The edits of a rename; articles outside the name stay, and one that begins the new name is left out. */
export function rename(document: UscdfDocument, position: Position, newName: string): Result<readonly TextEdit[]> {
  const found = mentionAt(document, position);
  if (found === undefined) return fail(NO_NAME);
  const problem = nameProblem(newName);
  if (problem !== undefined) return fail(problem);
  const { at, mention } = found;
  const words = withoutArticle(newName.replace(/\s+/g, ' '));
  const edits: TextEdit[] = [];
  for (const { cell, mention: each } of familyMentions(document, at.cell, mention.key)) {
    const made = rewordMention(cell.record, each, inCaseOf(each.words, mention.words, words));
    for (const edit of made ?? []) edits.push({ range: cell.rangeOf(edit), newText: edit.newText });
  }
  return ok(edits);
}

/** What keeps a name from standing in a list, a phrase and a denial alike. */
function nameProblem(name: string): string | undefined {
  if (referentKey(name) === '') return 'A phrase without words would own a mask of nothing: type a name.';
  if (/[\n\r]/.test(name)) return 'A name of two lines would end a referent in its middle: type it on one line.';
  if (/[<>]/.test(name) || scan(name).length > 0)
    return 'A tag or [SEG] in a name would break the phrase that it stands in: type the words alone.';
  if (/[.!?;](?:\s|$)/.test(name))
    return 'A full stop in a name would end the sentence that denies it: type the words without it.';
  if (name.includes(',')) return 'A comma parts two referents of a list, so a name cannot hold one: type it without.';
  return undefined;
}

/** A word that is written large where the name under the cursor is small begins a sentence, and stays large. */
function inCaseOf(written: string, known: string, words: string): string {
  const [first, same] = [written.charAt(0), known.charAt(0)];
  const large = first !== same && first === same.toUpperCase();
  return large ? words.charAt(0).toUpperCase() + words.slice(1) : words;
}

function mentionAt(
  document: UscdfDocument,
  position: Position,
): { readonly at: PointedRecord; readonly mention: Mention } | undefined {
  const at = recordAt(document, position);
  const pointed = at === undefined ? undefined : pointedAt(at);
  if (at === undefined || pointed === undefined) return undefined;
  return pointed.kind === 'mention' ? { at, mention: pointed.mention } : undefined;
}
