/**
 * Where what stands at the cursor is defined: a `[SEG]` and its phrase by their mask, a mask by its `[SEG]`, a referent by
 * the answer's phrase or denial, a `parent` by its record, a `target` by the parent's phrase, a path by its file.
 */
import type { RecordCell, UscdfDocument } from '../records/document.ts';
import { LineOffsets } from '../records/lineStore.ts';
import type { Position, Range, Span } from '../records/position.ts';
import { splitJson } from '../records/split.ts';
import { recordWithId } from './family.ts';
import { type Mention, mentionsOf, type RecordMentions } from './mentions.ts';
import { type PointedRecord, pointedAt, recordAt } from './pointedAt.ts';

export type DefinitionTarget =
  /** In the document itself: all of it, and what of it to select. */
  | { readonly kind: 'here'; readonly range: Range; readonly selection: Range }
  /** A file that the record names, by the path as written; of a sidecar the mask with this index. */
  | { readonly kind: 'file'; readonly path: string; readonly item: number | undefined };

export interface Definition {
  /** What the cursor is on. */
  readonly origin: Range;
  readonly targets: readonly DefinitionTarget[];
}

/** A definition without targets is none, and `undefined`. */
export function definition(document: UscdfDocument, position: Position): Definition | undefined {
  const at = recordAt(document, position);
  const pointed = at === undefined ? undefined : pointedAt(at);
  if (at === undefined || pointed === undefined) return undefined;
  const targets = targetsOf(document, at, pointed);
  return targets.length === 0 ? undefined : { origin: at.cell.rangeOf(pointed.span), targets };
}

/** Where an item of a JSON list stands in its file; the file's beginning where it has no such item. */
export function listItemRange(text: string, index: number): Range {
  const span = splitJson(text).spans[index];
  const start = { line: 0, character: 0 };
  return span === undefined || !text.trimStart().startsWith('[')
    ? { start, end: start }
    : new LineOffsets(text).range(span);
}

function targetsOf(
  document: UscdfDocument,
  { cell, record }: PointedRecord,
  pointed: NonNullable<ReturnType<typeof pointedAt>>,
): readonly DefinitionTarget[] {
  switch (pointed.kind) {
    case 'mention':
      return definesMention(document, cell, record, pointed.mention);
    case 'seg':
      return maskTarget(cell, record, pointed.mask);
    case 'mask':
      return segTarget(cell, record, pointed.mask);
    case 'id':
    case 'parent': {
      const named = recordWithId(document, pointed.id);
      return named === undefined ? [] : [here(named, named.record.locate(['id']), named.range)];
    }
    case 'file':
      return [{ kind: 'file', path: pointed.path, item: undefined }];
    case 'token':
      return [];
  }
}

function definesMention(
  document: UscdfDocument,
  cell: RecordCell,
  record: RecordMentions,
  { role, key, mask }: Mention,
): readonly DefinitionTarget[] {
  switch (role) {
    case 'phrase':
      return mask === undefined ? [] : maskTarget(cell, record, mask);
    case 'label':
      return mask === undefined ? [] : segTarget(cell, record, mask);
    case 'question':
      return firstOf(cell, key, ['phrase', 'clause']);
    case 'negatives':
      return firstOf(cell, key, ['clause', 'question']);
    case 'clause':
      return firstOf(cell, key, ['question']);
    case 'target': {
      const { parent } = record.model.data;
      const root = typeof parent === 'string' ? recordWithId(document, parent) : undefined;
      return root === undefined ? [] : firstOf(root, key, ['phrase']);
    }
  }
}

/** The mentions of a name in the first of these roles that has any. */
function firstOf(cell: RecordCell, key: string, roles: readonly Mention['role'][]): readonly DefinitionTarget[] {
  const named = mentionsOf(cell.record).named(key);
  for (const role of roles) {
    const found = named.filter((mention) => mention.role === role);
    if (found.length > 0) return found.map(({ span }) => here(cell, span));
  }
  return [];
}

function maskTarget(cell: RecordCell, { model, source }: RecordMentions, mask: number): readonly DefinitionTarget[] {
  if (model.sidecar !== undefined) return [{ kind: 'file', path: model.sidecar, item: mask }];
  const { masks } = model.data;
  return Array.isArray(masks) && mask < masks.length ? [here(cell, source.locate(['masks', mask]))] : [];
}

function segTarget(cell: RecordCell, { model, source }: RecordMentions, mask: number): readonly DefinitionTarget[] {
  const placed = model.segs[mask];
  return placed === undefined ? [] : [here(cell, source.locateText(placed.turn.index, placed.seg.token))];
}

function here(cell: RecordCell, span: Span, range: Range = cell.rangeOf(span)): DefinitionTarget {
  return { kind: 'here', range, selection: cell.rangeOf(span) };
}
