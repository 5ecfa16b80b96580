/** The records of a `.uscdf.jsonl` on disk, for the rules that compare records: ids are kept, records are read again. */
import { RecordCell } from '../../core/records/document.ts';
import { type FileRecords, fileKeysOf, type PlacedRecord } from '../../core/records/fileRecords.ts';
import type { LineFile, StreamedRecord } from '../recordStream.ts';

/** Where a record's line stands. */
export interface RecordPlace {
  readonly byteOffset: number;
  readonly line: number;
}

export class DiskRecords implements FileRecords {
  whole = true;
  private readonly firsts = new Map<string, RecordPlace>();
  /** The records that a rule of scope `file` could find something in. */
  readonly pending: RecordPlace[] = [];
  private checked: { readonly place: RecordPlace; readonly cell: RecordCell } | undefined;

  constructor(private readonly file: LineFile) {}

  /** Takes in the next record of the file. */
  add({ byteOffset, line }: RecordPlace, cell: RecordCell): void {
    if (cell.record.problems.length > 0) this.whole = false;
    const { id, links } = fileKeysOf(cell.record);
    const place = { byteOffset, line };
    const isFirst = id === undefined || !this.firsts.has(id);
    if (links || !isFirst) this.pending.push(place);
    if (id !== undefined && isFirst) this.firsts.set(id, place);
  }

  /** Reads a pending record again, which is the one that is checked from now on. */
  check(place: RecordPlace): RecordCell | undefined {
    const cell = this.read(place);
    this.checked = cell === undefined ? undefined : { place, cell };
    return cell;
  }

  first(id: string): PlacedRecord | undefined {
    const place = this.firsts.get(id);
    if (place === undefined) return undefined;
    return place.byteOffset === this.checked?.place.byteOffset ? this.checked.cell : this.read(place);
  }

  private read({ byteOffset, line }: RecordPlace): RecordCell | undefined {
    const record = this.file.recordAt(byteOffset, line);
    return record && cellOf(record);
  }
}

export function cellOf({ source, line, character }: StreamedRecord): RecordCell {
  return new RecordCell('jsonl', source, { line, character });
}
