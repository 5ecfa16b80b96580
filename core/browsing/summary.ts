/** What records come to, counted from the columns of their facts: a million take some ten milliseconds. */
import { RULE_CODES } from '../rules/codes.ts';
import { AREA_BINS, REVIEW_STATES, TASK_NAMES } from './facts.ts';
import type { RecordTable } from './recordTable.ts';

/** Counts from 0 to 10 have a bar each; those above share the last one. */
export const COUNT_BARS = 12;

export interface Summary {
  readonly records: number;
  /** By task, in the order of `TASK_NAMES`. */
  readonly tasks: readonly number[];
  /** By what was decided, in the order of `REVIEW_STATES`. */
  readonly review: readonly number[];
  /** Records with 0, 1, … 10 masks, and with more. */
  readonly masks: readonly number[];
  /** Records with 0, 1, … 10 phrases, and with more. */
  readonly phrases: readonly number[];
  /** Masks by their share of the image, in the bins of `AREA_ENDS`; those in label maps and without pixels are not among them. */
  readonly areas: readonly number[];
  /** Records that deny something. */
  readonly denying: number;
  /** Records in which each of `RULE_CODES` found something. */
  readonly findings: readonly number[];
  readonly withErrors: number;
  readonly withFindings: number;
}

/** Of the chosen records, or of all whose facts are known. */
export function summarise(table: RecordTable, chosen: Uint32Array | undefined): Summary {
  const { task, review, masks, phrases, negatives, errors } = table.columns;
  const records = chosen?.length ?? table.known;
  const counts = {
    tasks: zeros(TASK_NAMES.length),
    review: zeros(REVIEW_STATES.length),
    masks: zeros(COUNT_BARS),
    phrases: zeros(COUNT_BARS),
    areas: zeros(AREA_BINS),
    findings: zeros(RULE_CODES.length),
  };
  let [denying, withErrors, withFindings] = [0, 0, 0];
  for (let i = 0; i < records; i++) {
    const record = chosen === undefined ? i : chosen[i]!;
    counts.tasks[task[record]!]!++;
    counts.review[review[record]!]!++;
    counts.masks[Math.min(masks[record]!, COUNT_BARS - 1)]!++;
    counts.phrases[Math.min(phrases[record]!, COUNT_BARS - 1)]!++;
    if (negatives[record]! > 0) denying++;
    if (errors[record]! > 0) withErrors++;
    addAreas(counts.areas, table, record);
    if (addRules(counts.findings, table, record)) withFindings++;
  }
  return { records, ...counts, denying, withErrors, withFindings };
}

function addAreas(counts: number[], { columns: { areas } }: RecordTable, record: number): void {
  for (let bin = 0; bin < AREA_BINS; bin++) counts[bin]! += areas[AREA_BINS * record + bin]!;
}

/** Returns whether any rule found something. */
function addRules(counts: number[], { columns: { rules } }: RecordTable, record: number): boolean {
  const [low, high] = [rules[2 * record]!, rules[2 * record + 1]!];
  if ((low | high) === 0) return false;
  for (let rule = 0; rule < counts.length; rule++)
    if (((rule < 32 ? low : high) & (1 << (rule & 31))) !== 0) counts[rule]!++;
  return true;
}

function zeros(count: number): number[] {
  return new Array<number>(count).fill(0);
}
