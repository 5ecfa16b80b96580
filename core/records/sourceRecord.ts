/**
 * One record as it stands in a file: its values, and the way back from each of them to its place in the source. The
 * three file kinds have one implementation each; nothing above this layer knows which one it reads.
 */
import { parseAnswer, parseQuestion } from '../text/answer.ts';
import type { AnswerTree } from '../text/tree.ts';
import type { Arranged } from './arrangeItems.ts';
import type { Span, SpanEdit } from './position.ts';

export type Path = readonly (string | number)[];

/** The key, or the value behind it; of a key that stands twice the last one counts, and `firstKey` is the one in front. */
export type Part = 'key' | 'value' | 'firstKey';

export interface SyntaxProblem extends Span {
  readonly message: string;
}

/** Something of the record to change, in terms that hold for each file kind. */
export type RecordEdit =
  /** Replaces a stretch of a turn's plain text. */
  | {
      readonly kind: 'text';
      readonly turn: number;
      readonly start: number;
      readonly end: number;
      readonly newText: string;
    }
  | { readonly kind: 'removeMask'; readonly index: number }
  /** Sets a value; a last key that is missing is added. */
  | { readonly kind: 'set'; readonly path: Path; readonly value: unknown }
  | { readonly kind: 'renameKey'; readonly path: Path; readonly to: string }
  /** Adds items at the end of a list; the list itself is added where it is missing. */
  | { readonly kind: 'append'; readonly path: Path; readonly values: readonly unknown[] }
  /** Takes a key and its value out of an object. */
  | { readonly kind: 'removeKey'; readonly path: Path }
  /** Makes a list hold these items; those that stay are moved as they are written. */
  | { readonly kind: 'arrange'; readonly path: Path; readonly items: readonly Arranged[] };

/** An edit that does not depend on the others, and is one edit of the source. */
export type SingleEdit = Exclude<RecordEdit, { kind: 'removeMask' | 'arrange' }>;
export type ArrangeEdit = Extract<RecordEdit, { kind: 'arrange' }>;

export interface SourceTurn {
  /** Its position among the conversation's items. */
  readonly index: number;
  /** `undefined` for a speaker that the format does not know. */
  readonly role: 'human' | 'gpt' | undefined;
  readonly text: string;
  readonly tree: AnswerTree;
}

export interface SourceRecord {
  /** The record's stretch of the file; all spans are offsets into it. */
  readonly source: string;
  /** The record is a line of a `.uscdf.jsonl`. */
  readonly isLine: boolean;
  /** The record's value; `undefined` where it does not parse (see `problems`). */
  readonly value: unknown;
  /** Every key that a record needs is there, and each is of its type; `false` proves no fault. */
  readonly plain: boolean;
  readonly problems: readonly SyntaxProblem[];
  readonly turns: readonly SourceTurn[];
  /** Where a value or its key stands; the nearest enclosing value for a path that is not there. */
  locate(path: Path, part?: Part): Span;
  /** The keys that stand twice in one object, each once. */
  repeatedKeys(): readonly Path[];
  /** Where a stretch of a turn's plain text stands. */
  locateText(turn: number, span: Span): Span;
  /** The turn, and the place in its plain text, at a source offset. */
  turnAt(offset: number): { readonly turn: SourceTurn; readonly offset: number } | undefined;
  /** The smallest source edits that do what is asked; `undefined` where the file kind cannot hold it. */
  edit(edits: readonly RecordEdit[]): readonly SpanEdit[] | undefined;
}

/** A turn whose text is parsed when it is first looked at. */
export class LazyTurn implements SourceTurn {
  private parsed: AnswerTree | undefined;

  constructor(
    readonly index: number,
    readonly role: 'human' | 'gpt' | undefined,
    readonly text: string,
  ) {}

  get tree(): AnswerTree {
    this.parsed ??= this.role === 'human' ? parseQuestion(this.text) : parseAnswer(this.text);
    return this.parsed;
  }
}

/** Makes the source edits of record edits. Masks that go are looked at together: their commas depend on each other. */
export function makeEdits(
  edits: readonly RecordEdit[],
  removeMasks: (indices: ReadonlySet<number>) => readonly SpanEdit[],
  makeOne: (edit: SingleEdit) => SpanEdit | undefined,
  arrange: (edit: ArrangeEdit) => readonly SpanEdit[] | undefined,
): readonly SpanEdit[] | undefined {
  const removed = edits.flatMap((edit) => (edit.kind === 'removeMask' ? [edit.index] : []));
  const made: SpanEdit[] = removed.length === 0 ? [] : [...removeMasks(new Set(removed))];
  for (const edit of edits) {
    if (edit.kind === 'removeMask') continue;
    const one = edit.kind === 'arrange' ? arrange(edit) : makeOne(edit);
    if (one === undefined) return undefined;
    if ('newText' in one) made.push(one);
    else for (const each of one) made.push(each);
  }
  return made;
}
