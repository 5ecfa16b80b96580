/** What every record that a converter makes has to be. */
import { expect } from 'vitest';
import type { NewRecord } from '../datasets/format.ts';
import { RecordCell } from '../records/document.ts';
import { checkRecord } from '../rules/checkRecord.ts';

/**
 * Expects that a record lints without a finding but those named, masks included, once it has gone through its file's text.
 * Images are not looked at.
 *
 * @param allowed Codes that this dataset's own words bring about.
 */
export function checkedRecord(record: NewRecord, allowed: readonly string[] = []): void {
  const cell = new RecordCell('jsonl', JSON.stringify(record), { line: 0, character: 0 });
  const findings = checkRecord(cell.record, { scopes: ['turn', 'record', 'pixels'] });
  const unexpected = findings.filter(({ code }) => !allowed.includes(code));
  expect(
    unexpected.map(({ code, message }) => `${code}: ${message}`),
    JSON.stringify(record),
  ).toEqual([]);
}
