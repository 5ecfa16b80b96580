/** What can be written at a place, before it is known how the file writes it. */
import type { Range, Span } from '../../records/position.ts';

export type CompletionKind = 'template' | 'phrase' | 'className' | 'key' | 'value' | 'file' | 'folder' | 'record';

/** A stop of the cursor, with the words that are selected there. */
export interface Stop {
  readonly stop: number;
  readonly text: string;
}

/** Text, and the stops that the cursor goes to one after the other. */
export type Piece = string | Stop;

export interface Proposal {
  readonly label: string;
  readonly kind: CompletionKind;
  /** A few words behind the label. */
  readonly detail?: string;
  /** What it takes the place of, in offsets of the field's text. */
  readonly replace: Span;
  readonly pieces: readonly Piece[];
  /** What the editor compares with what was typed; the inserted text without this. */
  readonly filter?: string;
  /** The editor asks again when it is taken: a folder's files come next. */
  readonly again?: boolean;
}

/** A text of the record in which somebody writes, and the way from it into the source. */
export interface Field {
  readonly text: string;
  readonly cursor: number;
  /** Where a stretch of the text stands in the record's source. */
  locate(span: Span): Span;
  /** A text as the source writes it there. */
  write(text: string): string;
  /** What the source needs around it: the quotes of a string that has none yet. */
  readonly around: readonly [string, string];
}

export interface CompletionItem {
  readonly label: string;
  readonly kind: CompletionKind;
  readonly detail: string;
  readonly range: Range;
  readonly newText: string;
  /** `newText` is a snippet of the language server protocol. */
  readonly isSnippet: boolean;
  readonly filterText: string;
  readonly sortText: string;
  readonly again: boolean;
}

export interface CompletionList {
  readonly items: readonly CompletionItem[];
  /** There is more, or other, to offer when more is typed. */
  readonly isIncomplete: boolean;
}

/** The words of a proposal, with what its stops hold. */
export function plainText(pieces: readonly Piece[]): string {
  return pieces.map((piece) => (typeof piece === 'string' ? piece : piece.text)).join('');
}

/** A proposal as the editor takes it. `rank` is its place in the list; without `snippets` the stops' words stay. */
export function toItem(
  proposal: Proposal,
  field: Field,
  range: Range,
  options: { readonly rank: number; readonly snippets: boolean },
): CompletionItem {
  const { label, kind, detail = '', pieces, again = false } = proposal;
  const plain = plainText(pieces);
  const isSnippet = options.snippets && pieces.some((piece) => typeof piece !== 'string');
  const [before, after] = field.around;
  const newText = isSnippet
    ? escapeSnippet(before) + pieces.map((piece) => writeSnippet(piece, field)).join('') + escapeSnippet(after)
    : before + field.write(plain) + after;
  return {
    label,
    kind,
    detail,
    range,
    newText,
    isSnippet,
    filterText: field.write(proposal.filter ?? plain.trimStart()),
    sortText: String(options.rank).padStart(4, '0'),
    again,
  };
}

function writeSnippet(piece: Piece, field: Field): string {
  if (typeof piece === 'string') return escapeSnippet(field.write(piece));
  const text = escapeSnippet(field.write(piece.text));
  return text === '' ? `$${piece.stop}` : `\${${piece.stop}:${text}}`;
}

function escapeSnippet(text: string): string {
  return text.replace(/[\\$}]/g, '\\$&');
}
