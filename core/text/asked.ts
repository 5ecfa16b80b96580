/**
 * What a question lists, and what its answer says to each referent. A list alone cannot tell whether "salt and pepper shaker" is
 * one thing; question and answer together can: of the ways to read the question the one counts that its answer fits best.
 */
import type { AnswerTree, Phrase } from './answer.ts';
import { referentKey } from './compose.ts';
import type { ListItem } from './lists.ts';
import { clauseReferents, isSummary, type Referent } from './negatives.ts';
import { otherReadings, questionList } from './questions.ts';
import { looseKey, oneHoldsOther } from './sameReferent.ts';

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
}

/** Phrases beyond this number are not compared word by word. */
const MOST_COMPARED = 200;

/** `undefined` where the question is no list question. */
export function readAsked(question: string, answer: AnswerTree): Asked | undefined {
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
export function deniedAlone(answer: AnswerTree, known?: ReadonlySet<string>): readonly Referent[] {
  if (answer.clauses.length === 0) return NONE;
  return answer.clauses
    .flatMap(({ listStart, listEnd, referents }) =>
      known === undefined ? referents : clauseReferents(answer.text, listStart, listEnd, known),
    )
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
}

function layBeside(items: readonly ListItem[], answer: AnswerTree, phrases: readonly Phrase[]): Fit {
  const denied =
    answer.clauses.length === 0 ? NONE : deniedAlone(answer, new Set(items.map((item) => referentKey(item.text))));
  return exactFit(items, denied, phrases) ?? looseFit(items, denied, phrases);
}

/** The fit of an answer in the question's own words, which most are. */
function exactFit(
  items: readonly ListItem[],
  denied: readonly Referent[],
  phrases: readonly Phrase[],
): Fit | undefined {
  if (items.length !== denied.length + phrases.length) return undefined;
  const asked = items.map(keyOf);
  const grounded = phrases.map(keyOf);
  const absent = denied.map(keyOf);
  if (!grounded.every((key) => asked.includes(key)) || !absent.every((key) => asked.includes(key))) return undefined;
  const answers = asked.map((key) =>
    grounded.includes(key) ? 'grounded' : absent.includes(key) ? 'denied' : undefined,
  );
  return answers.includes(undefined) ? undefined : { items, answers, denied, strangers: NONE, misfits: 0 };
}

function keyOf({ text }: { readonly text: string }): string {
  return referentKey(text);
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
  return { items, answers, denied, strangers, misfits: strangers.length + unasked.length };
}

/**
 * A referent is answered, too, by a phrase or a denial that holds its words or is held by them ("the dog" by "the dog on the
 * left"), unless these are another referent's.
 */
function judge({ items, answers, denied, strangers, misfits }: Fit): Asked {
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
  };
}
