/** What a user looks at of a dataset: which records, and in which order. */
import { RULE_CODES } from '../rules/codes.ts';
import { AREA_BINS, REVIEW_STATES, TASK_NAMES } from './facts.ts';
import type { RecordTable } from './recordTable.ts';

export const SORTS = ['file', 'id', 'task', 'masks', 'phrases', 'findings'] as const;
export type Sort = (typeof SORTS)[number];

/** From `least` to `most`, both included; without an end there is none. */
export interface Range {
  readonly least?: number;
  readonly most?: number;
}

/** A record is shown where all that is asked for holds. */
export interface BrowseFilter {
  /** Stands in one of its phrases, or in its id; case and runs of blanks make no difference. */
  readonly text?: string;
  readonly task?: (typeof TASK_NAMES)[number];
  /** A rule that found something in it, or any, or none; `error` where there is an error. */
  readonly finding?: string;
  readonly review?: (typeof REVIEW_STATES)[number];
  readonly masks?: Range;
  readonly phrases?: Range;
  /** Whether it denies anything. */
  readonly denies?: boolean;
  /** It has a mask of this bin of `AREA_ENDS`. */
  readonly area?: number;
}

export interface BrowseView {
  readonly filter: BrowseFilter;
  readonly sort: Sort;
  readonly descending: boolean;
}

export const WHOLE_FILE: BrowseView = { filter: {}, sort: 'file', descending: false };
export const ANY_FINDING = 'any';
export const NO_FINDING = 'none';
export const ANY_ERROR = 'error';

/** Whether a view shows all records as they stand, so that no list of them is needed. */
export function isWholeFile({ filter, sort, descending }: BrowseView): boolean {
  return sort === 'file' && !descending && Object.values(filter).every((each) => each === undefined);
}

/** What a search found in the first records: 1 where the text stands. */
export interface Matches {
  readonly found: Uint8Array;
  /** How many records were searched. */
  readonly known: number;
}

/**
 * The records that a view shows, in its order, out of those whose facts are known. A million take some ten milliseconds; by id a
 * second.
 */
export function selectRecords(table: RecordTable, view: BrowseView, matches: Matches | undefined): Uint32Array {
  const { filter, sort, descending } = view;
  const chosen = chooseRecords(table, filter, matches);
  const sorted =
    sort === 'file' ? chosen : sort === 'id' ? sortById(table, chosen) : sortByKey(chosen, keysOf(table, sort));
  return descending ? sorted.reverse() : sorted;
}

function chooseRecords(table: RecordTable, filter: BrowseFilter, matches: Matches | undefined): Uint32Array {
  const { columns } = table;
  const known = matches === undefined ? table.known : Math.min(table.known, matches.known);
  const kept = new Uint8Array(known).fill(1);
  if (matches !== undefined) keep(kept, (i) => matches.found[i] === 1);
  if (filter.task !== undefined) {
    const task = TASK_NAMES.indexOf(filter.task);
    keep(kept, (i) => columns.task[i] === task);
  }
  if (filter.review !== undefined) {
    const review = REVIEW_STATES.indexOf(filter.review);
    keep(kept, (i) => columns.review[i] === review);
  }
  if (filter.masks !== undefined) keepRange(kept, columns.masks, filter.masks);
  if (filter.phrases !== undefined) keepRange(kept, columns.phrases, filter.phrases);
  if (filter.denies !== undefined) keepRange(kept, columns.negatives, filter.denies ? { least: 1 } : { most: 0 });
  const { area } = filter;
  if (area !== undefined) keep(kept, (i) => columns.areas[AREA_BINS * i + area]! > 0);
  if (filter.finding !== undefined) keep(kept, findingTest(table, filter.finding));
  return indicesOf(kept);
}

/** Filters one column after the other: each loop then reads one array, and stays fast. */
function keep(kept: Uint8Array, holds: (record: number) => boolean): void {
  for (let i = 0; i < kept.length; i++) if (kept[i] === 1 && !holds(i)) kept[i] = 0;
}

function keepRange(kept: Uint8Array, column: Uint16Array, { least = 0, most = Number.POSITIVE_INFINITY }: Range): void {
  keep(kept, (i) => column[i]! >= least && column[i]! <= most);
}

/** Whether a record has what is asked for; a rule that is not known has found nothing. */
function findingTest({ columns: { rules, errors } }: RecordTable, finding: string): (record: number) => boolean {
  if (finding === ANY_ERROR) return (i) => errors[i]! > 0;
  if (finding === ANY_FINDING) return (i) => (rules[2 * i]! | rules[2 * i + 1]!) !== 0;
  if (finding === NO_FINDING) return (i) => (rules[2 * i]! | rules[2 * i + 1]!) === 0;
  const rule = RULE_CODES.indexOf(finding);
  const word = rule >>> 5;
  const bit = rule < 0 ? 0 : 1 << (rule & 31);
  return (i) => (rules[2 * i + word]! & bit) !== 0;
}

function indicesOf(kept: Uint8Array): Uint32Array {
  let count = 0;
  for (const one of kept) count += one;
  const indices = new Uint32Array(count);
  let at = 0;
  for (let i = 0; i < kept.length; i++) if (kept[i] === 1) indices[at++] = i;
  return indices;
}

/** Errors weigh more than any number of warnings. */
function keysOf({ columns }: RecordTable, sort: 'task' | 'masks' | 'phrases' | 'findings'): (record: number) => number {
  const { errors, warnings } = columns;
  if (sort === 'findings') return (i) => errors[i]! * 256 + warnings[i]!;
  const column = columns[sort];
  return (i) => column[i]!;
}

const KEYS = 1 << 16;

/** Sorts by counting, since every key is below 65,536; records of one key stay in the order of the file. */
function sortByKey(records: Uint32Array, keyOf: (record: number) => number): Uint32Array {
  const places = new Uint32Array(KEYS + 1);
  for (const record of records) places[keyOf(record) + 1]!++;
  for (let key = 1; key <= KEYS; key++) places[key]! += places[key - 1]!;
  const sorted = new Uint32Array(records.length);
  for (const record of records) sorted[places[keyOf(record)]!++] = record;
  return sorted;
}

/** By the bytes of the ids, which is the order of their code points. */
function sortById({ ids, idEnds }: RecordTable, records: Uint32Array): Uint32Array {
  return records.sort((a, b) => {
    const [aStart, bStart] = [a === 0 ? 0 : idEnds[a - 1]!, b === 0 ? 0 : idEnds[b - 1]!];
    const [aLength, bLength] = [idEnds[a]! - aStart, idEnds[b]! - bStart];
    const shared = Math.min(aLength, bLength);
    for (let i = 0; i < shared; i++) {
      const order = ids[aStart + i]! - ids[bStart + i]!;
      if (order !== 0) return order;
    }
    return aLength - bLength || a - b;
  });
}
