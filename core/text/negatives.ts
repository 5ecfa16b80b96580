/**
 * Negative clauses: the fixed words that deny what was asked for and is absent, and their near misses.
 * Paper, supplement C.1; the variants are those that the official code and the paper's figures show.
 *
 *     clause    = [lead] denial list [picture] end
 *     lead      = "But" | "Sorry," | "However," … ; may be glued to what follows, and be tied to the sentence before by a comma
 *     denial    = "I" ("don't" | "cannot" | "am unable to" | …) ("see" | "find" | …) ["any" | "a" | "the"]
 *               | "I" ["can"] ("see" | "find" | …) "no"
 *               | "there" ("is" | "are") ("no" | "not any" | …)
 *     picture   = "in" ("this" | "the") ("image" | "picture" | …)
 *
 * An answer's last sentence may also be `[lead] "no" list picture end` or `[lead] list ("is" | "are") "not" picture end`.
 * Read word by word from the verb on, both ways, in time linear in the text; a text without one of the verbs costs next to
 * nothing.
 */
import type { Span } from '../records/position.ts';
import { type Absence, absenceAtEnd } from './absent.ts';
import { readList } from './clauseEnd.ts';
import { negativeClause, withoutArticle } from './compose.ts';
import { denialAt, type Lead, leadBefore, leadWord } from './denials.ts';
import { splitList } from './lists.ts';
import { scan, type Token } from './scan.ts';
import { isSpace, isWordCode, skipSpaceBack, standsAt } from './words.ts';

export interface Referent {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export interface NegativeClause {
  readonly start: number;
  readonly end: number;
  /** `but` after positives, `sorry` without them, `none` where the lead-in is missing or another word. */
  readonly lead: Lead;
  /** The clause is written as the format says, apart from whether its lead-in fits the answer. */
  readonly exact: boolean;
  /**
   * It can be nothing else than a denial. "There is no …" may be a caption, "I see no …" may speak of something else, and so may
   * a clause that does not speak of the image: they count only as answers to a question for their referents.
   */
  readonly certain: boolean;
  /** The list of referents as it stands. */
  readonly listStart: number;
  readonly listEnd: number;
  /** What it denies, as far as the clause alone tells (`clauseReferents` knows the question too). */
  readonly referents: readonly Referent[];
  /** Tags and `[SEG]` inside the clause, which have no business there. */
  readonly tokens: readonly Token[];
}

const NO_CLAUSES: readonly NegativeClause[] = [];
const NO_TOKENS: readonly Token[] = [];

/** The negative clauses of an answer in reading order, near misses included. */
export function findNegativeClauses(text: string): readonly NegativeClause[] {
  VERB.lastIndex = 0;
  let clauses: NegativeClause[] | undefined;
  let from = 0;
  while (VERB.test(text)) {
    const end = VERB.lastIndex;
    const clause = clauseAt(text, end - verbLength(text, end), from);
    if (clause === undefined) continue;
    // Lists of one are made at their size: a dataset has millions of them.
    if (clauses === undefined) clauses = [clause];
    else clauses.push(clause);
    from = clause.end;
    VERB.lastIndex = clause.end;
  }
  const absence = absenceAtEnd(text, from);
  if (absence === undefined) return clauses ?? NO_CLAUSES;
  return [...(clauses ?? NO_CLAUSES), absentClause(text, absence, from)];
}

/** One alternation without quantifiers: it looks at each character once. */
const VERB = /see|find|spot|detect|there/gi;

/** The length of the verb that ends at an offset, told by its last letters. */
function verbLength(text: string, end: number): number {
  const before = text.charCodeAt(end - 2) | 32;
  switch (text.charCodeAt(end - 1) | 32) {
    case 101:
      return before === 101 ? 'see'.length : 'there'.length;
    case 100:
      return 'find'.length;
    default:
      return before === 111 ? 'spot'.length : 'detect'.length;
  }
}

/**
 * What the list of a clause denies, in its words and without tags; the ranges cover the words as they stand, tags and all.
 *
 * @param known Keys (`referentKey`) of what was asked for: "salt and pepper shaker" is one thing where the question says so.
 */
export function clauseReferents(
  text: string,
  listStart: number,
  listEnd: number,
  known?: ReadonlySet<string>,
): readonly Referent[] {
  if (isOneReferent(text, listStart, listEnd))
    return [{ text: text.slice(listStart, listEnd), start: listStart, end: listEnd }];
  const list = text.slice(listStart, listEnd);
  const referents: Referent[] = [];
  for (const item of splitList(list, known)) {
    const bare = withoutTokens(item.text);
    if (bare === '') continue;
    referents.push({ text: bare, start: item.start + listStart, end: item.end + listStart });
  }
  return referents;
}

/** Whether nothing in a list could part it, or be a tag: most lists deny one thing. */
function isOneReferent(text: string, start: number, end: number): boolean {
  if (start >= end || isSpace(text.charCodeAt(start)) || isSpace(text.charCodeAt(end - 1))) return false;
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    // "and" and "or" stand between spaces.
    if (code === 32) {
      const next = text.charCodeAt(i + 1) | 32;
      if (next === 97 || next === 111 || next === 32) return false;
    } else if (code < 46 ? code !== 39 && code !== 45 : code > 126 || HOLDS_TOKEN[code] === 1) return false;
  }
  return true;
}

/** "… any of the 80 known objects …" says what was looked for as a whole; it names no referent. */
export function isSummary(referent: Referent): boolean {
  const { text } = referent;
  return (text.charCodeAt(0) | 32) === 111 && (text.charCodeAt(1) | 32) === 102 && text.charCodeAt(2) === 32;
}

/** The clause that a span lies in; the clauses are in reading order. */
export function clauseAround(clauses: readonly NegativeClause[], span: Span): NegativeClause | undefined {
  let low = 0;
  let high = clauses.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (clauses[middle]!.end < span.end) low = middle + 1;
    else high = middle;
  }
  const clause = clauses[low];
  return clause !== undefined && holds(clause, span) ? clause : undefined;
}

/** Whether a referent stands in a clause. */
export function holds(clause: Span, referent: Span): boolean {
  return referent.start >= clause.start && referent.end <= clause.end;
}

/** The clause as it ought to be written for the answer it stands in. */
export function exactClause(clause: NegativeClause, afterPositives: boolean): string {
  const referents = clause.referents.map((referent) => (clause.exact ? referent.text : withoutArticle(referent.text)));
  return negativeClause(referents, { afterPositives });
}

/** The clause around a verb; it may not reach before `from`, where the clause before it ends. */
function clauseAt(text: string, at: number, from: number): NegativeClause | undefined {
  const exact = exactAt(text, at, from);
  if (exact !== undefined) return exact;
  const denial = denialAt(text, at);
  if (denial === undefined || denial.start < from) return undefined;
  const list = readList(text, denial.listStart);
  if (list === undefined) return undefined;
  const { start, lead } = leadBefore(text, denial, from);
  const { listEnd, end } = list;
  return {
    start,
    end,
    lead,
    exact: false,
    certain: denial.certain && list.ofPicture,
    listStart: denial.listStart,
    listEnd,
    referents: clauseReferents(text, denial.listStart, listEnd),
    tokens: tokensIn(text, denial.listStart, listEnd),
  };
}

/** The clause of the last sentence. */
function absentClause(text: string, absence: Absence, from: number): NegativeClause {
  const { listStart, listEnd, end } = absence;
  return {
    ...leadBefore(text, { start: absence.start, glued: undefined }, from),
    end,
    exact: false,
    certain: false,
    listStart,
    listEnd,
    referents: clauseReferents(text, listStart, listEnd),
    tokens: tokensIn(text, listStart, listEnd),
  };
}

const DENIAL = "I don't see any ";
const BUT = 'But ';
const SORRY = 'Sorry, ';
const END = ' in this image.';
const SENTENCE_BEFORE = '[SEG]. ';

/** The exact clause around a verb: nearly all clauses of a dataset are, and need no grammar. */
function exactAt(text: string, verb: number, from: number): NegativeClause | undefined {
  const subject = verb - DENIAL.indexOf('see');
  if (subject < BUT.length || !standsAt(text, subject, DENIAL)) return undefined;
  const isBut = standsAt(text, subject - BUT.length, BUT);
  const start = subject - (isBut ? BUT : SORRY).length;
  if (start < from || !(isBut || standsAt(text, start, SORRY))) return undefined;
  // Behind a phrase there is no other lead-in.
  if (!standsAt(text, start - SENTENCE_BEFORE.length, SENTENCE_BEFORE) && leadWord(text, start, from) !== undefined)
    return undefined;
  if (start > from && (isWordCode(text.charCodeAt(start - 1)) || text[skipSpaceBack(text, start) - 1] === ','))
    return undefined;
  const listStart = subject + DENIAL.length;
  if (isSpace(text.charCodeAt(listStart))) return undefined;
  const listEnd = exactListEnd(text, listStart);
  if (listEnd === undefined) return undefined;
  const end = listEnd + END.length;
  return {
    start,
    end,
    lead: isBut ? 'but' : 'sorry',
    exact: true,
    certain: true,
    listStart,
    listEnd,
    referents: clauseReferents(text, listStart, listEnd),
    tokens: tokensIn(text, listStart, listEnd),
  };
}

/** Where a list ends that " in this image." follows and ends the clause. */
function exactListEnd(text: string, listStart: number): number | undefined {
  const plain = plainListEnd(text, listStart);
  if (plain !== undefined) return plain;
  const list = readList(text, listStart);
  if (list === undefined || list.end - list.listEnd !== END.length) return undefined;
  return standsAt(text, list.listEnd, END) ? list.listEnd : undefined;
}

/** The same for lists in which nothing could end them earlier: no other sentence, verb or picture. */
function plainListEnd(text: string, listStart: number): number | undefined {
  for (let at = listStart; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 46 || code === 33 || code === 10) return undefined;
    if (code !== 32 || !MAY_END[text.charCodeAt(at + 1)]) continue;
    if (at === listStart || !standsAt(text, at, END)) return undefined;
    const next = text.charCodeAt(at + END.length);
    return next === 46 || next === 33 || at - listStart > LONGEST_PLAIN ? undefined : at;
  }
  return undefined;
}

/** Longer lists are read with care. */
const LONGEST_PLAIN = 300;
/** With these letters begin "in", "within", the verbs and "I". */
const MAY_END = new Uint8Array(128);
for (const letter of 'iIwWsSfFdD') MAY_END[letter.charCodeAt(0)] = 1;

function tokensIn(text: string, start: number, end: number): readonly Token[] {
  if (!mayHoldTokens(text, start, end)) return NO_TOKENS;
  return scan(text.slice(start, end)).map((token) => ({
    ...token,
    start: token.start + start,
    end: token.end + start,
  }));
}

function mayHoldTokens(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (HOLDS_TOKEN[code] === 1 || code === FULL_WIDTH_BRACKET) return true;
  }
  return false;
}

/** Characters that a tag, a `[SEG]` or a near miss of one holds. */
const HOLDS_TOKEN = new Uint8Array(128);
for (const character of '<[({&]') HOLDS_TOKEN[character.charCodeAt(0)] = 1;
const FULL_WIDTH_BRACKET = 0xff3b;

function withoutTokens(text: string): string {
  if (!mayHoldTokens(text, 0, text.length)) return text;
  let bare = '';
  let from = 0;
  for (const token of scan(text)) {
    bare += text.slice(from, token.start);
    from = token.end;
  }
  return (bare + text.slice(from)).replace(/\s+/g, ' ').trim();
}
