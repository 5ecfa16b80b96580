/** A line above each record: how many masks and findings it has, and what one can do with it. */
import type { UscdfDocument } from '../records/document.ts';
import { isObject } from '../records/isObject.ts';
import type { Range } from '../records/position.ts';
import { RecordModel, type Resources } from '../records/recordModel.ts';
import type { SourceRecord } from '../records/sourceRecord.ts';
import type { Finding } from '../rules/checkRecord.ts';

export interface CodeLens {
  readonly range: Range;
  readonly title: string;
  readonly action: 'preview' | 'draft' | 'accept' | 'reject' | 'next';
}

/** A file with more records than this gets no lenses: thousands of lines of them would only slow the editor. */
export const MAX_LENS_RECORDS = 2_000;

export function codeLenses(
  document: UscdfDocument,
  findingsOf: (source: SourceRecord) => readonly Finding[],
  resources: Resources | undefined,
): readonly CodeLens[] {
  if (document.cells.length > MAX_LENS_RECORDS) return [];
  return document.cells.flatMap((cell): CodeLens[] => {
    const range = { start: cell.start, end: cell.start };
    const model = new RecordModel(cell.record, resources);
    const masks = model.masks?.length ?? 0;
    const findings = findingsOf(cell.record).length;
    const lenses: CodeLens[] = [
      {
        range,
        title: `${count(masks, 'mask')} · ${count(findings, 'finding')}`,
        action: findings > 0 ? 'next' : 'preview',
      },
      { range, title: 'Preview', action: 'preview' },
      { range, title: 'Draft', action: 'draft' },
    ];
    const provenance = model.data['provenance'];
    if (isObject(provenance) && provenance['status'] === 'draft') {
      lenses.push({ range, title: 'Accept', action: 'accept' }, { range, title: 'Reject', action: 'reject' });
    }
    return lenses;
  });
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
