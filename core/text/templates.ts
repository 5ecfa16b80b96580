/**
 * The fixed sentences of the tasks that have them (docs/format.md, section 1): the paper's templates (supplement C.1 and
 * C.3) and the variants of the official loaders, MGLMM's, GLaMM's, LISA's, OMG-LLaVA's and PixelLM's, written with tags.
 */
import type { Span } from '../records/position.ts';
import { referentKey } from './compose.ts';
import { splitList } from './lists.ts';
import type { AnswerTree, Phrase } from './tree.ts';
import { standsAt } from './words.ts';

export interface Template {
  /** The template as a message shows it. */
  readonly shown: string;
  /** What mostly stands before one phrase, and before several. */
  readonly usual: { readonly one: string; readonly several: string };
  /** Whether these words, in lower case, may stand before the first phrase. */
  leads(words: string, phrases: readonly Phrase[]): boolean;
}

const referring: Template = {
  shown: 'Sure, it is <p> … </p> [SEG].',
  usual: { one: 'Sure, it is ', several: 'Sure, ' },
  leads(words, phrases) {
    if (LEADS.has(words)) return true;
    if (phrases.length === 1) return SINGLE_LEADS.has(words) || namesPhrase(words, phrases[0]!);
    return PLURAL_LEADS.has(words) || namesPhrases(words, phrases);
  },
};

const panoptic: Template = {
  shown: 'Sure, the image contains <p> … </p> [SEG] and <p> … </p> [SEG].',
  usual: { one: 'Sure, the image contains ', several: 'Sure, the image contains ' },
  leads: (words) => words === 'sure, the image contains',
};

const LEADS = new Set(['', 'sure,', 'the segmentation result of', 'sure, the segmentation result of']);
const SINGLE_LEADS = new Set(['it is', 'sure, it is', 'sure, the segmentation result is']);
const PLURAL_LEADS = new Set(['they are', 'sure, they are']);

/** The template of a task; `undefined` for a task whose answers are free text. */
export function templateOf(task: string | undefined): Template | undefined {
  if (task === 'semantic' || task === 'referring') return referring;
  return task === 'panoptic' ? panoptic : undefined;
}

/** PixelLM's `{name} is`: the words before the phrase are its own. */
function namesPhrase(words: string, phrase: Phrase): boolean {
  const name = /^(?:sure, )?(?:the segmentation result of )?(\S.*) (?:is|are)$/.exec(words)?.[1];
  return name !== undefined && referentKey(name) === referentKey(phrase.text);
}

/** PixelLM's `{names} are`: the words before the phrases are theirs. */
function namesPhrases(words: string, phrases: readonly Phrase[]): boolean {
  const names = /^(?:sure, )?(?:the segmentation result of )?(\S.*) are$/.exec(words)?.[1];
  if (names === undefined) return false;
  const keys = splitList(names).map((item) => referentKey(item.text));
  return keys.length === phrases.length && phrases.every((phrase, i) => referentKey(phrase.text) === keys[i]);
}

/**
 * The first stretch of an answer that its template does not have, without surrounding space; the whole answer where the
 * template has words that are missing. `undefined` for an answer as the template says: phrases in a list, negative clauses, or
 * both.
 */
export function offTemplate(tree: AnswerTree, template: Template): Span | undefined {
  if (isUsual(tree, template)) return undefined;
  const { text, phrases, clauses } = tree;
  const whole = bare(text, 0, text.length);
  const clausesStart = clauses[0]?.start ?? text.length;
  const first = phrases[0];
  if (first === undefined) {
    if (clauses.length === 0) return whole;
    return stretch(text, 0, clausesStart, '') ?? afterClauses(tree);
  }
  const last = phrases[phrases.length - 1]!;
  const lead = bare(text, 0, first.start);
  if (!template.leads(words(text, lead), phrases)) return lead.start < lead.end ? lead : whole;
  for (let i = 1; i < phrases.length; i++) {
    const between = bare(text, phrases[i - 1]!.segEnd, phrases[i]!.start);
    const joint = words(text, between);
    if (joint !== ',' && joint !== 'and' && joint !== ', and') {
      return between.start < between.end ? between : { start: phrases[i - 1]!.start, end: phrases[i]!.segEnd };
    }
  }
  if (last.segEnd > clausesStart) return whole;
  return stretch(text, sentenceEnd(text, last.segEnd), clausesStart, '') ?? afterClauses(tree);
}

/** Whether an answer is the template to the letter, as most are: nothing else needs to be looked at then. */
function isUsual({ text, canonical, phrases, clauses }: AnswerTree, { usual }: Template): boolean {
  if (!canonical || phrases.length === 0 || clauses.length > 1) return false;
  const lead = phrases.length === 1 ? usual.one : usual.several;
  if (phrases[0]!.start !== lead.length || !standsAt(text, 0, lead)) return false;
  for (let i = 1; i < phrases.length; i++) if (!isJoint(text, phrases[i - 1]!.segEnd, phrases[i]!.start)) return false;
  const end = phrases[phrases.length - 1]!.segEnd + 1;
  if (text.charCodeAt(end - 1) !== 46) return false;
  const clause = clauses[0];
  if (clause === undefined) return end === text.length;
  return clause.start === end + 1 && clause.end === text.length && text.charCodeAt(end) === 32;
}

function isJoint(text: string, start: number, end: number): boolean {
  switch (end - start) {
    case 2:
      return standsAt(text, start, ', ');
    case 5:
      return standsAt(text, start, ' and ');
    default:
      return end - start === 6 && standsAt(text, start, ', and ');
  }
}

/** Behind what may end the list: `.`, or PixelLM's `, separately.` */
function sentenceEnd(text: string, listEnd: number): number {
  if (text[listEnd] === '.') return listEnd + 1;
  const separately = SEPARATELY.exec(text.slice(listEnd, listEnd + 30))?.[0].length ?? 0;
  const end = bare(text, listEnd + separately, text.length).start;
  return text[end] === '.' ? end + 1 : end;
}

const SEPARATELY = /^\s?,\s?separately(?![a-z])/i;

/** What stands behind the negative clauses, or between two of them: nothing should. */
function afterClauses({ text, clauses }: AnswerTree): Span | undefined {
  for (let i = 0; i < clauses.length; i++) {
    const rest = stretch(text, clauses[i]!.end, clauses[i + 1]?.start ?? text.length, '');
    if (rest !== undefined) return rest;
  }
  return undefined;
}

/** A stretch that holds words, and none of those allowed. */
function stretch(text: string, start: number, end: number, ...allowed: readonly string[]): Span | undefined {
  const span = bare(text, start, end);
  return span.start === span.end || allowed.includes(words(text, span)) ? undefined : span;
}

/** The stretch without the white space around it. */
function bare(text: string, start: number, end: number): Span {
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return { start, end };
}

/** In lower case, with single spaces. */
function words(text: string, { start, end }: Span): string {
  const lower = text.slice(start, end).toLowerCase();
  return lower.includes('  ') || UNUSUAL_SPACE.test(lower) ? lower.replace(/\s+/g, ' ') : lower;
}

const UNUSUAL_SPACE = /[\n\r\t\u00a0]/;

function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || code === 160;
}
