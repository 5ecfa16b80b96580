/**
 * How MGLMM puts tags into MUSE's answers (`multi_reason_seg.py`, as facts: docs/formats/muse.md): the words before `{seg}` that
 * are the mask's category, with what stands between them and it.
 */

import { fail, ok, type Result } from '../../result.ts';
import { joinList } from '../../text/compose.ts';

/** What an answer points to. */
export interface Target {
  readonly category: string;
  /** Other words for it, for answers without text. */
  readonly rephrased: string | undefined;
}

export type Mode = 'official' | 'improved';

export type Reason =
  | 'coordinate-question'
  | 'adjacent-seg'
  | 'count-mismatch'
  | 'category-not-found'
  | 'gap-too-large'
  | 'no-target';

export const SEG = '{seg}';
/** Characters between the category and its `{seg}`, the space before it among them: a plural fits. */
const MOST_GAP = 5;
const ADJACENT = [`${SEG} ${SEG}`, `${SEG}, ${SEG}`, `${SEG} and ${SEG}`];

/** A failure's message is the sentence for a report. */
export type Insertion = { readonly ok: true; readonly text: string } | Refusal;
export interface Refusal {
  readonly ok: false;
  readonly code: Reason;
  readonly message: string;
}

/** Questions with coordinates in them: nothing can be said about their answers. */
export function hasCoordinates(question: string): boolean {
  return question.includes('[') && question.includes(']');
}

/** An answer with tags around the words for its targets, in the order of the text. */
export function insertTags(answer: string | undefined, targets: readonly Target[], mode: Mode): Insertion {
  if (targets.length === 0) return refused('no-target', 'It has no target: there is nothing to ground.');
  return answer === undefined ? { ok: true, text: listed(targets) } : inText(answer, targets, mode);
}

/** The category's name as the rules look for it: spaces for underscores, without what stands in parentheses. */
export function categoryWords(name: string): string {
  return name.replaceAll('_', ' ').split('(')[0]!.trim();
}

function inText(answer: string, targets: readonly Target[], mode: Mode): Insertion {
  const text = answer.replaceAll('{{', '{').replaceAll('}}', '}').replaceAll('</s>', '');
  const pieces = text.split(SEG);
  if (ADJACENT.some((each) => text.includes(each)))
    return refused('adjacent-seg', 'Two masks follow each other without words between them: put a phrase before each.');
  if (pieces.length - 1 !== targets.length)
    return refused(
      'count-mismatch',
      `The text has ${pieces.length - 1} {seg} and the answer ${targets.length} targets: they have to be as many.`,
    );
  let tagged = '';
  for (const [i, target] of targets.entries()) {
    const before = pieces[i]!;
    const place = phraseStart(before, categoryWords(target.category), mode);
    if (!place.ok) return refused(place.code, place.message);
    tagged += `${before.slice(0, place.start)}<p> ${before.slice(place.start).trim()} </p> [SEG]`;
  }
  return { ok: true, text: tagged + pieces[targets.length]! };
}

type Place = { readonly ok: true; readonly start: number } | Refusal;

/** Where the category stands that the text ends with: its last occurrence, with spaces or else with underscores. */
function phraseStart(text: string, category: string, mode: Mode): Place {
  const find = mode === 'official' ? lastOccurrence : lastWord;
  let isFar = false;
  for (const words of [category, category.replaceAll(' ', '_')]) {
    const start = words === '' ? -1 : find(text, words);
    if (start < 0) continue;
    if (text.length - start - words.length <= MOST_GAP) return { ok: true, start };
    isFar = true;
  }
  return isFar
    ? refused('gap-too-large', `"${category}" stands more than ${MOST_GAP} characters before its {seg}.`)
    : refused('category-not-found', `The words before its {seg} do not name "${category}".`);
}

function lastOccurrence(text: string, words: string): number {
  return text.lastIndexOf(words);
}

/** Whatever the case, and as a word of its own or its plural. */
function lastWord(text: string, words: string): number {
  const lower = text.toLowerCase();
  // Lower case may be longer, as of "İ": places in it would then not be the text's.
  const searched = lower.length === text.length ? lower : text;
  const wanted = words.toLowerCase();
  for (let at = searched.lastIndexOf(wanted); at >= 0; at = at === 0 ? -1 : searched.lastIndexOf(wanted, at - 1))
    if (!isWord(searched[at - 1]) && endsWord(searched, at + wanted.length)) return at;
  return -1;
}

function endsWord(text: string, end: number): boolean {
  const plural = text.startsWith('es', end) ? 2 : text.startsWith('s', end) ? 1 : 0;
  return !isWord(text[end]) || (plural > 0 && !isWord(text[end + plural]));
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}]/u.test(character);
}

/** The answer where the set has no text: the targets in a list, as a sentence. */
function listed(targets: readonly Target[]): string {
  const items = targets.map(({ category, rephrased }) => {
    const words = categoryWords(category);
    const phrase = rephrased ?? words;
    const tagged = `<p> ${words} </p> [SEG]`;
    const at = phrase.includes(` ${words}`) ? phrase.indexOf(words) : -1;
    const item = at < 0 ? tagged : phrase.slice(0, at) + tagged + phrase.slice(at + words.length);
    return item.trim().replace(/\.$/, '').toLowerCase().replaceAll('[seg]', '[SEG]');
  });
  const list = joinList(items, { oxfordComma: false });
  return `${list.slice(0, 1).toUpperCase()}${list.slice(1)}.`;
}

/** An answer with `{seg}` behind its phrases, without their tags; fails where the rules would not find them again. */
export function removeTags(text: string, phrases: readonly string[]): Result<string> {
  const bare = text.replaceAll('{', '{{').replaceAll('}', '}}');
  const written = bare.replace(/<p> ([^<]*) <\/p> \[SEG\]/g, `$1 ${SEG}`);
  const targets = phrases.map((category) => ({ category, rephrased: undefined }));
  const again = insertTags(written, targets, 'official');
  return again.ok && again.text === text
    ? ok(written)
    : fail(again.ok ? 'Its tags would come back elsewhere.' : again.message);
}

function refused(code: Reason, message: string): Refusal {
  return { ok: false, code, message };
}
