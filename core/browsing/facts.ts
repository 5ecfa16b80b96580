/** What the dataset browser knows of each record without holding it: numbers in columns, made where records are read. */
import { area } from '../masks/runLengthMask.ts';
import { AREA_ENDS } from '../quality/statistics.ts';
import { isObject } from '../records/isObject.ts';
import { type RecordModel, TASKS } from '../records/recordModel.ts';
import { deniedReferents } from '../records/unanswered.ts';
import type { Finding } from '../rules/checkRecord.ts';
import { RULE_CODES } from '../rules/codes.ts';

/** Tasks by their code: `none` names none, `other` one that USCDF does not know. */
export const TASK_NAMES = ['none', ...TASKS, 'other'] as const;
/** What people have decided of a record, by its code; `none` where its provenance says nothing. */
export const REVIEW_STATES = ['none', 'draft', 'accepted', 'rejected'] as const;
export type ReviewState = (typeof REVIEW_STATES)[number];
export const AREA_BINS = AREA_ENDS.length;

/** The columns and how many entries a record has in each; counts end at the largest number that their entries hold. */
const LAYOUT = {
  /** An index into `TASK_NAMES`. */
  task: { of: Uint8Array, width: 1 },
  masks: { of: Uint16Array, width: 1 },
  phrases: { of: Uint16Array, width: 1 },
  /** Denied referents. */
  negatives: { of: Uint16Array, width: 1 },
  /** An index into `REVIEW_STATES`. */
  review: { of: Uint8Array, width: 1 },
  errors: { of: Uint8Array, width: 1 },
  warnings: { of: Uint8Array, width: 1 },
  /** A bit for each of `RULE_CODES` that found something: the first 32 rules in the first word. */
  rules: { of: Uint32Array, width: 2 },
  /** Masks by their share of the image, in the bins of `AREA_ENDS`. */
  areas: { of: Uint8Array, width: AREA_BINS },
} as const;

export type FactColumns = { -readonly [Name in keyof typeof LAYOUT]: InstanceType<(typeof LAYOUT)[Name]['of']> };
type ColumnName = keyof FactColumns;
export const COLUMN_NAMES = Object.keys(LAYOUT) as readonly ColumnName[];

/** Facts of records that follow each other; survives a structured clone, and its buffers can change hands. */
export interface FactBlock {
  readonly count: number;
  readonly columns: FactColumns;
  /** The ids in UTF-8, one after the other. */
  readonly ids: Uint8Array;
  /** Where each record's id ends in `ids`. */
  readonly idEnds: Uint32Array;
}

/** Longer ids are cut: they only put records in order. */
const MOST_ID_BYTES = 64;
const encoder = new TextEncoder();
const codes = new Map(RULE_CODES.map((code, index) => [code, index]));
const tasks = new Map<string, number>(TASK_NAMES.map((name, index) => [name, index]));
const OTHER = TASK_NAMES.length - 1;

/** The columns for so many records, all 0. */
export function makeColumns(records: number): FactColumns {
  const made: Partial<Record<ColumnName, unknown>> = {};
  for (const name of COLUMN_NAMES) made[name] = new LAYOUT[name].of(records * LAYOUT[name].width);
  return made as FactColumns;
}

/** How many entries of a column belong to one record. */
export function widthOf(name: ColumnName): number {
  return LAYOUT[name].width;
}

/** Writes the columns of some records behind each other into others, from record `at` on. */
export function copyColumns(from: FactColumns, records: number, to: FactColumns, at: number): void {
  for (const name of COLUMN_NAMES) {
    const { width } = LAYOUT[name];
    to[name].set(from[name].subarray(0, records * width), at * width);
  }
}

/** Gathers the facts of records, in their order. */
export class FactCollector {
  private count = 0;
  private columns = makeColumns(256);
  private ids = new Uint8Array(4096);
  private idLength = 0;
  private idEnds = new Uint32Array(256);

  add(record: RecordModel, findings: readonly Pick<Finding, 'code' | 'severity'>[]): void {
    const at = this.next();
    const { columns } = this;
    this.addId(record.id ?? '');
    this.addFindings(at, findings);
    if (record.source.problems.length > 0) return;
    columns.task[at] = taskCode(record.task);
    columns.review[at] = REVIEW_STATES.indexOf(reviewState(record));
    columns.phrases[at] = upTo(record.phrases.length, 0xffff);
    columns.negatives[at] = upTo(deniedCount(record), 0xffff);
    this.addMasks(at, record);
  }

  /** A record that cannot be read at all: all that is known of it is the finding `syntax`. */
  addBroken(): void {
    const at = this.next();
    this.addId('');
    this.addFindings(at, [{ code: 'syntax', severity: 'error' }]);
  }

  block(): FactBlock {
    const columns = makeColumns(this.count);
    for (const name of COLUMN_NAMES) columns[name].set(this.columns[name].subarray(0, this.count * LAYOUT[name].width));
    return {
      count: this.count,
      columns,
      ids: this.ids.slice(0, this.idLength),
      idEnds: this.idEnds.slice(0, this.count),
    };
  }

  private next(): number {
    const at = this.count++;
    if (at < this.idEnds.length) return at;
    const room = 2 * this.idEnds.length;
    const columns = makeColumns(room);
    copyColumns(this.columns, at, columns, 0);
    this.columns = columns;
    this.idEnds = grown(this.idEnds, new Uint32Array(room));
    return at;
  }

  private addId(id: string): void {
    if (this.idLength + MOST_ID_BYTES > this.ids.length)
      this.ids = grown(this.ids, new Uint8Array(2 * this.ids.length));
    const room = this.ids.subarray(this.idLength, this.idLength + MOST_ID_BYTES);
    this.idLength += encoder.encodeInto(id, room).written;
    this.idEnds[this.count - 1] = this.idLength;
  }

  private addFindings(at: number, findings: readonly Pick<Finding, 'code' | 'severity'>[]): void {
    if (findings.length === 0) return;
    let [errors, warnings] = [0, 0];
    const { rules } = this.columns;
    for (const { code, severity } of findings) {
      if (severity === 'error') errors++;
      else if (severity === 'warning') warnings++;
      const rule = codes.get(code);
      if (rule !== undefined) rules[2 * at + (rule >>> 5)]! |= 1 << (rule & 31);
    }
    this.columns.errors[at] = upTo(errors, 0xff);
    this.columns.warnings[at] = upTo(warnings, 0xff);
  }

  private addMasks(at: number, record: RecordModel): void {
    const { masks } = record;
    if (masks === undefined) return;
    this.columns.masks[at] = upTo(masks.length, 0xffff);
    const { areas } = this.columns;
    for (let mask = 0; mask < masks.length; mask++) {
      const reading = record.reading(mask);
      if (!reading.ok) continue;
      const pixels = area(reading.mask);
      if (pixels === 0) continue;
      const bin = AREA_BINS * at + areaBin(pixels / (reading.mask.height * reading.mask.width));
      if (areas[bin]! < 0xff) areas[bin]!++;
    }
  }
}

/** What the record's provenance says that people have decided. */
export function reviewState(record: RecordModel): ReviewState {
  const provenance = record.data['provenance'];
  const status = isObject(provenance) ? provenance['status'] : undefined;
  return REVIEW_STATES.find((state) => state === status) ?? 'none';
}

/** The referents that the answers of a record deny. */
export function deniedCount(record: RecordModel): number {
  let denied = 0;
  for (const turn of record.turns)
    if (turn.role === 'gpt' && turn.tree.clauses.length > 0) denied += deniedReferents(record, turn).length;
  return denied;
}

function taskCode(task: string | undefined): number {
  return task === undefined ? 0 : (tasks.get(task) ?? OTHER);
}

function areaBin(share: number): number {
  const bin = AREA_ENDS.findIndex((end) => share <= end);
  return bin < 0 ? AREA_BINS - 1 : bin;
}

function upTo(count: number, most: number): number {
  return count < most ? count : most;
}

function grown<Column extends Uint8Array | Uint32Array>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}
