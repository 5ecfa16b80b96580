import { describe, expect, it } from 'vitest';
import { UscdfDocument } from '../records/document.ts';
import { FILE_KINDS, recordAround } from '../testing/fixtures.ts';
import { markedRecords, textOf } from '../testing/marked.ts';
import { MAX_LENS_RECORDS } from './codeLenses.ts';
import { LanguageService } from './languageService.ts';

describe.each(FILE_KINDS)('the lenses of a %s', (kind) => {
  it('stand where each record begins, and say what can be done with it', () => {
    const { document } = markedRecords(
      kind,
      recordAround('‸A <p> dog </p> [SEG] and <p> cat </p> [SEG].'),
      recordAround('A <p> dog [SEG].', { id: 'b', provenance: { status: 'draft' } }),
    );
    const lenses = new LanguageService().codeLenses(document, undefined);
    const [first, second] = document.cells;
    expect(lenses.map(({ title, action, range }) => [title, action, range.start])).toEqual([
      ['2 masks · 0 findings', 'preview', first!.start],
      ['Preview', 'preview', first!.start],
      ['Draft', 'draft', first!.start],
      ['1 mask · 2 findings', 'next', second!.start],
      ['Preview', 'preview', second!.start],
      ['Draft', 'draft', second!.start],
      ['Accept', 'accept', second!.start],
      ['Reject', 'reject', second!.start],
    ]);
  });

  it('are none in a file with more records than anybody looks at', () => {
    const records = (count: number) => Array.from({ length: count }, (_, i) => ({ id: `${i}` }));
    const lensesOf = (count: number) =>
      new LanguageService().codeLenses(new UscdfDocument(kind, textOf(kind, records(count))), undefined);
    expect(lensesOf(MAX_LENS_RECORDS)).toHaveLength(3 * MAX_LENS_RECORDS);
    expect(lensesOf(MAX_LENS_RECORDS + 1)).toEqual([]);
  });
});
