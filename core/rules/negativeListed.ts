import { listedNegatives } from '../records/negativesList.ts';
import type { RecordModel } from '../records/recordModel.ts';
import { askedOf } from '../records/unanswered.ts';
import { joinList, referentKey, withoutArticle } from '../text/compose.ts';
import { clauseReferents, isSummary, type Referent } from '../text/negatives.ts';
import { looseKey } from '../text/sameReferent.ts';
import { defineRule } from './rule.ts';

/** The record's `negatives` say for tools what the clauses say for the model. */
export const negativeListed = defineRule({
  code: 'negative-listed',
  severity: 'error',
  scope: 'record',
  fix: 'suggested',
  summary: 'The record’s `negatives` and its negative clauses do not name the same.',
  why: 'Tools count and score refusals by the list, models learn them from the clauses: where the two differ, one is wrong.',
  bad: [
    example(['zebra', 'bus'], "Sure, it is <p> dog </p> [SEG]. But I don't see any zebra in this image."),
    example([], "Sure, it is <p> dog </p> [SEG]. But I don't see any zebra in this image."),
  ],
  good: [example(['the zebra'], "Sure, it is <p> dog </p> [SEG]. But I don't see any zebra in this image.")],
  check({ record, report }) {
    const listed = listedNegatives(record);
    if (listed === undefined || !record.conversationIsWhole) return;
    const denied = deniedInRecord(record, listed, true);
    if (denied === undefined) return;
    const { said, unsaid, unlisted } = compare(denied, listed);
    if (unsaid.length === 0 && unlisted.length === 0) return;
    // "bread and butter" may be what the list says it is, though the question reads otherwise.
    const byList = compare(deniedInRecord(record, listed, false) ?? denied, listed);
    if (byList.unsaid.length === 0 && byList.unlisted.length === 0) return;
    report(
      { path: ['negatives'] },
      `${difference(unsaid, unlisted)} Tools read the list and models the clauses: write the list from the clauses, or mend the clause.`,
      {
        fixes: () => [
          {
            title: 'Write the list from the clauses',
            edits: [{ kind: 'set', path: ['negatives'], value: [...said.values()] }],
          },
        ],
      },
    );
  },
});

function example(negatives: readonly string[], answer: string): string {
  return `{"id": "a", "image": "a.jpg", "conversations": [{"from": "human", "value": "<image>\\nWhat is there?"}, {"from": "gpt", "value": "${answer}"}], "masks": [{"size": [2, 2], "counts": [0, 1, 3]}], "negatives": ${JSON.stringify(negatives)}}`;
}

/** What is denied, by its key, and how the list and the denials differ. */
interface Comparison {
  readonly said: ReadonlyMap<string, string>;
  readonly unsaid: readonly string[];
  readonly unlisted: readonly string[];
}

function compare(denied: readonly Referent[], listed: readonly string[]): Comparison {
  const said = new Map(denied.map(({ text }) => [referentKey(text), withoutArticle(text)]));
  const keys = new Set(listed.map(referentKey));
  const unsaid = listed.filter((item) => !said.has(referentKey(item)));
  const unlisted = [...said].flatMap(([key, text]) => (keys.has(key) ? [] : [text]));
  return { said, unsaid, unlisted };
}

/**
 * What the exact clauses deny; `undefined` where another clause denies something too, whose finding comes first. "There is
 * no …" does so where the list names what it speaks of.
 *
 * @param asByQuestion The referents of the questions are known as well as those of the list.
 */
function deniedInRecord(
  record: RecordModel,
  listed: readonly string[],
  asByQuestion: boolean,
): readonly Referent[] | undefined {
  const loose = new Set(listed.map(looseKey));
  const known = new Set(listed.map(referentKey));
  const denied: Referent[] = [];
  for (const turn of record.answers) {
    const { text, clauses } = turn.tree;
    if (clauses.length === 0) continue;
    const asked = asByQuestion ? askedOf(record, turn)?.referents : undefined;
    const ofQuestion = (asked ?? []).map(({ text }) => referentKey(text)).filter((key) => !known.has(key));
    // A long record has a long list: it is not copied for each of the answers.
    for (const key of ofQuestion) known.add(key);
    for (const { listStart, listEnd, exact, certain, tokens, referents } of clauses) {
      if (exact && tokens.length === 0) denied.push(...clauseReferents(text, listStart, listEnd, known));
      else if (certain || referents.some((referent) => loose.has(looseKey(referent.text)))) return undefined;
    }
    for (const key of ofQuestion) known.delete(key);
  }
  return denied.filter((referent) => !isSummary(referent));
}

/** `"bus" is in the list only. "zebra" is denied only.` */
function difference(unsaid: readonly string[], unlisted: readonly string[]): string {
  const parts: string[] = [];
  if (unsaid.length > 0) parts.push(`No clause denies ${quoted(unsaid)}, which the list names`);
  if (unlisted.length > 0) parts.push(`the list lacks ${quoted(unlisted)}, which a clause denies`);
  const text = parts.join(', and ');
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`;
}

/** So many are named; the others are counted. */
const NAMED = 5;

function quoted(items: readonly string[]): string {
  const named = items.slice(0, NAMED).map((item) => `"${item}"`);
  return joinList(items.length > NAMED ? [...named, `${items.length - NAMED} more`] : named);
}
