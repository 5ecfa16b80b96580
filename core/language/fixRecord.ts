/** Applies fixes to a record until nothing is left to fix. */

import { type FileKind, RecordCell } from '../records/document.ts';
import { applyEdits, type SpanEdit } from '../records/position.ts';
import type { SourceRecord } from '../records/sourceRecord.ts';
import { type CheckOptions, checkRecord, type Finding } from '../rules/checkRecord.ts';
import type { Fix, FixKind } from '../rules/rule.ts';

/** One fix can uncover the next; a record that needs more rounds than this is left for a person. */
const MAX_ROUNDS = 30;

export interface FixOptions extends CheckOptions {
  /** The kinds of fixes to take. */
  readonly kinds: readonly FixKind[];
  /** Only this rule's. */
  readonly code?: string;
}

/** The record's source with every fix taken, and how many there were. */
export function fixRecord(
  kind: FileKind,
  source: string,
  options: FixOptions,
): { readonly source: string; readonly fixed: number } {
  let fixed = 0;
  let current = source;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const record = new RecordCell(kind, current, { line: 0, character: 0 }).record;
    const taken = takeFixes(record, options);
    if (taken.count === 0) break;
    const next = applyEdits(current, taken.edits);
    if (next === current) break;
    fixed += taken.count;
    current = next;
  }
  return { source: current, fixed };
}

/** The first fix of each finding, as far as they do not touch each other. */
function takeFixes(record: SourceRecord, options: FixOptions): { edits: readonly SpanEdit[]; count: number } {
  /** In the order of their places, none touching the next. */
  const edits: SpanEdit[] = [];
  let count = 0;
  let masksChange = false;
  for (const finding of checkRecord(record, options)) {
    if (options.code !== undefined && finding.code !== options.code) continue;
    const fix = fixOfKind(finding, options.kinds);
    if (fix === undefined) continue;
    // Two fixes that both take masks out would count them differently; the second waits for the next round.
    const takesMasks = fix.edits.some((edit) => edit.kind === 'removeMask');
    if (takesMasks && masksChange) continue;
    const made = record.edit(fix.edits);
    if (made === undefined || made.some((edit) => touches(edits, edit))) continue;
    masksChange ||= takesMasks;
    for (const edit of made) edits.splice(firstEndingFrom(edits, edit.start), 0, edit);
    count++;
  }
  return { edits, count };
}

function touches(sorted: readonly SpanEdit[], { start, end }: SpanEdit): boolean {
  const next = sorted[firstEndingFrom(sorted, start)];
  return next !== undefined && next.start <= end;
}

/** The index of the first edit that ends at an offset or behind it. */
function firstEndingFrom(sorted: readonly SpanEdit[], offset: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]!.end < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first fix of a finding that is of one of these kinds. */
export function fixOfKind(finding: Finding, kinds: readonly FixKind[]): Fix | undefined {
  if (finding.fixKind === 'none') return undefined;
  return finding.fixes().find((fix) => kinds.includes(fix.kind ?? finding.fixKind));
}

/** The smallest single edit that turns one text into the other; `undefined` where they are equal. */
export function smallestEdit(before: string, after: string): SpanEdit | undefined {
  if (before === after) return undefined;
  let start = 0;
  const limit = Math.min(before.length, after.length);
  while (start < limit && before[start] === after[start]) start++;
  let tail = 0;
  while (tail < limit - start && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  // A line ending is one thing to an editor, so an edit never splits it.
  if (before[start - 1] === '\r') start--;
  if (tail > 0 && before[before.length - tail] === '\n' && before[before.length - tail - 1] === '\r') tail--;
  // Nor is a character beyond the basic plane, whose halves no file can hold alone.
  if (isHigh(before.charCodeAt(start - 1))) start--;
  tail = Math.min(tail, before.length - start, after.length - start);
  if (tail > 0 && isHigh(before.charCodeAt(before.length - tail - 1))) tail--;
  return { start, end: before.length - tail, newText: after.slice(start, after.length - tail) };
}

/** The first half of a character that takes two UTF-16 units. */
function isHigh(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
