/** Words of an answer that may become a phrase: outside of tags, phrases and refusals, and whole. */
import type { Span } from '../../records/position.ts';
import type { RecordModel } from '../../records/recordModel.ts';
import type { SourceTurn } from '../../records/sourceRecord.ts';
import { deniedReferents } from '../../records/unanswered.ts';
import { fail, ok, type Result } from '../../result.ts';
import { isSpacedWord } from '../../text/spacing.ts';
import { isSpace } from '../../text/words.ts';

/** A longer selection is no phrase. */
const LONGEST = 2000;
const LETTER = /[\p{L}\p{N}]/u;

/**
 * The words at a stretch of a turn, without white space around them and with the rest of words that it cuts; refused where
 * no mask can be drawn for them.
 */
export function freeWords(model: RecordModel, turn: SourceTurn, stretch: Span): Result<Span> {
  if (turn.role !== 'gpt')
    return fail('These words are part of a question, and only answers have masks: select words of an answer.');
  const words = wholeWords(turn.text, stretch);
  if (words.end - words.start > LONGEST)
    return fail('That is too much for one phrase: select the few words that name the thing.');
  if (!LETTER.test(turn.text.slice(words.start, words.end)))
    return fail('No word is selected: select the words of the answer that name the thing.');
  const { tree } = turn;
  if (tree.phrases.some((phrase) => phrase.start < words.end && words.start < phrase.segEnd))
    return fail('These words are part of a phrase that has its tags already: draw that phrase’s mask instead.');
  if (tree.tokens.some((token) => token.start < words.end && words.start < token.end))
    return fail('A tag or a [SEG] stands among these words: select words without one.');
  if (isDenied(model, turn, words))
    return fail(
      'The answer says that this is not in the image, and what is absent has no mask: change the sentence first.',
    );
  return ok(words);
}

/** Whether words lie in a negative clause, or in one that its question makes one. */
function isDenied(model: RecordModel, turn: SourceTurn, { start, end }: Span): boolean {
  const touches = (span: Span) => span.start < end && start < span.end;
  const { clauses } = turn.tree;
  if (clauses.length === 0) return false;
  return clauses.some((clause) => clause.certain && touches(clause)) || deniedReferents(model, turn).some(touches);
}

/** Without the white space around it; a word that it cuts is taken whole, in scripts that part words by spaces. */
function wholeWords(text: string, stretch: Span): Span {
  let { start, end } = stretch;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  if (start === end) return { start, end };
  const least = start - LONGEST;
  const most = end + LONGEST;
  while (start > least && cutsWord(text, start)) start--;
  while (end < most && cutsWord(text, end)) end++;
  return { start, end };
}

function cutsWord(text: string, at: number): boolean {
  const [before, after] = [text[at - 1], text[at]];
  return before !== undefined && after !== undefined && isSpacedWord(before) && isSpacedWord(after);
}

/** So many places of a name are looked at; a long text may hold it in every word. */
const MOST_PLACES = 200;

/** The first place where a turn has a name in plain words, in any case: where its mask belongs. */
export function freeName(model: RecordModel, turn: SourceTurn, name: string): Span | undefined {
  const pattern = name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replace(/\s+/g, '\\s+');
  let places = 0;
  for (const match of turn.text.matchAll(new RegExp(pattern, 'giu'))) {
    if (++places > MOST_PLACES) return undefined;
    const span = { start: match.index, end: match.index + match[0].length };
    if (cutsWord(turn.text, span.start) || cutsWord(turn.text, span.end)) continue;
    if (freeWords(model, turn, span).ok) return span;
  }
  return undefined;
}
