/**
 * Negative clauses: the fixed words that deny what was asked for and is absent, and their near misses.
 * Paper, supplement C.1; the variants are those that the official code and the paper's figures show.
 */
import { negativeClause, withoutArticle } from './compose.ts';
import { splitList } from './lists.ts';
import { scan, type Token } from './scan.ts';

export interface Referent {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export interface NegativeClause {
  readonly start: number;
  readonly end: number;
  /** `but` after positives, `sorry` without them, `none` where the lead-in is missing or another word. */
  readonly lead: 'but' | 'sorry' | 'none';
  /** The clause is written as the format says, apart from whether its lead-in fits the answer. */
  readonly exact: boolean;
  /**
   * It can be nothing else than a denial. "There is no …" may be a caption, and a clause that does not speak of the image may be
   * anything: they count only as answers to a question for their referents.
   */
  readonly certain: boolean;
  readonly referents: readonly Referent[];
  /** Tags and `[SEG]` inside the clause, which have no business there. */
  readonly tokens: readonly Token[];
}

const PICTURE = '\\s+(?:in|within)\\s+(?:this|the|that)\\s+(?:image|picture|photo|photograph)';
/** A clause about the image ends its sentence, or is followed by a comma; any other ends with its sentence. */
const AFTER_PICTURE = '(?:\\s*[.!]+|(?=\\s*[.!?;,]|\\s*$|\\s*\\n))';
const SENTENCE_END = '(?:\\s*[.!]+(?=\\s|$)|(?=\\s*$))';
const LEAD =
  "(?:(?:,\\s*)?(?<![A-Za-z])(but|(?:I\\s?(?:['\u2019]|\\sa)?m\\s+)?sorry|however|unfortunately)\\s*[,.]?\\s*(?:but\\s+)?)?";
const NOT =
  "(?:do\\s+not|don\\s?['\u2019\u02bc`]?\\s?t|can\\s?not|can\\s?['\u2019\u02bc`]?\\s?t|could\\s+not|couldn['\u2019]?t|did\\s+not|didn['\u2019]?t)";
const SEE = `I\\s{1,3}${NOT}\\s{1,3}(?:see|find|spot|detect)\\s+`;
const THERE = "there\\s+(?:is|are)(?:\\s+no|\\s+not\\s+any|n['\u2019]t\\s+any)\\s+";
// A referent list ends with its sentence, or where another clause begins; bounded so that a scan stays linear.
const LIST = `((?:(?!\\.\\s|\\n|${SEE})[^\\n]){1,600}?)`;

/** `see` denies in the first person; `there` is how captions speak too, and counts only where something was asked for. */
const CLAUSE = new RegExp(
  `${LEAD}(?:(?:(?<![A-Za-z])|(?<=but|Sorry,\\s?|But))${SEE}(?:any|an?|the)\\s+|(?<![A-Za-z])(${THERE}))${LIST}(?:(${PICTURE})${AFTER_PICTURE}|(?:\\s+here)?${SENTENCE_END})`,
  'dgi',
);
const EXACT = /^(?:But|Sorry,) I don't see any (?=\S)[^\n]*(?<=\S) in this image\.$/;
const MAY_HOLD = /\bsee\b|\bfind\b|\bspot\b|\bdetect\b|\bthere\b/i;

/** The negative clauses of an answer in reading order, near misses included. */
export function findNegativeClauses(text: string): readonly NegativeClause[] {
  if (!MAY_HOLD.test(text)) return [];
  const clauses: NegativeClause[] = [];
  for (const match of text.matchAll(CLAUSE)) {
    const list = match[3]!;
    const listStart = match.indices![3]![0];
    clauses.push({
      start: match.index,
      end: match.index + match[0].length,
      lead: leadOf(match[1]),
      exact: EXACT.test(match[0]),
      certain: match[2] === undefined && match[4] !== undefined,
      referents: readReferents(list, listStart),
      tokens: scan(list).map((token) => ({ ...token, start: token.start + listStart, end: token.end + listStart })),
    });
  }
  return clauses;
}

function leadOf(word: string | undefined): NegativeClause['lead'] {
  const lower = word?.toLowerCase();
  return lower === 'but' ? 'but' : lower?.endsWith('sorry') ? 'sorry' : 'none';
}

/** The referents without tags; their ranges cover the words as they stand, tags and all. */
function readReferents(list: string, offset: number): readonly Referent[] {
  return splitList(list)
    .map((item) => ({
      text: withoutTokens(item.text),
      start: item.start + offset,
      end: item.end + offset,
    }))
    .filter((item) => item.text !== '');
}

function withoutTokens(text: string): string {
  let bare = '';
  let from = 0;
  for (const token of scan(text)) {
    bare += text.slice(from, token.start);
    from = token.end;
  }
  return (bare + text.slice(from)).replace(/\s+/g, ' ').trim();
}

/** The clause as it ought to be written for the answer it stands in. */
export function exactClause(clause: NegativeClause, afterPositives: boolean): string {
  const referents = clause.referents.map((referent) => (clause.exact ? referent.text : withoutArticle(referent.text)));
  return negativeClause(referents, { afterPositives });
}
