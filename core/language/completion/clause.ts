/** The negative clause: whole, for every referent that the answer leaves open, or referent by referent. */
import { withoutArticle } from '../../text/compose.ts';
import { findNegativeClauses } from '../../text/negatives.ts';
import { namesFor } from './names.ts';
import type { Proposal } from './proposal.ts';
import { denial } from './templates.ts';
import { askedWithout, type TurnPlace, typedStart } from './turn.ts';

const SEE = "i don't see any ";
const LEADS: readonly string[] = ["But I don't see any ", "Sorry, I don't see any "];
/** A clause is looked for so far back. */
const CLAUSE_REACH = 600;

/** Where the list of the clause begins that the cursor is in. */
function clauseList({ text, cursor }: TurnPlace): number | undefined {
  const from = Math.max(0, cursor - CLAUSE_REACH);
  const before = text.slice(from, cursor);
  const see = before.toLowerCase().lastIndexOf(SEE);
  if (see < 0) return undefined;
  const list = see + SEE.length;
  return /[.!?\n]| in this image/.test(before.slice(list)) ? undefined : from + list;
}

/** In the list of a clause: the referents that are not answered yet. */
export function clauseReferents(place: TurnPlace): readonly Proposal[] | undefined {
  const list = clauseList(place);
  if (list === undefined) return undefined;
  const { text, cursor } = place;
  const written = text.slice(list, cursor);
  const typed = /(?:^|, and |, | and )((?:(?!, | and )[^\n])*)$/.exec(written)?.[1] ?? '';
  const replace = { start: cursor - typed.length, end: cursor };
  const single = namesFor(typed, askedWithout(place, replace), []).filter((name) => !name.isClass);
  return [
    ...clauseProposals(place),
    ...single.map(
      ({ text: label, detail }): Proposal => ({
        label,
        kind: 'phrase',
        detail,
        replace,
        pieces: [withoutArticle(label)],
      }),
    ),
  ];
}

/** The exact clause for every referent that the answer leaves open, at the beginning of a sentence. */
export function clauseProposals(place: TurnPlace): readonly Proposal[] {
  const { text, cursor, format } = place;
  const start = clauseStart(place);
  const before = text.slice(0, start).trimEnd();
  const ended = before.endsWith('[SEG]');
  if (before !== '' && !ended && !/[.!?]$/.test(before) && text[start - 1] !== '\n') return [];
  // The list may go on: a clause that ends it is offered when somebody asks, or begins to write it.
  if (ended && place.unasked && start === cursor) return [];
  const end = clauseEnd(place, start);
  const referents = askedWithout(place, { start, end });
  if (referents.length === 0 || findNegativeClauses(text.slice(0, start)).some((clause) => clause.certain)) return [];
  const clause = denial(referents, /<p>|\[SEG\]/.test(before + text.slice(end)), format);
  if (clause === text.slice(start, end) || !clause.toLowerCase().startsWith(text.slice(start, cursor).toLowerCase()))
    return [];
  const glue = ended ? '. ' : before !== '' && before.length === start ? ' ' : '';
  const from = ended ? before.length : start;
  return [
    {
      label: clause,
      kind: 'template',
      detail: 'asked for, not in the image',
      replace: { start: from, end },
      pieces: [glue + clause],
      filter: text.slice(from, start) + clause,
    },
  ];
}

/** Where the clause ends that is written around the cursor already; the cursor where none is. */
function clauseEnd({ text, cursor }: TurnPlace, start: number): number {
  const around = findNegativeClauses(text).find((clause) => clause.start === start && clause.exact);
  return around === undefined ? cursor : Math.max(cursor, around.end);
}

/** Where the clause begins whose first words are typed; the cursor where none are. */
function clauseStart(place: TurnPlace): number {
  const { text, cursor } = place;
  const list = clauseList(place);
  if (list === undefined) return Math.min(...LEADS.map((lead) => typedStart(text, cursor, lead)));
  const lead = LEADS.find((each) => text.slice(0, list).toLowerCase().endsWith(each.toLowerCase()));
  return list - (lead ?? SEE).length;
}
