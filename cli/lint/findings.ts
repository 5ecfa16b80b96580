/** Runs the rules over one record and says what they found in the terms of a report. */
import type { ResourceCache } from '../../core/files/resourceCache.ts';
import { fixOfKind } from '../../core/language/fixRecord.ts';
import type { RecordCell } from '../../core/records/document.ts';
import { isObject } from '../../core/records/isObject.ts';
import { type CheckOptions, checkRecord, type Finding } from '../../core/rules/checkRecord.ts';
import { type CheckSettings, type Emit, type ReportedFix, TAKEN, type TaskFinding } from './task.ts';

const NOTHING: readonly TaskFinding[] = [];

/** `options` are the same for many records, and made once for them. */
export function findingsOf(
  cell: RecordCell,
  options: CheckOptions,
  { withEdits }: CheckSettings,
): readonly TaskFinding[] {
  const findings = checkRecord(cell.record, options);
  if (findings.length === 0) return NOTHING;
  const record = idOf(cell.record.value) ?? null;
  return findings.map((finding) => reported(finding, record, cell, withEdits));
}

/** A record's id; `undefined` where it has none. */
export function idOf(value: unknown): string | undefined {
  const id = isObject(value) ? value['id'] : undefined;
  return typeof id === 'string' ? id : undefined;
}

/** Whether the rules need other files for a record: its sidecar, and for the scope `pixels` images and label maps. */
export function needsOthers({ record }: RecordCell, { scopes }: CheckSettings): boolean {
  return scopes.includes('pixels') || (isObject(record.value) && typeof record.value['masks'] === 'string');
}

/** Loads what the rules need of other files. */
export function loadOthers(
  { record }: Pick<RecordCell, 'record'>,
  { images, scopes }: CheckSettings,
  resources: ResourceCache,
): Promise<void> {
  return resources.load(record, { images: images && scopes.includes('pixels') });
}

function reported(finding: Finding, record: string | null, cell: RecordCell, withEdits: boolean): TaskFinding {
  const { code, severity, message, span, related } = finding;
  const fix = fixOfKind(finding, TAKEN);
  const edits = withEdits && fix !== undefined ? cell.record.edit(fix.edits) : undefined;
  const shown: ReportedFix | undefined =
    fix === undefined || edits === undefined
      ? undefined
      : { title: fix.title, edits: edits.map((edit) => ({ range: cell.rangeOf(edit), newText: edit.newText })) };
  return {
    record,
    code,
    severity,
    message,
    range: cell.rangeOf(span),
    fixable: fix !== undefined,
    related: related.map((place) => ({
      range: (place.elsewhere ?? cell).rangeOf(place.span),
      message: place.message,
    })),
    ...(shown !== undefined && { fix: shown }),
  };
}

/** How many findings travel at a time, and how long one may wait for others, in milliseconds. */
const BATCH = 500;
const MAX_WAIT = 100;

/** The clock is looked at after so many records: it costs as much as a rule does. */
const RECORDS_PER_LOOK = 100;

/** Gathers findings, so that they travel in batches. */
export class Batch {
  private waiting: TaskFinding[] = [];
  private flushed = performance.now();
  private records = 0;

  constructor(private readonly emit: Emit) {}

  /** Whether it is time to `flush`. */
  get isFull(): boolean {
    if (this.waiting.length === 0) return false;
    if (this.waiting.length >= BATCH) return true;
    return ++this.records % RECORDS_PER_LOOK === 0 && performance.now() - this.flushed > MAX_WAIT;
  }

  add(findings: readonly TaskFinding[]): void {
    for (const finding of findings) this.waiting.push(finding);
  }

  async flush(): Promise<void> {
    if (this.waiting.length === 0) return;
    const findings = this.waiting;
    this.waiting = [];
    this.flushed = performance.now();
    await this.emit(findings);
  }
}
