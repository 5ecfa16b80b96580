/** The words around a phrase: what tags, an article, a sentence or a refusal need to stand in an answer. */
import { applyEdits, type SpanEdit } from '../../records/position.ts';
import { parseAnswer } from '../../text/answer.ts';
import { groundedPhrase } from '../../text/compose.ts';
import { spacingEdits } from '../../text/spacing.ts';

/** A text, and where the phrase begins in it that is new there. */
export interface TextWithPhrase {
  readonly text: string;
  /** The offset of its `<p>`. */
  readonly at: number;
}

/** The text with words of it, or new ones in their place, as a grounded phrase in canonical spacing. */
export function withPhrase(text: string, start: number, end: number, words: string): TextWithPhrase {
  return spacedAt(text.slice(0, start) + groundedPhrase(words) + text.slice(end), start);
}

/** The text with canonical spacing in and around the phrase that begins at an offset. */
export function spacedAt(text: string, at: number): TextWithPhrase {
  const phrase = parseAnswer(text).phrases.find(({ start }) => start === at);
  const edits = phrase === undefined ? [] : spacingEdits(text, phrase);
  const before = edits.reduce(
    (sum, edit) => sum + (edit.end <= at ? edit.newText.length - (edit.end - edit.start) : 0),
    0,
  );
  return { text: applyEdits(text, edits), at: at + before };
}

/** Its exact clauses begin with `But` where the answer grounds something, and with `Sorry,` where it does not. */
export function withFittingLeads(text: string): string {
  const { clauses, phrases, segs } = parseAnswer(text);
  const positives = phrases.length > 0 || segs.some((seg) => !seg.denied);
  const edits = clauses.flatMap(({ exact, lead, start }): SpanEdit[] => {
    if (!exact || lead === (positives ? 'but' : 'sorry')) return [];
    const written = lead === 'but' ? 'But' : 'Sorry,';
    return [{ start, end: start + written.length, newText: positives ? 'But' : 'Sorry,' }];
  });
  return edits.length === 0 ? text : applyEdits(text, edits);
}

/** The text with a sentence at its end, before the refusals that end it. */
export function withSentence(text: string, [before, phrase, after]: readonly [string, string, string]): TextWithPhrase {
  let at = text.trimEnd().length;
  const { clauses } = parseAnswer(text);
  for (let i = clauses.length - 1; i >= 0; i--) {
    const { start, end } = clauses[i]!;
    if (text.slice(end, at).trim() !== '') break;
    at = start;
  }
  const front = text.slice(0, at).trimEnd();
  const rest = text.slice(at);
  const gap = text.slice(front.length, at) || (rest.trim() === '' ? '' : ' ');
  const join = front === '' ? '' : ENDED.test(front) ? ' ' : '. ';
  const lead = front + join + before;
  return { text: `${lead}${groundedPhrase(phrase)}${after}${gap}${rest}`, at: lead.length };
}

const ENDED = /[.!?:\u3002]["')\u201d]?$/;

const DETERMINERS = new Set(
  `a an the this that these those some any each every all both several many few no another his her its their my your our
   one two three four five six seven eight nine ten dozens hundreds`.split(/\s+/),
);

/** A name as it stands in a sentence: with "a" or "an" where it brings no determiner of its own. */
export function withArticle(name: string): string {
  if (!/^[a-z]/.test(name) || DETERMINERS.has(firstWord(name)) || isPlural(name)) return name;
  return `${soundsOpen(name) ? 'an' : 'a'} ${name}`;
}

/** Whether a name speaks of several things, as far as its form tells: "three dogs", "cups". */
export function isPlural(name: string): boolean {
  const first = firstWord(name);
  if (/^(?:a|an|one|this|that|each|every|another)$/.test(first)) return false;
  if (/^(?:two|three|four|five|six|seven|eight|nine|ten|several|many|few|these|those|both|all)$/.test(first))
    return true;
  // "the cups of the man" speaks of cups.
  const head = name.split(/ (?:of|in|on|at|with|behind|near|under|by|from|to|that|who|which) /i, 1)[0]!;
  return /[a-z]s$/i.test(head) && !/(?:ss|us|is)$/i.test(head);
}

/** "an hour", "a unicorn": the sound counts, not the letter. */
function soundsOpen(name: string): boolean {
  if (/^(?:hour|honest|honou?r|heir)/.test(name)) return true;
  return /^[aeiou]/.test(name) && !/^(?:uni|use|usu|uro|eu|ew|one\b|once\b)/.test(name);
}

function firstWord(name: string): string {
  return name.slice(0, 40).split(/\s/, 1)[0]!.toLowerCase();
}
