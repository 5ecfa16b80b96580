/** The findings of the rules that compare the records of a document, kept from one idle moment to the next. */
import type { RecordCell, UscdfDocument } from '../records/document.ts';
import { CellRecords, type FileRecords, fileKeysOf } from '../records/fileRecords.ts';
import type { Resources } from '../records/recordModel.ts';
import type { SourceRecord } from '../records/sourceRecord.ts';
import { checkRecord, type Finding, type Severities } from '../rules/checkRecord.ts';

/** How a long check lives beside the requests of an editor. */
export interface IdleHost {
  /** Loads what records refer to, all of it at once; false where the check is no longer wanted. */
  load(records: readonly SourceRecord[]): Promise<boolean>;
  /** Asked after each record: a promise where a request shall have its turn; false where the check is no longer wanted. */
  pause(): Promise<boolean> | undefined;
}

/** What was found in a record, and what the answer depends on beside the record itself. */
interface Known {
  readonly findings: readonly Finding[];
  readonly first: SourceRecord | undefined;
  readonly parent: SourceRecord | undefined;
  readonly whole: boolean;
}

const NONE: readonly Finding[] = [];

export class FileFindings {
  private known: ReadonlyMap<SourceRecord, Known> = new Map();

  /** The findings of a record as of the last check. */
  of(source: SourceRecord): readonly Finding[] {
    return this.known.get(source)?.findings ?? NONE;
  }

  /**
   * Looks at all records of a document; those whose surroundings are still the same cost nothing. Returns the records whose
   * findings are others than before; none, and nothing is kept, where the host ends the check.
   */
  async check(
    document: UscdfDocument,
    options: { readonly severities: Severities; readonly resources: Resources },
    host: IdleHost,
  ): Promise<readonly SourceRecord[]> {
    const file = new CellRecords();
    const compared: RecordCell[] = [];
    for (const cell of [...document.cells]) {
      if (file.add(cell)) compared.push(cell);
      const pause = host.pause();
      if (pause !== undefined && !(await pause)) return [];
    }
    const fresh = new Map<SourceRecord, Known>();
    for (const { record } of compared) {
      const surroundings = surroundingsOf(record, file);
      const known = this.known.get(record);
      if (known !== undefined && isSame(known, surroundings)) fresh.set(record, known);
      else {
        const { parent } = surroundings;
        if (parent !== undefined && !(await host.load([parent, record]))) return [];
        const findings = checkRecord(record, { scopes: ['file'], file, ...options });
        fresh.set(record, { ...surroundings, findings });
      }
      const pause = host.pause();
      if (pause !== undefined && !(await pause)) return [];
    }
    const before = this.known;
    this.known = fresh;
    return changed(before, fresh);
  }
}

function surroundingsOf(record: SourceRecord, file: FileRecords): Omit<Known, 'findings'> {
  const keys = fileKeysOf(record);
  const parent = keys.parent === undefined ? undefined : file.first(keys.parent)?.record;
  return {
    first: keys.id === undefined ? undefined : file.first(keys.id)?.record,
    parent,
    // Whether every record could be read matters only where one was not found.
    whole: parent !== undefined || file.whole,
  };
}

function isSame(known: Known, { first, parent, whole }: Omit<Known, 'findings'>): boolean {
  return known.first === first && known.parent === parent && known.whole === whole;
}

function changed(
  before: ReadonlyMap<SourceRecord, Known>,
  after: ReadonlyMap<SourceRecord, Known>,
): readonly SourceRecord[] {
  const records = new Set<SourceRecord>();
  for (const [record, { findings }] of before)
    if (findings.length > 0 && after.get(record)?.findings !== findings) records.add(record);
  for (const [record, { findings }] of after)
    if (findings.length > 0 && before.get(record)?.findings !== findings) records.add(record);
  return [...records];
}
