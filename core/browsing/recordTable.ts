/**
 * The index of a dataset of any size: where each record stands, and its facts, in columns of about 60 bytes a record. Places
 * are known first, all of them; facts follow, from the first record on.
 */
import { COLUMN_NAMES, copyColumns, type FactBlock, type FactColumns, makeColumns, widthOf } from './facts.ts';

/** Where a record stands. */
export interface RecordPlace {
  /** The index of its file. */
  readonly file: number;
  /** The byte where its line begins; the record's index in a file whose records are no lines. */
  readonly offset: number;
  /** Bytes of the line, without its ending; 0 in a file whose records are no lines. */
  readonly length: number;
  /** From 0. */
  readonly line: number;
}

const FIRST_ROOM = 1 << 12;
const LONGEST = 0xffffffff;

export class RecordTable {
  /** Records whose places are known. */
  size = 0;
  /** Records whose facts are known: the first ones. */
  known = 0;
  columns: FactColumns = makeColumns(FIRST_ROOM);
  ids = new Uint8Array(FIRST_ROOM);
  idEnds = new Uint32Array(FIRST_ROOM);
  private offsets = new Float64Array(FIRST_ROOM);
  private lengths = new Uint32Array(FIRST_ROOM);
  private lines = new Uint32Array(FIRST_ROOM);
  private files = new Uint16Array(FIRST_ROOM);

  /** Takes in the place of the next record. */
  addPlace(file: number, offset: number, length: number, line: number): void {
    const at = this.size;
    if (at === this.offsets.length) this.growPlaces();
    this.files[at] = file;
    this.offsets[at] = offset;
    this.lengths[at] = Math.min(length, LONGEST);
    this.lines[at] = line;
    this.size = at + 1;
  }

  /** Takes in the facts of the next records; those of records without a place are dropped. */
  addFacts(block: FactBlock): void {
    const count = Math.min(block.count, this.size - this.known);
    this.growFacts();
    copyColumns(block.columns, count, this.columns, this.known);
    const start = this.known === 0 ? 0 : this.idEnds[this.known - 1]!;
    const length = count === 0 ? 0 : block.idEnds[count - 1]!;
    this.ids = withRoom(this.ids, start + length, start);
    this.ids.set(block.ids.subarray(0, length), start);
    for (let i = 0; i < count; i++) this.idEnds[this.known + i] = start + block.idEnds[i]!;
    this.known += count;
  }

  place(record: number): RecordPlace {
    return {
      file: this.files[record]!,
      offset: this.offsets[record]!,
      length: this.lengths[record]!,
      line: this.lines[record]!,
    };
  }

  fileOf(record: number): number {
    return this.files[record]!;
  }

  /** The record whose line begins at a byte of a file; `undefined` where none does. */
  recordAt(file: number, offset: number): number | undefined {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = this.files[middle]! - file || this.offsets[middle]! - offset;
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return low < this.size && this.files[low] === file && this.offsets[low] === offset ? low : undefined;
  }

  private growPlaces(): void {
    const room = 2 * this.offsets.length;
    this.offsets = withRoom(this.offsets, room, this.size);
    this.lengths = withRoom(this.lengths, room, this.size);
    this.lines = withRoom(this.lines, room, this.size);
    this.files = withRoom(this.files, room, this.size);
  }

  /** Facts come when most places are known, so that their columns grow once and not by doubling. */
  private growFacts(): void {
    if (this.idEnds.length >= this.size) return;
    const columns = makeColumns(this.size);
    for (const name of COLUMN_NAMES) columns[name].set(this.columns[name].subarray(0, this.known * widthOf(name)));
    this.columns = columns;
    const idEnds = new Uint32Array(this.size);
    idEnds.set(this.idEnds.subarray(0, this.known));
    this.idEnds = idEnds;
  }
}

type Column = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** The column itself where it is large enough, else a larger one that begins with its first `used` entries. */
function withRoom<C extends Column>(column: C, needed: number, used: number): C {
  if (needed <= column.length) return column;
  const larger = new (column.constructor as new (length: number) => C)(
    Math.max(needed, Math.ceil(1.5 * column.length)),
  );
  larger.set(column.subarray(0, used));
  return larger;
}
