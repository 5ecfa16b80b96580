import { applyEdits } from '../../../core/records/position.ts';
import { clauseEdit } from '../../../core/rules/negativePhrasing.ts';
import { parseAnswer } from '../../../core/text/answer.ts';
import { readAsked } from '../../../core/text/asked.ts';
import { referentKey, withoutArticle } from '../../../core/text/compose.ts';
import { clauseReferents, exactClause, isSummary, type NegativeClause } from '../../../core/text/negatives.ts';
import { parseQuestionReferents } from '../../../core/text/questions.ts';
import { looseKey } from '../../../core/text/sameReferent.ts';
import type { AnswerTree } from '../../../core/text/tree.ts';
import type { Generated } from './dialect.ts';

/** So many clauses are rewritten; a model that denies more is stuck. */
const MOST_CLAUSES = 40;

/** What a question asks for, in the form in which singular and plural are alike. */
export function askedKeys({ question, referents }: Generated): ReadonlySet<string> {
  return new Set([...(parseQuestionReferents(question) ?? []), ...referents].map(looseKey));
}

/** Whether a clause denies something of the image, rather than describing it. */
export function isDenial(clause: NegativeClause, asked: ReadonlySet<string>): boolean {
  return clause.certain || clause.referents.some(({ text }) => asked.has(looseKey(text)));
}

/**
 * The answer with each near miss of a negative clause written as the exact one, and without denials of what the answer shows:
 * only one can be true, and the mask can be looked at.
 */
export function writeDenials(answer: string, generated: Generated, notes: string[]): string {
  let text = answer;
  const asked = askedKeys(generated);
  for (let i = 0; i < MOST_CLAUSES; i++) {
    const next = rewriteOne(text, generated, asked, notes);
    if (next === undefined || next === text) return text;
    text = next;
  }
  return text;
}

function rewriteOne(
  text: string,
  generated: Generated,
  asked: ReadonlySet<string>,
  notes: string[],
): string | undefined {
  const tree = parseAnswer(text);
  const positives = tree.phrases.length > 0;
  const shown = new Set(tree.phrases.map((phrase) => referentKey(phrase.text)));
  for (const clause of tree.clauses) {
    if (clause.tokens.length > 0 || clause.referents.length === 0 || !isDenial(clause, asked)) continue;
    const referents = clauseReferents(text, clause.listStart, clause.listEnd, questionKeys(tree, generated));
    const absent = referents.filter((referent) => !shown.has(referentKey(referent.text)));
    const turn = { index: 1, role: 'gpt', text, tree } as const;
    if (absent.length < referents.length) {
      const both = referents.filter((referent) => !absent.includes(referent)).map((referent) => `“${referent.text}”`);
      notes.push(`The model shows and denies ${both.join(', ')}; the denial was left out.`);
      if (absent.length === 0) return without(text, clause);
    } else if (clause.exact && clause.lead === (positives ? 'but' : 'sorry')) continue;
    return applyEdits(text, [
      clauseEdit(turn, clause, exactClause({ ...clause, referents: absent }, positives)),
    ]).trim();
  }
  return undefined;
}

function without(text: string, { start, end }: NegativeClause): string {
  return `${text.slice(0, start).replace(/[\s,]+$/, '')} ${text.slice(end).trimStart()}`.trim();
}

/** The referents of the exact clauses, each once and without its article, read with the question in mind. */
export function deniedIn(tree: AnswerTree, generated: Generated): readonly string[] {
  const keys = questionKeys(tree, generated);
  const denied = new Map<string, string>();
  for (const { exact, tokens, listStart, listEnd } of tree.clauses) {
    if (!exact || tokens.length > 0) continue;
    for (const referent of clauseReferents(tree.text, listStart, listEnd, keys)) {
      const { text } = referent;
      if (!isSummary(referent) && !denied.has(referentKey(text))) denied.set(referentKey(text), withoutArticle(text));
    }
  }
  return [...denied.values()];
}

/** What the question lists and the answer leaves open, in the question's words. */
export function unansweredIn(tree: AnswerTree, { question }: Generated): readonly string[] {
  const asked = readAsked(question, tree)?.referents ?? [];
  return asked.filter(({ answer }) => answer === undefined).map(({ text }) => text);
}

function questionKeys(tree: AnswerTree, { question }: Generated): ReadonlySet<string> {
  return new Set(readAsked(question, tree)?.referents.map(({ text }) => referentKey(text)));
}
