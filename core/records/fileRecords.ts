/** The records of one file, as a rule that compares records sees them. */
import type { RecordCell } from './document.ts';
import { isObject } from './isObject.ts';
import type { Range, Span } from './position.ts';
import type { SourceRecord } from './sourceRecord.ts';

/** A record with its place in the file. */
export interface PlacedRecord {
  readonly record: SourceRecord;
  /** The file's range of a stretch of the record's source. */
  rangeOf(span: Span): Range;
}

export interface FileRecords {
  /**
   * The first record of the file with an id; `undefined` where there is none. For the record that is being checked it
   * is the very object that is checked: this is how a rule knows that the record itself is the first.
   */
  first(id: string): PlacedRecord | undefined;
  /** Every record of the file could be read. Where one could not, an id that is not found may be its id. */
  readonly whole: boolean;
}

/** What a file has to remember of a record so that the others can be compared with it. */
export interface FileKeys {
  /** `undefined` where it is missing, no text, or the record does not parse. */
  readonly id: string | undefined;
  /** The id of the record that it is a part of. */
  readonly parent: string | undefined;
  /** It names another record, or a phrase of one. */
  readonly links: boolean;
}

/**
 * The keys of a record that rules of scope `file` look at. A record without links whose id is the first of its kind in
 * the file has no finding of that scope, so a pass over a large file keeps ids, and returns to the other records alone.
 */
export function fileKeysOf({ value }: SourceRecord): FileKeys {
  if (!isObject(value)) return { id: undefined, parent: undefined, links: false };
  const { id, parent, target } = value;
  return { id: textOf(id), parent: textOf(parent), links: parent !== undefined || target !== undefined };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The records of a document that is held in memory. Its cells are added in reading order. */
export class CellRecords implements FileRecords {
  whole = true;
  private readonly firsts = new Map<string, RecordCell>();

  /** Takes in the next record; returns whether a rule of scope `file` could find anything in it. */
  add(cell: RecordCell): boolean {
    if (cell.record.problems.length > 0) this.whole = false;
    const { id, links } = fileKeysOf(cell.record);
    if (id === undefined) return links;
    if (this.firsts.has(id)) return true;
    this.firsts.set(id, cell);
    return links;
  }

  first(id: string): PlacedRecord | undefined {
    return this.firsts.get(id);
  }
}
