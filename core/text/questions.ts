/**
 * What a question asks for: the referents of the segmentation questions that the official datasets use
 * (MGLMM, LISA, PixelLM, GLaMM; paper, supplement C.1). Read word by word, in time linear in the question.
 */
import type { Span } from '../records/position.ts';
import { type ListItem, listReadings, splitList } from './lists.ts';
import { articleEnd, isSpace, skipSpace, skipSpaceBack, standsAt, wordEnd } from './words.ts';

/** A list in a question is no longer than this, in UTF-16 units. */
const LONGEST_LIST = 2000;

/**
 * The referents that a segmentation question lists, in its order; `undefined` where the question is not one of the
 * list templates (a description, a reasoning question, "all the objects").
 *
 * An article that belongs to the template (`segment the {object}`) is left out; where every item of a list brings its
 * own ("the dog and the zebra") they are the user's words and stay.
 */
export function parseQuestionReferents(question: string): readonly string[] | undefined {
  return questionList(question)?.items.map((item) => item.text);
}

/** A question's list; offsets count from the question's beginning. */
export interface QuestionList extends Span {
  /** The items as the list alone tells. */
  readonly items: readonly ListItem[];
}

/** Like `parseQuestionReferents`, with the places. */
export function questionList(question: string): QuestionList | undefined {
  const list = findList(question);
  if (list === undefined) return undefined;
  const items = placed(splitList(question.slice(list.start, list.end)), list.start);
  return items.length === 0 ? undefined : { start: list.start, end: list.end, items };
}

/** The other ways to read a list: "salt and pepper shaker" is one thing or two. */
export function otherReadings(question: string, list: QuestionList): readonly (readonly ListItem[])[] {
  const [, ...others] = listReadings(question.slice(list.start, list.end));
  return others.map((items) => placed(items, list.start));
}

function placed(items: readonly ListItem[], offset: number): readonly ListItem[] {
  const result: ListItem[] = [];
  for (let i = 0; i < items.length; i++) {
    const { text, start, end } = items[i]!;
    const article = i === 0 && !bringOwnArticles(items) ? articleEnd(text, 0) : 0;
    result.push({
      text: article === 0 ? text : text.slice(article),
      start: start + article + offset,
      end: end + offset,
    });
  }
  return result;
}

function bringOwnArticles(items: readonly ListItem[]): boolean {
  for (let i = 1; i < items.length; i++) if (articleEnd(items[i]!.text, 0) === 0) return false;
  return items.length > 1;
}

/** Where a question's list stands; `undefined` where it lists nothing. */
function findList(question: string): Span | undefined {
  const stem = readStem(question, skipPreamble(question));
  if (stem === undefined || !isSpace(question.charCodeAt(stem.end))) return undefined;
  const start = skipPlaceholder(question, skipSpace(question, stem.end));
  const picture = findPicture(question, start);
  if (picture === undefined || (stem.needsMask && !asksForMaskAt(question, picture.end))) return undefined;
  const end = skipSpaceBack(question, picture.start);
  return end <= start || isEverything(question, start) ? undefined : { start, end };
}

/** Where the list of a template without further conditions begins; -1 where none does. */
export function listStart(question: string): number {
  const stem = plainStemEnd(question, skipPreamble(question));
  if (stem < 0 || question.charCodeAt(stem) !== 32) return -1;
  const start = stem + 1;
  return isEverything(question, start) ? -1 : start;
}

/** What stands before a list, up to `end`. */
interface Stem {
  readonly end: number;
  /** It asks for a list only where it asks for a mask behind it: free questions begin like this too. */
  readonly needsMask: boolean;
}

function readStem(text: string, at: number): Stem | undefined {
  const asks = firstOf(text, at, 'what', 'where');
  if (asks >= 0) {
    const end = firstOf(text, skipSpace(text, asks), 'is', 'are');
    return end < 0 ? undefined : { end, needsMask: true };
  }
  const end = plainStemEnd(text, at);
  return end < 0 ? undefined : { end, needsMask: false };
}

/** Behind an order or a request. */
function plainStemEnd(text: string, at: number): number {
  const modal = firstOf(text, at, 'can', 'could');
  return modal < 0 ? orderEnd(text, optional(text, at, 'please')) : requestEnd(text, modal);
}

/** "Can you [please] segment", "Could you provide a segmentation mask for". */
function requestEnd(text: string, modal: number): number {
  const you = wordEnd(text, skipSpace(text, modal), 'you');
  if (you < 0) return -1;
  const at = optional(text, skipSpace(text, you), 'please');
  const provide = wordEnd(text, at, 'provide');
  if (provide >= 0) return maskForEnd(text, provide);
  const verb = firstOf(text, at, 'find', 'highlight');
  if (verb >= 0) return verb;
  const order = orderEnd(text, at);
  return order >= 0 ? order : wordEnd(text, at, 'identify');
}

/** "segment", "identify and segment". */
function orderEnd(text: string, at: number): number {
  const identify = wordEnd(text, at, 'identify');
  if (identify < 0) return wordEnd(text, at, 'segment');
  const and = wordEnd(text, skipSpace(text, identify), 'and');
  return and < 0 ? -1 : wordEnd(text, skipSpace(text, and), 'segment');
}

/** "a segmentation mask for" behind "provide". */
function maskForEnd(text: string, provide: number): number {
  const segmentation = wordEnd(text, optional(text, skipSpace(text, provide), 'a'), 'segmentation');
  const mask = segmentation < 0 ? -1 : firstOf(text, skipSpace(text, segmentation), 'mask', 'masks');
  return mask < 0 ? -1 : wordEnd(text, skipSpace(text, mask), 'for');
}

function firstOf(text: string, at: number, one: string, other: string): number {
  const end = wordEnd(text, at, one);
  return end >= 0 ? end : wordEnd(text, at, other);
}

/** Behind a word that may stand here, and the space after it. */
function optional(text: string, at: number, word: string): number {
  const end = wordEnd(text, at, word);
  return end < 0 ? at : skipSpace(text, end);
}

function isEverything(text: string, at: number): boolean {
  return EVERYTHING.some((word) => wordEnd(text, at, word) >= 0);
}

const EVERYTHING = ['all', 'every', 'each', 'everything', 'anything'];
const OVERVIEW = ['provides', 'an', 'overview', 'of', 'the', 'picture'];
const PLACEHOLDER = '<image>';

/** Behind the placeholder, and behind the sentence that MGLMM's own data puts around it. */
function skipPreamble(question: string): number {
  const start = skipSpace(question, 0);
  const placeholder = optional(question, start, 'the');
  let at = skipPlaceholder(question, placeholder);
  if (at === placeholder) return start;
  if (placeholder === start) return at;
  for (const word of OVERVIEW) {
    at = wordEnd(question, skipSpace(question, at), word);
    if (at < 0) return start;
  }
  return skipSpace(question, question[at] === '.' ? at + 1 : at);
}

/** Behind the placeholder that stands here and the space after it; `at` where none does. */
function skipPlaceholder(text: string, at: number): number {
  if (text.charCodeAt(at) !== 60) return at;
  const end = at + PLACEHOLDER.length;
  const found = standsAt(text, at, PLACEHOLDER) || text.slice(at, end).toLowerCase() === PLACEHOLDER;
  return found ? skipSpace(text, end) : at;
}

/**
 * The words `in this image` (or picture, photo) at or behind an offset, from "in" on. A list may say them itself ("the man in
 * the picture frame"): those that end a sentence go first.
 */
export function findPicture(text: string, from: number): Span | undefined {
  let first: Span | undefined;
  const limit = Math.min(text.length, from + LONGEST_LIST);
  for (let at = text.indexOf('in', from); at >= 0 && at < limit; at = text.indexOf('in', at + 1)) {
    const found = pictureAt(text, at);
    if (found === undefined) continue;
    if (endsSentence(text, found.end)) return found;
    first ??= found;
  }
  return first;
}

const IN_THIS = 'in this ';
const IN_THIS_IMAGE = `${IN_THIS}image`;

/** The words `in this image`, where they stand at this offset behind a space. */
export function pictureAt(text: string, at: number): Span | undefined {
  if (at > 0 && !isSpace(text.charCodeAt(at - 1))) return undefined;
  // The templates' own words.
  if (standsAt(text, at, IN_THIS_IMAGE) && wordEnd(text, at + IN_THIS.length, 'image') >= 0)
    return { start: at, end: at + IN_THIS_IMAGE.length };
  const preposition = firstOf(text, at, 'in', 'within');
  if (preposition < 0) return undefined;
  const which = skipSpace(text, preposition);
  const demonstrative = Math.max(firstOf(text, which, 'this', 'the'), wordEnd(text, which, 'that'));
  if (demonstrative < 0) return undefined;
  const picture = skipSpace(text, demonstrative);
  const end = Math.max(firstOf(text, picture, 'image', 'picture'), firstOf(text, picture, 'photo', 'photograph'));
  return end < 0 ? undefined : { start: at, end };
}

/** "… in this image with a segmentation mask?" too. */
export function endsSentence(text: string, at: number): boolean {
  const next = skipSpace(text, at);
  return next === text.length || '.?!;,'.includes(text[next]!) || wordEnd(text, next, 'with') >= 0;
}

/** "What is the dog in this image? Please respond with segmentation mask." */
function asksForMaskAt(text: string, at: number): boolean {
  const mark = skipSpace(text, at);
  if (text[mark] !== '?') return false;
  const please = wordEnd(text, skipSpace(text, mark + 1), 'please');
  return please >= 0 && firstOf(text, skipSpace(text, please), 'respond', 'output') >= 0;
}
