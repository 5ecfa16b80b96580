/**
 * Documents whose text says where the cursor stands and which ranges are expected: `‸` is the cursor, `⟦` and `⟧` are the
 * ends of a range. The marks stand in a record's values, so that the same fixture serves each file kind.
 */
import { type FileKind, UscdfDocument } from '../records/document.ts';
import { LineOffsets } from '../records/lineStore.ts';
import type { Position, Range } from '../records/position.ts';
import { writeFile } from '../records/writeRecord.ts';

export interface Marked {
  readonly document: UscdfDocument;
  readonly cursor: Position;
  /** In the order of their beginnings; of two that begin together the longer one first. */
  readonly ranges: readonly Range[];
}

const MARKS = /[‸⟦⟧]/g;

/** A marked text as a document. Throws where it has no cursor, or a range has one end only. */
export function marked(kind: FileKind, text: string): Marked {
  const plain = text.replace(MARKS, '');
  const offsets = new LineOffsets(plain);
  const open: number[] = [];
  const spans: { readonly start: number; readonly end: number }[] = [];
  let cursor: number | undefined;
  let seen = 0;
  for (const { 0: mark, index } of text.matchAll(MARKS)) {
    const at = index - seen++;
    if (mark === '‸') cursor = at;
    else if (mark === '⟦') open.push(at);
    else spans.push({ start: open.pop() ?? fail(`A ⟧ has no ⟦: ${text}`), end: at });
  }
  if (open.length > 0) fail(`A ⟦ has no ⟧: ${text}`);
  spans.sort((a, b) => a.start - b.start || b.end - a.end);
  return {
    document: new UscdfDocument(kind, plain),
    cursor: offsets.position(cursor ?? fail(`There is no ‸: ${text}`)),
    ranges: spans.map((span) => offsets.range(span)),
  };
}

/** Records whose values carry marks, as a file of a kind. */
export function markedRecords(kind: FileKind, ...records: readonly Readonly<Record<string, unknown>>[]): Marked {
  return marked(kind, textOf(kind, records));
}

export function textOf(kind: FileKind, records: readonly Readonly<Record<string, unknown>>[]): string {
  const text = writeFile(kind, records);
  return text.ok ? text.value : fail(text.message);
}

function fail(message: string): never {
  throw new Error(message);
}
