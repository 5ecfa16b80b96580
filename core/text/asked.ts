/**
 * What a question lists, and what its answer says to each referent. A list alone cannot tell whether "salt and pepper shaker" is
 * one thing; question and answer together can: of the ways to read the question the one counts that its answer fits best.
 */

import { referentKey } from './compose.ts';
import { answersExactly } from './exactAnswer.ts';
import type { ListItem } from './lists.ts';
import { clauseReferents, isSummary, type Referent } from './negatives.ts';
import { otherReadings, questionList } from './questions.ts';
import { looseKey, oneHoldsOther } from './sameReferent.ts';
import type { AnswerTree, Phrase } from './tree.ts';

export interface AskedReferent extends Referent {
  /** What the answer says to it; `undefined` where it says nothing. */
  readonly answer: 'grounded' | 'denied' | undefined;
}

export interface Asked {
  /** In the question's order; offsets into the question. */
  readonly referents: readonly AskedReferent[];
  /** What the answer denies, read with the question in mind; offsets into the answer. */
  readonly denied: readonly Referent[];
  /** Phrases that answer to none of the referents by their words. One of them may be a referent in other words. */
  readonly strangers: readonly Phrase[];
  /** The answer keeps to the question's words: each referent is grounded or denied, once, and nothing else is. */
  readonly exact: boolean;
}

/** Phrases beyond this number are not compared word by word. */
const MOST_COMPARED = 200;

/** `undefined` where the question is no list question. */
export function readAsked(question: string, answer: AnswerTree): Asked | undefined {
  return answersExactly(question, answer) ? new AskedExactly(question, answer) : layOut(question, answer);
}

/** Lays question and answer beside each other. */
export function layOut(question: string, answer: AnswerTree): Asked | undefined {
  const list = questionList(question);
  if (list === undefined) return undefined;
  const phrases = answer.canonical
    ? answer.phrases
    : answer.phrases.filter((phrase) => !phrase.nested && phrase.text !== '');
  let best = layBeside(list.items, answer, phrases);
  if (best.misfits > 0) {
    for (const items of otherReadings(question, list)) {
      const next = layBeside(items, answer, phrases);
      if (next.misfits < best.misfits) best = next;
    }
  }
  return judge(best);
}

/** What an answer denies where no question says how to read its lists. */
export function deniedAlone({ clauses }: AnswerTree): readonly Referent[] {
  if (clauses.length === 0) return NONE;
  const all = clauses.length === 1 ? clauses[0]!.referents : clauses.flatMap(({ referents }) => referents);
  return all.some(isSummary) ? all.filter((referent) => !isSummary(referent)) : all;
}

/** What an answer denies where these keys (`referentKey`) were asked for. */
function deniedOf({ text, clauses }: AnswerTree, asked: readonly string[]): readonly Referent[] {
  if (clauses.length === 0) return NONE;
  const known = new Set(asked);
  return clauses
    .flatMap(({ listStart, listEnd }) => clauseReferents(text, listStart, listEnd, known))
    .filter((referent) => !isSummary(referent));
}

const NONE: readonly never[] = [];

/** One reading of the question laid beside the answer. */
interface Fit {
  readonly items: readonly ListItem[];
  readonly answers: readonly AskedReferent['answer'][];
  readonly denied: readonly Referent[];
  readonly strangers: readonly Phrase[];
  /** Answers without an item. An item without an answer says nothing against a reading: it may be forgotten. */
  readonly misfits: number;
  readonly exact: boolean;
}

function layBeside(items: readonly ListItem[], answer: AnswerTree, phrases: readonly Phrase[]): Fit {
  const asked = keysOf(items);
  const exact = exactFit(items, asked, deniedAlone(answer), phrases);
  if (exact !== undefined) return exact;
  const denied = deniedOf(answer, asked);
  return exactFit(items, asked, denied, phrases) ?? looseFit(items, denied, phrases);
}

/** The fit of an answer in the question's own words, which most are: each referent in one place, and nothing else. */
function exactFit(
  items: readonly ListItem[],
  asked: readonly string[],
  denied: readonly Referent[],
  phrases: readonly Phrase[],
): Fit | undefined {
  if (items.length !== denied.length + phrases.length) return undefined;
  const answers: AskedReferent['answer'][] = asked.map(() => undefined);
  if (!answerAll(answers, asked, phrases, 'grounded') || !answerAll(answers, asked, denied, 'denied')) return undefined;
  return { items, answers, denied, strangers: NONE, misfits: 0, exact: true };
}

/** Notes what answers to which referent; false where something answers to none that still waits. */
function answerAll(
  answers: AskedReferent['answer'][],
  asked: readonly string[],
  given: readonly { readonly text: string }[],
  answer: AskedReferent['answer'],
): boolean {
  for (const { text } of given) {
    const index = asked.indexOf(referentKey(text));
    if (index < 0 || answers[index] !== undefined) return false;
    answers[index] = answer;
  }
  return true;
}

function keysOf(items: readonly ListItem[]): readonly string[] {
  const keys: string[] = [];
  for (const { text } of items) keys.push(referentKey(text));
  return keys;
}

/** Singular and plural are alike here. */
function looseFit(items: readonly ListItem[], denied: readonly Referent[], phrases: readonly Phrase[]): Fit {
  const asked = new Set(items.map((item) => looseKey(item.text)));
  const grounded = new Set(phrases.map((phrase) => looseKey(phrase.text)));
  const absent = new Set(denied.map((referent) => looseKey(referent.text)));
  const answers = items.map(({ text }) => {
    const key = looseKey(text);
    return grounded.has(key) ? 'grounded' : absent.has(key) ? 'denied' : undefined;
  });
  const strangers = phrases.filter((phrase) => !asked.has(looseKey(phrase.text)));
  const unasked = denied.filter((referent) => !asked.has(looseKey(referent.text)));
  return { items, answers, denied, strangers, misfits: strangers.length + unasked.length, exact: false };
}

/** An answer in the question's own words. Nobody looks at the referents of most of them, where all is well. */
class AskedExactly implements Asked {
  readonly strangers = NONE;
  readonly exact = true;
  private found: Asked | undefined;

  constructor(
    private readonly question: string,
    private readonly answer: AnswerTree,
  ) {}

  get referents(): readonly AskedReferent[] {
    return this.laidOut?.referents ?? NONE;
  }

  get denied(): readonly Referent[] {
    return this.laidOut?.denied ?? NONE;
  }

  private get laidOut(): Asked | undefined {
    this.found ??= layOut(this.question, this.answer);
    return this.found;
  }
}

/**
 * A referent is answered, too, by a phrase or a denial that holds its words or is held by them ("the dog" by "the dog on the
 * left"), unless these are another referent's.
 */
function judge({ items, answers, denied, strangers, misfits, exact }: Fit): Asked {
  const taken = new Set<Phrase>();
  const free = strangers.slice(0, MOST_COMPARED).map((phrase) => ({ phrase, key: looseKey(phrase.text) }));
  const asked = new Set(misfits === 0 ? [] : items.map((item) => looseKey(item.text)));
  const absent = misfits === 0 ? [] : denied.map(({ text }) => looseKey(text)).filter((key) => !asked.has(key));
  const referents = items.map(({ text, start, end }, i): AskedReferent => {
    const said = answers[i];
    if (said !== undefined) return { text, start, end, answer: said };
    const key = looseKey(text);
    const alike = free.filter((candidate) => oneHoldsOther(candidate.key, key));
    for (const { phrase } of alike) taken.add(phrase);
    const answer =
      alike.length > 0 ? 'grounded' : absent.some((other) => oneHoldsOther(other, key)) ? 'denied' : undefined;
    return { text, start, end, answer };
  });
  return {
    referents,
    denied,
    strangers: taken.size === 0 ? strangers : strangers.filter((phrase) => !taken.has(phrase)),
    exact,
  };
}
