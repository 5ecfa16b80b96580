/**
 * The records of a file that belong together: a root, and the subtrees that name it as their `parent`. Looked up when
 * somebody asks; only records whose source holds the id are parsed, so that a large file costs one search of its text.
 */
import type { RecordCell, UscdfDocument } from '../records/document.ts';
import { isObject } from '../records/isObject.ts';
import { type Mention, mentionsOf } from './mentions.ts';

/** A mention with its record. */
export interface FamilyMention {
  readonly cell: RecordCell;
  readonly mention: Mention;
}

/** The first record with this id. */
export function recordWithId(document: UscdfDocument, id: string): RecordCell | undefined {
  return document.cells.find((cell) => mayHold(cell, id) && idIn(cell, 'id') === id);
}

/** The records that name this id as their `parent`, in the order of the file. */
export function recordsUnder(document: UscdfDocument, id: string): readonly RecordCell[] {
  return document.cells.filter((cell) => mayHold(cell, id) && idIn(cell, 'parent') === id);
}

/**
 * Every mention of what is named `key` in a record. A subtree is about the phrase that its `target` names: there the
 * record's own mentions, its parent's and its siblings' are of one thing.
 */
export function familyMentions(document: UscdfDocument, cell: RecordCell, key: string): readonly FamilyMention[] {
  const root = rootOf(document, cell, key);
  const { id } = mentionsOf(root.record).model;
  const children =
    id === undefined || id === '' ? [] : recordsUnder(document, id).filter((child) => isAbout(child, key));
  const members = new Set([root, ...children, cell]);
  return document.cells.flatMap((member) =>
    members.has(member)
      ? mentionsOf(member.record)
          .named(key)
          .map((mention) => ({ cell: member, mention }))
      : [],
  );
}

function rootOf(document: UscdfDocument, cell: RecordCell, key: string): RecordCell {
  const parent = isAbout(cell, key) ? idIn(cell, 'parent') : undefined;
  return (typeof parent === 'string' && parent !== '' ? recordWithId(document, parent) : undefined) ?? cell;
}

function isAbout(cell: RecordCell, key: string): boolean {
  return mentionsOf(cell.record).all.some((mention) => mention.role === 'target' && mention.key === key);
}

function idIn({ record }: RecordCell, key: 'id' | 'parent'): unknown {
  return isObject(record.value) ? record.value[key] : undefined;
}

const WRITTEN_AS_IS = /^[\w.: -]*$/;

/** Whether a record can hold an id; one that some writers escape may stand there in another spelling. */
function mayHold(cell: RecordCell, id: string): boolean {
  return !WRITTEN_AS_IS.test(id) || cell.source.includes(id);
}
