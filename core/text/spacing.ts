/**
 * The canonical spacing of a grounded phrase: `<p> phrase </p> [SEG]`, apart from the words around it, none before
 * punctuation. Scripts that write no spaces between words keep none around a phrase.
 */
import type { SpanEdit } from '../records/position.ts';
import type { Phrase } from './tree.ts';

/** What `reserved-text` takes out leaves no space. */
const RESERVED = /^(?:<\/s>|<im_(?:start|end)>)/;

/** The edits that space one phrase canonically; none where it is already, or where its tokens are not in order. */
export function spacingEdits(text: string, phrase: Phrase): readonly SpanEdit[] {
  const { open, close, segs } = phrase;
  const seg = segs[0]?.token;
  if (phrase.nested || phrase.gap !== undefined || phrase.text === '') return [];
  if (!open?.exact || !close?.exact || !seg?.exact || segs.length > 1) return [];
  // Something else stands in between, a second `</p>` say: another rule's finding.
  if (text.slice(close.end, seg.start).trim() !== '') return [];
  const content = text.slice(open.end, close.start);
  const before = text[open.start - 1];
  const behind = /^[ \t]+(?=[.,;:!?](?:[\s<\p{Lu}]|$))/u.exec(text.slice(seg.end, seg.end + 20))?.[0].length ?? 0;
  const wanted: SpanEdit[] = [
    { start: open.start, end: open.start, newText: standsApart(before) ? ' ' : '' },
    { start: open.end, end: open.end + (content.length - content.trimStart().length), newText: ' ' },
    { start: close.start - (content.length - content.trimEnd().length), end: close.start, newText: ' ' },
    { start: close.end, end: seg.start, newText: ' ' },
    { start: seg.end, end: seg.end + behind, newText: needsSpace(text, seg.end) ? ' ' : '' },
  ];
  return wanted.filter(({ start, end, newText }) => text.slice(start, end) !== newText);
}

/** Letters of scripts with spaces between words, figures, and the marks that end a word or a sentence. */
const WORD = /[\p{L}\p{N}]/u;
const SPACELESS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** Whether what stands right before a phrase is parted from it by a space; dashes, slashes and opening marks are not. */
function standsApart(before: string | undefined): boolean {
  return before !== undefined && (/[.,;:!?)\]}>%\u2026\u201d]/.test(before) || isSpacedWord(before));
}

/** Whether a character belongs to a word of a script that parts words by spaces. */
export function isSpacedWord(character: string): boolean {
  return WORD.test(character) && !SPACELESS.test(character);
}

/** Words and further tags stand apart from a `[SEG]`; before a phrase the phrase sees to its space. */
function needsSpace(text: string, at: number): boolean {
  const after = text[at];
  if (after === '<') return !text.startsWith('<p>', at) && !RESERVED.test(text.slice(at, at + 10));
  return after !== undefined && isSpacedWord(after);
}
