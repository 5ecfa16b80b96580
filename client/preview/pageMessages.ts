/** What a page is told, made of what the extension knows. */
import { compareRecords } from '../../core/language/comparison.ts';
import type { PreviewRecord } from '../../core/language/previewModel.ts';
import type { ToPreview } from '../../media/protocol.ts';
import type { Page } from './page.ts';
import type { Comparison, DraftToShow } from './previewing.ts';

const NOT_HERE = 'Two records are compared here: open the file itself to draw masks.';
const TOO_LARGE = 'This file is too large for the editor to change: split it to draw masks.';

/** A draft with its photograph, and with the record that stands in the file. */
export function draftMessage(page: Page, { document, record, current, ...rest }: DraftToShow): ToPreview {
  const withImage = (shown: PreviewRecord) => page.withImage(document, shown);
  const draft = { ...rest, record: withImage(record), ...(current !== undefined && { current: withImage(current) }) };
  return { type: 'draft', draft };
}

/** A comparison as it was asked for, where no document can be followed. */
export function comparisonMessage(page: Page, { uri, reference, prediction }: Comparison): ToPreview {
  const record = page.withImage(uri, prediction === undefined ? reference : compareRecords(reference, prediction));
  const prompts = prediction === undefined ? TOO_LARGE : NOT_HERE;
  return { type: 'show', record, place: { records: 1, version: 0, editable: false, prompts } };
}

/** A record of a document, with the prediction over it where one is compared with it. */
export function compared(record: PreviewRecord, document: string, comparison: Comparison | undefined): PreviewRecord {
  const prediction = comparison?.uri.toString() === document ? comparison.prediction : undefined;
  return prediction?.id === record.id ? compareRecords(record, prediction) : record;
}
