/** What stands at a place of a record, for the features that follow it: a name, a `[SEG]`, a tag, a mask, a key's value. */
import type { RecordCell, UscdfDocument } from '../records/document.ts';
import { isObject } from '../records/isObject.ts';
import type { Position, Span } from '../records/position.ts';
import type { SourceTurn } from '../records/sourceRecord.ts';
import type { Token } from '../text/scan.ts';
import { type IndexedPhrase, type Mention, mentionsOf, type RecordMentions } from './mentions.ts';

export type Pointed =
  /** The words of a phrase, or another name of what it shows. */
  | { readonly kind: 'mention'; readonly mention: Mention; readonly span: Span }
  | { readonly kind: 'seg'; readonly mask: number; readonly span: Span }
  /** A tag or a token without a mask. */
  | { readonly kind: 'token'; readonly turn: SourceTurn; readonly token: Token; readonly span: Span }
  | { readonly kind: 'mask'; readonly mask: number; readonly span: Span }
  | { readonly kind: 'id' | 'parent'; readonly id: string; readonly span: Span }
  /** The path of an image, a sidecar or a label map, as written. */
  | { readonly kind: 'file'; readonly path: string; readonly span: Span };

export interface PointedRecord {
  readonly cell: RecordCell;
  readonly record: RecordMentions;
  /** The place as an offset into the record's source. */
  readonly offset: number;
}

/** The record at a position; `undefined` where there is none, or where it does not parse. */
export function recordAt(document: UscdfDocument, position: Position): PointedRecord | undefined {
  const cell = document.cellAt(position);
  if (cell === undefined || cell.record.problems.length > 0) return undefined;
  return { cell, record: mentionsOf(cell.record), offset: cell.offsetAt(position) };
}

/** What stands at a place of a record; of two things that meet there, the one that says more. */
export function pointedAt({ record, offset }: PointedRecord): Pointed | undefined {
  const mention = record.at(offset);
  if (mention !== undefined) return { kind: 'mention', mention, span: mention.whole };
  const inTurn = record.source.turnAt(offset);
  if (inTurn !== undefined) return tokenAt(record, inTurn.turn, inTurn.offset);
  return valueAt(record, offset) ?? maskAt(record, offset);
}

/** The phrase that a mask belongs to. */
export function phraseOfMask(record: RecordMentions, mask: number): IndexedPhrase | undefined {
  const seg = record.model.segs[mask]?.seg;
  return seg === undefined ? undefined : record.phrases.find(({ phrase }) => phrase.segs.includes(seg));
}

function tokenAt(record: RecordMentions, turn: SourceTurn, offset: number): Pointed | undefined {
  const token = turn.tree.tokens.find(({ start, end }) => offset >= start && offset <= end);
  if (token === undefined) return undefined;
  const span = record.source.locateText(turn.index, token);
  const mask = token.kind === 'seg' ? record.model.segs.findIndex(({ seg }) => seg.token === token) : -1;
  return mask < 0 ? { kind: 'token', turn, token, span } : { kind: 'seg', mask, span };
}

function valueAt(record: RecordMentions, offset: number): Pointed | undefined {
  for (const kind of ['id', 'parent'] as const) {
    const id = record.model.data[kind];
    const span = record.source.locate([kind]);
    if (typeof id === 'string' && holds(span, offset)) return { kind, id, span };
  }
  for (const key of ['image', 'masks']) {
    const path = record.model.data[key];
    const span = record.source.locate([key]);
    if (typeof path === 'string' && holds(span, offset)) return { kind: 'file', path, span };
  }
  return undefined;
}

function maskAt(record: RecordMentions, offset: number): Pointed | undefined {
  const { masks } = record.model.data;
  if (!Array.isArray(masks) || !holds(record.source.locate(['masks']), offset)) return undefined;
  for (const [mask, value] of masks.entries()) {
    const span = record.source.locate(['masks', mask]);
    if (!holds(span, offset)) continue;
    const path = isObject(value) ? value['file'] : undefined;
    const file = record.source.locate(['masks', mask, 'file']);
    if (typeof path === 'string' && holds(file, offset)) return { kind: 'file', path, span: file };
    return { kind: 'mask', mask, span };
  }
  return undefined;
}

function holds({ start, end }: Span, offset: number): boolean {
  return offset >= start && offset <= end;
}
