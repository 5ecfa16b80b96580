/** The turn that the cursor is in, as far as it is written, and the record around it. */

import type { FileKind } from '../../records/document.ts';
import type { Span } from '../../records/position.ts';
import type { RecordModel } from '../../records/recordModel.ts';
import { LazyTurn, type SourceTurn } from '../../records/sourceRecord.ts';
import { unansweredReferents } from '../../records/unanswered.ts';
import { scan, type Token } from '../../text/scan.ts';
import type { FormatOptions } from '../format.ts';

/** What is typed of a sentence is looked for so far back. */
const LONGEST_TYPED = 600;

export interface TurnPlace {
  readonly kind: FileKind;
  readonly model: RecordModel;
  /** Its position among the conversation's items. */
  readonly index: number;
  readonly text: string;
  readonly cursor: number;
  readonly format: FormatOptions;
  /** Nobody asked: somebody typed a space, and what fits everywhere would be in the way. */
  readonly unasked: boolean;
}

/** The referents that the question waits for, were a stretch of the answer not there. */
export function askedWithout({ model, index, text }: TurnPlace, { start, end }: Span): readonly string[] {
  const answer: SourceTurn = new LazyTurn(index, 'gpt', `${text.slice(0, start)} ${text.slice(end)}`);
  return unansweredReferents(model, answer).map((referent) => referent.text);
}

/** The number of `[SEG]` in the answers before this turn and in this one before an offset: the index of the next mask. */
export function segsBefore({ model, index, text }: TurnPlace, offset: number): number {
  const earlier = model.segs.filter(({ turn }) => turn.index < index).length;
  return earlier + scan(text.slice(0, offset)).filter(({ kind }) => kind === 'seg').length;
}

export interface TagState {
  /** The beginning of a tag that is being typed: `<`, `</p`, `[SE`; empty where none is. */
  readonly fragment: string;
  /** Where it begins, or the cursor. */
  readonly at: number;
  /** The `<p>` that is open there. */
  readonly open: Token | undefined;
  /** The `</p>` right before it, which has no `[SEG]` yet. */
  readonly close: Token | undefined;
}

const TAGS: readonly string[] = ['<p>', '</p>', '[SEG]', '<image>', '<IMAGE>'];

export function tagState({ text, cursor }: TurnPlace): TagState {
  const at = fragmentStart(text, cursor);
  let open: Token | undefined;
  let close: Token | undefined;
  for (const token of scan(text.slice(0, at))) {
    if (token.kind === 'open') [open, close] = [token, undefined];
    else if (token.kind === 'close') [open, close] = [undefined, token];
    else if (token.kind === 'seg') [open, close] = [undefined, undefined];
  }
  if (close !== undefined && text.slice(close.end, at).trim() !== '') close = undefined;
  return { fragment: text.slice(at, cursor), at, open, close };
}

function fragmentStart(text: string, cursor: number): number {
  for (let at = cursor - 1; at >= 0 && at >= cursor - 6; at--) {
    if (text[at] !== '<' && text[at] !== '[') continue;
    const written = text.slice(at, cursor);
    return TAGS.some((tag) => tag !== written && tag.startsWith(written)) ? at : cursor;
  }
  return cursor;
}

/**
 * Where a sentence begins of which the text before the cursor holds the first characters; the cursor itself where it
 * holds none. Case does not matter.
 */
export function typedStart(text: string, cursor: number, sentence: string): number {
  const from = Math.max(0, cursor - Math.min(sentence.length, LONGEST_TYPED));
  const before = text.slice(from, cursor).toLowerCase();
  const wanted = sentence.toLowerCase();
  for (let at = 0; at < before.length; at++) {
    if (wanted.startsWith(before.slice(at)) && !isWordCharacter(text, from + at - 1)) return from + at;
  }
  return cursor;
}

/** Where the word begins that ends at the cursor. */
export function wordStart(text: string, cursor: number): number {
  let at = cursor;
  while (at > 0 && isWordCharacter(text, at - 1)) at--;
  return at;
}

export function isWordCharacter(text: string, at: number): boolean {
  return at >= 0 && at < text.length && /[\p{L}\p{N}_'\u2019-]/u.test(text[at]!);
}
