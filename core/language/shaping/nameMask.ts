/** Finds a mask's name its place in the answers: at the words if they are there, else as a phrase more. */
import { GCG_QUESTIONS } from '../../datasets/questions.ts';
import { unlistNegative } from '../../records/negativesList.ts';
import type { RecordModel } from '../../records/recordModel.ts';
import type { RecordEdit, SourceTurn } from '../../records/sourceRecord.ts';
import { askedOf, deniedReferents, questionBefore } from '../../records/unanswered.ts';
import { fail, ok, type Result } from '../../result.ts';
import { groundedPhrase, negativeClause, referentKey } from '../../text/compose.ts';
import { listStyleOf } from '../../text/denyMore.ts';
import { itemEnd, type ListAnswer, readListAnswer, writeListAnswer } from '../../text/listAnswer.ts';
import { clauseAround, holds, type NegativeClause, type Referent } from '../../text/negatives.ts';
import { parseQuestionReferents } from '../../text/questions.ts';
import { scan } from '../../text/scan.ts';
import { freeName } from './freeWords.ts';
import { withNewMask } from './groundWords.ts';
import type { RecordChange, SegMask, ShapedRecord, TurnChange } from './recordChange.ts';
import { isPlural, type TextWithPhrase, withArticle, withPhrase, withSentence } from './sentences.ts';

const LONGEST_NAME = 1000;

/** The change that gives a mask its name, and with it a phrase. */
export function nameMask(shaped: ShapedRecord, written: string, mask: SegMask): Result<RecordChange> {
  const name = written
    .slice(0, LONGEST_NAME + 1)
    .trim()
    .replace(/\s+/g, ' ');
  const problem = nameProblem(name);
  if (problem !== undefined) return fail(problem);
  const { model } = shaped.view;
  for (const turn of model.answers) {
    const referent = deniedReferents(model, turn).find(({ text }) => referentKey(text) === referentKey(name));
    if (referent !== undefined) return undeny(shaped, turn, referent, name, mask);
  }
  const turn = place(shaped, name, mask);
  if (turn !== undefined) return ok({ turns: [turn], about: mask });
  return ok({ newTurns: { values: newTurns(shaped, name), mask }, about: mask });
}

function nameProblem(name: string): string | undefined {
  if (!/[\p{L}\p{N}]/u.test(name)) return 'The mask has no name, and a phrase needs words: write what it shows.';
  if (name.length > LONGEST_NAME) return 'That name is too long for a phrase: write the few words that name the thing.';
  if (scan(name).length > 0) return 'A name is plain words: write it without tags and [SEG].';
  return undefined;
}

/** The words where an answer has them, else a phrase more in the last answer; nothing where a question waits for one. */
function place(shaped: ShapedRecord, name: string, mask: SegMask): TurnChange | undefined {
  const { model } = shaped.view;
  for (const turn of model.answers) {
    const span = freeName(model, turn, name);
    if (span !== undefined)
      return withNewMask(
        shaped,
        turn,
        withPhrase(turn.text, span.start, span.end, turn.text.slice(span.start, span.end)),
        mask,
      );
  }
  const last = model.turns[model.turns.length - 1];
  if (last?.role !== 'gpt') return undefined;
  const text =
    last.text.trim() === '' ? answerTo(model, questionBefore(model, last), name) : onePhraseMore(model, last, name);
  return withNewMask(shaped, last, text, mask);
}

/** The answer with the name at its end: in its list, or in a sentence of its own. */
function onePhraseMore(model: RecordModel, turn: SourceTurn, name: string): TextWithPhrase {
  const list = listOf(turn);
  if (list === undefined) return sentenceMore(turn.text, name);
  const denied = deniedReferents(model, turn).map(({ text }) => text);
  return lastOfList(writeListAnswer(list, [...itemsOf(turn), groundedPhrase(name)], denied));
}

/** An answer that is a list and nothing else can take one more; a refusal behind other words is no list yet. */
function listOf({ text, tree }: SourceTurn): ListAnswer | undefined {
  const list = readListAnswer(tree);
  const clause = list?.positives === undefined ? list?.clause : undefined;
  return clause !== undefined && text.slice(0, clause.start).trim() !== '' ? undefined : list;
}

function sentenceMore(text: string, name: string): TextWithPhrase {
  return withSentence(text, [`There ${isPlural(name) ? 'are' : 'is'} `, withArticle(name), '.']);
}

/** The items of a list as they stand, tags and `[SEG]` included. */
function itemsOf({ text, tree }: SourceTurn): readonly string[] {
  return tree.phrases.map((phrase) => text.slice(phrase.start, itemEnd(phrase)));
}

function lastOfList(text: string): TextWithPhrase {
  return { text, at: text.lastIndexOf('<p>') };
}

/** What an answer denied is there after all: it leaves the refusal and the record's `negatives`. */
function undeny(
  shaped: ShapedRecord,
  turn: SourceTurn,
  referent: Referent,
  name: string,
  mask: SegMask,
): Result<RecordChange> {
  const { model } = shaped.view;
  const clause = clauseAround(turn.tree.clauses, referent);
  if (clause === undefined || !clause.exact || clause.tokens.length > 0)
    return fail(
      `The answer says in words of its own that “${name}” is not in the image, so a mask would contradict it: change that sentence first.`,
    );
  const denied = deniedReferents(model, turn).filter((other) => other !== referent);
  const list = listOf(turn);
  const asked = askedOf(model, turn)?.referents.find(({ text }) => referentKey(text) === referentKey(name));
  const text =
    list === undefined
      ? sentenceMore(withoutReferent(turn.text, clause, denied), name)
      : lastOfList(
          writeListAnswer(
            list,
            [...itemsOf(turn), groundedPhrase(asked?.text ?? name)],
            denied.map((other) => other.text),
          ),
        );
  const more: readonly RecordEdit[] = unlistNegative(model, referent.text);
  return ok({ turns: [withNewMask(shaped, turn, text, mask)], more, about: mask });
}

/** The text whose clause denies only the others; without the clause where there are none. */
function withoutReferent(text: string, clause: NegativeClause, denied: readonly Referent[]): string {
  const others = denied.filter((other) => holds(clause, other)).map((other) => other.text);
  if (others.length === 0) return text.slice(0, clause.start).trimEnd() + text.slice(clause.end);
  const style = listStyleOf(text.slice(clause.listStart, clause.listEnd));
  const rest = negativeClause(others, { afterPositives: clause.lead === 'but', style });
  return text.slice(0, clause.start) + rest + text.slice(clause.end);
}

/** The answer that a question waits for; with the question where the record has none. */
function newTurns({ view, document }: ShapedRecord, name: string): readonly { from: 'human' | 'gpt'; value: string }[] {
  const question = view.model.turns[view.model.turns.length - 1];
  const answer = { from: 'gpt', value: answerTo(view.model, question, name).text } as const;
  if (question !== undefined) return [answer];
  const placeholder = document.kind === 'uscdf' ? '<IMAGE>' : '<image>';
  return [{ from: 'human', value: `${placeholder}\n${GCG_QUESTIONS[0]}` }, answer];
}

/** An answer with one phrase in the words of its question's task. */
function answerTo(model: RecordModel, question: SourceTurn | undefined, name: string): TextWithPhrase {
  const asked = parseQuestionReferents(question?.text ?? '');
  if (asked !== undefined) {
    const own = asked.find((referent) => referentKey(referent) === referentKey(name));
    return sentence('Sure, it is ', own ?? name);
  }
  const everything =
    model.task === 'panoptic' || /\b(?:all (?:the|of the) objects|everything)\b/i.test(question?.text ?? '');
  return everything ? sentence('Sure, the image contains ', name) : sentence('The image shows ', withArticle(name));
}

function sentence(lead: string, phrase: string): TextWithPhrase {
  return { text: `${lead}${groundedPhrase(phrase)}.`, at: lead.length };
}
