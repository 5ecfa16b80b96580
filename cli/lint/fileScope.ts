/** Compares the records of a `.uscdf.jsonl` with each other, holding a few words of each and none of them. */
import { ResourceCache } from '../../core/files/resourceCache.ts';
import { RecordCell } from '../../core/records/document.ts';
import type { FileRecords, PlacedRecord } from '../../core/records/fileRecords.ts';
import type { DiskFiles } from '../../server/files.ts';
import { LineFile } from '../../server/recordStream.ts';
import { Batch, findingsOf, idOf } from './findings.ts';
import { hashOf } from './ids.ts';
import type { CheckSettings, Emit, IdBlock } from './task.ts';
import { loadCompared } from './whole.ts';

/** Words of one kind, one a record, in pieces, so that growing copies nothing. */
const PIECE = 1 << 16;
const MASK = PIECE - 1;

interface Piece {
  readonly low: Uint32Array;
  readonly high: Uint32Array;
  readonly offsets: Float64Array;
  readonly lines: Uint32Array;
  readonly links: Uint8Array;
}

/** Where the records of a file are and what their ids hash to: 21 bytes a record. */
export class RecordIndex {
  /** Every record could be read; where one could not, an id that is not found may be its id. */
  whole = true;
  size = 0;
  hasLinks = false;
  private readonly pieces: Piece[] = [];

  /** Takes in the next records; `firstLine` is the file's line that the block calls 0. */
  add(block: IdBlock, firstLine: number): void {
    for (let i = 0; i < block.offsets.length; i++) {
      const at = this.size & MASK;
      if (at === 0) this.pieces.push(emptyPiece());
      const piece = this.pieces[this.pieces.length - 1]!;
      piece.low[at] = block.hashes[2 * i]!;
      piece.high[at] = block.hashes[2 * i + 1]!;
      piece.offsets[at] = block.offsets[i]!;
      piece.lines[at] = block.lines[i]! + firstLine;
      piece.links[at] = block.links[i]!;
      if (block.links[i] === 1) this.hasLinks = true;
      this.size++;
    }
  }

  /** Finds each record that may have the id of an earlier one. */
  look(): FirstIds {
    return new FirstIds(this);
  }

  low(record: number): number {
    return this.pieces[record >>> 16]!.low[record & MASK]!;
  }

  high(record: number): number {
    return this.pieces[record >>> 16]!.high[record & MASK]!;
  }

  links(record: number): boolean {
    return this.pieces[record >>> 16]!.links[record & MASK] === 1;
  }

  place(record: number): { readonly byteOffset: number; readonly line: number } {
    const { offsets, lines } = this.pieces[record >>> 16]!;
    return { byteOffset: offsets[record & MASK]!, line: lines[record & MASK]! };
  }
}

function emptyPiece(): Piece {
  return {
    low: new Uint32Array(PIECE),
    high: new Uint32Array(PIECE),
    offsets: new Float64Array(PIECE),
    lines: new Uint32Array(PIECE),
    links: new Uint8Array(PIECE),
  };
}

/** The first record with each hash, in a table of open addresses. */
class FirstIds {
  /** Records whose hash an earlier one has. */
  readonly repeated: number[] = [];
  private readonly table: Uint32Array;
  private readonly mask: number;
  /** The repeated records by their hash. */
  private later: ReadonlyMap<string, readonly number[]> | undefined;

  constructor(private readonly index: RecordIndex) {
    let slots = 16;
    while (slots * 3 < index.size * 4) slots *= 2;
    this.table = new Uint32Array(slots);
    this.mask = slots - 1;
    for (let record = 0; record < index.size; record++) {
      const slot = this.slotOf(index.low(record), index.high(record));
      if (this.table[slot] === 0) this.table[slot] = record + 1;
      else this.repeated.push(record);
    }
  }

  /** The records with a hash, the first one first. */
  *candidates(low: number, high: number): Generator<number> {
    const found = this.table[this.slotOf(low, high)]!;
    if (found === 0) return;
    yield found - 1;
    // Reached only where two ids have one hash, or the record has changed on disk meanwhile.
    this.later ??= this.groupRepeated();
    yield* this.later.get(hashKey(low, high)) ?? [];
  }

  private groupRepeated(): ReadonlyMap<string, readonly number[]> {
    const groups = new Map<string, number[]>();
    for (const record of this.repeated) {
      const key = hashKey(this.index.low(record), this.index.high(record));
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [record]);
      else group.push(record);
    }
    return groups;
  }

  /** The slot that holds the hash, or the empty one where it would stand. */
  private slotOf(low: number, high: number): number {
    for (let slot = low & this.mask; ; slot = (slot + 1) & this.mask) {
      const found = this.table[slot]!;
      if (found === 0 || (this.index.low(found - 1) === low && this.index.high(found - 1) === high)) return slot;
    }
  }
}

function hashKey(low: number, high: number): string {
  return `${low} ${high}`;
}

/** How much text of records is remembered. */
const MAX_REMEMBERED = 8e6;

/** The records of a file on disk, read again when a rule asks for them. */
class DiskRecords implements FileRecords {
  private readonly remembered = new Map<number, RecordCell>();
  private length = 0;

  constructor(
    private readonly file: LineFile,
    private readonly index: RecordIndex,
    private readonly firsts: FirstIds,
  ) {}

  get whole(): boolean {
    return this.index.whole;
  }

  first(id: string): PlacedRecord | undefined {
    const [low, high] = hashOf(id);
    for (const record of this.firsts.candidates(low, high)) {
      const cell = this.at(record);
      if (cell !== undefined && idOf(cell.record.value) === id) return cell;
    }
    return undefined;
  }

  /** One and the same object as long as nobody calls `giveBack`; `undefined` where the file has changed meanwhile. */
  at(record: number): RecordCell | undefined {
    const known = this.remembered.get(record);
    if (known !== undefined) return known;
    const { byteOffset, line } = this.index.place(record);
    const read = this.file.recordAt(byteOffset, line);
    if (read === undefined) return undefined;
    const cell = new RecordCell('jsonl', read.source, read);
    this.remembered.set(record, cell);
    this.length += cell.source.length;
    return cell;
  }

  /** Lets go of what is remembered where it is much. */
  giveBack(): void {
    if (this.length < MAX_REMEMBERED) return;
    this.remembered.clear();
    this.length = 0;
  }
}

/**
 * Runs the rules of scope `file` over the records of a `.uscdf.jsonl` that could break one: those that name another, and
 * repeated ids. Rejects with a `RecordStreamError` where the file cannot be read.
 */
export async function compareRecords(
  path: string,
  index: RecordIndex,
  settings: CheckSettings,
  files: DiskFiles,
  emit: Emit,
): Promise<void> {
  const firsts = index.look();
  if (firsts.repeated.length === 0 && !index.hasLinks) return;
  const file = await LineFile.open(path);
  try {
    await compareSuspects(
      new DiskRecords(file, index, firsts),
      suspects(index, firsts.repeated),
      settings,
      files,
      emit,
    );
  } finally {
    await file.close();
  }
}

async function compareSuspects(
  records: DiskRecords,
  suspected: Iterable<number>,
  settings: CheckSettings,
  files: DiskFiles,
  emit: Emit,
): Promise<void> {
  const batch = new Batch(emit);
  let resources = new ResourceCache(files);
  let compared = 0;
  for (const record of suspected) {
    const cell = records.at(record);
    if (cell === undefined) continue;
    await loadCompared(cell, records, settings, resources);
    const { severities } = settings;
    batch.add(findingsOf(cell, { scopes: ['file'], severities, resources, file: records }, settings));
    if (batch.isFull) await batch.flush();
    records.giveBack();
    // What records refer to is forgotten now and then, so that no file of records can fill the memory with it.
    if (++compared % 1000 === 0) resources = new ResourceCache(files);
  }
  await batch.flush();
}

/** The records with links and the repeated ones, in the order of the file, each once. */
function* suspects(index: RecordIndex, repeated: readonly number[]): Generator<number> {
  let next = 0;
  for (let record = 0; record < index.size; record++) {
    const isRepeated = repeated[next] === record;
    if (isRepeated) next++;
    if (isRepeated || index.links(record)) yield record;
  }
}
