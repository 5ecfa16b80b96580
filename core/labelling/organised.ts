/** A description with object tags, as a model writes it (paper, supplement B.2), and what becomes of it. */

import { parseAnswer } from '../text/answer.ts';
import { groundedPhrase } from '../text/compose.ts';
import { objectNumber, objectTagProblems, objectTags } from '../text/objectTags.ts';
import type { Token } from '../text/scan.ts';
import { isSpace, isWordCode } from '../text/words.ts';

const MOST_CHARACTERS = 100_000;
const FENCE = /^```[a-z]{0,20}\n([\s\S]*?)\n?```$/i;
const LABEL = /^(?:\*\*)?(?:output|description|caption|dense caption)(?:\*\*)?:(?:\*\*)?\s{0,4}/i;
const TAG = /<\s{0,2}(\/?)\s{0,2}object[ \t_]{0,2}(\d{1,9})\s{0,2}>/gi;

/** The answer on one line, without a fence, quotation marks or a name before it, and with its object tags spelt exactly. */
export function cleanDescription(answer: string): string {
  const text = answer.slice(0, MOST_CHARACTERS).trim();
  const bare = (FENCE.exec(text)?.[1] ?? text).trim().replace(LABEL, '').replace(/\s+/g, ' ').trim();
  const isQuoted = bare.length > 1 && bare.startsWith('"') && bare.endsWith('"');
  return (isQuoted ? bare.slice(1, -1) : bare)
    .replace(TAG, (_, slash: string, number: string) => `<${slash}object${Number(number)}>`)
    .trim();
}

/** The words of one object in a description, tags included in the offsets. */
export interface TaggedWords {
  readonly number: number;
  readonly words: string;
  readonly start: number;
  readonly end: number;
}

/** The tagged words in reading order; `undefined` where tags do not pair, or overlap. */
export function taggedWords(description: string): readonly TaggedWords[] | undefined {
  const tags = objectTags(parseAnswer(description));
  if (objectTagProblems(tags).length > 0) return undefined;
  const list: TaggedWords[] = [];
  for (let i = 0; i + 1 < tags.length; i += 2) list.push(wordsBetween(description, tags[i]!, tags[i + 1]!));
  return list;
}

function wordsBetween(description: string, open: Token, close: Token): TaggedWords {
  return {
    number: objectNumber(open),
    words: description.slice(open.end, close.start).trim(),
    start: open.start,
    end: close.end,
  };
}

export interface GroundedDescription {
  /** With `<p> … </p> [SEG]` in canonical spacing. */
  readonly text: string;
  /** The object of each `[SEG]`, in the order of the text. */
  readonly order: readonly number[];
}

/** Object tags become phrases. An object that is tagged a second time has one mask, so that its later words become plain. */
export function groundDescription(description: string, tagged: readonly TaggedWords[]): GroundedDescription {
  const order: number[] = [];
  let text = '';
  let at = 0;
  for (const { number, words, start, end } of tagged) {
    text += description.slice(at, start);
    at = end;
    const isNew = words !== '' && !order.includes(number);
    if (isNew) order.push(number);
    const piece = isNew ? groundedPhrase(words) : words;
    if (piece === '') continue;
    text += `${needsSpace(text, piece) ? ' ' : ''}${piece}`;
    // "<object1> a dog </object1>runs": the words behind a mask are words of their own.
    if (at < description.length && isWordCode(description.charCodeAt(at))) text += ' ';
  }
  return { text: (text + description.slice(at)).replace(/ {2,}/g, ' ').trim(), order };
}

function needsSpace(before: string, piece: string): boolean {
  const last = before.charCodeAt(before.length - 1);
  return before !== '' && !isSpace(last) && piece !== '' && !'("“‘-'.includes(before[before.length - 1]!);
}
