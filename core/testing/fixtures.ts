/** Records for tests, made from an answer, and written as each of the three file kinds. */
import { type FileKind, UscdfDocument } from '../records/document.ts';
import { CellRecords } from '../records/fileRecords.ts';
import { JsonRecord } from '../records/jsonRecord.ts';
import { RecordModel } from '../records/recordModel.ts';
import { writeFile } from '../records/writeRecord.ts';
import { parseAnswer } from '../text/answer.ts';

export const FILE_KINDS: readonly FileKind[] = ['jsonl', 'json', 'uscdf'];

/** One pixel of a 2 × 2 image; a different one for each index, four in all. */
export function tinyMask(index: number): { size: [number, number]; counts: number[] } {
  const at = index % 4;
  return { size: [2, 2], counts: at === 3 ? [3, 1] : [at, 1, 3 - at] };
}

/** A whole record around an answer, with one mask for each `[SEG]`. */
export function recordAround(answer: string, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const segs = parseAnswer(answer).segs.filter((seg) => !seg.denied).length;
  return {
    id: 'example',
    image: 'example.jpg',
    width: 2,
    height: 2,
    conversations: [
      { from: 'human', value: '<image>\nPlease describe the image.' },
      { from: 'gpt', value: answer },
    ],
    masks: Array.from({ length: segs }, (_, i) => tinyMask(i)),
    ...more,
  };
}

/** An example of a rule as a document: an answer, records in JSON (each on lines of its own), or a `.uscdf` text. */
export function exampleDocument(example: string, kind: FileKind): UscdfDocument | undefined {
  if (example.startsWith('---')) return kind === 'uscdf' ? new UscdfDocument(kind, example) : undefined;
  if (!example.startsWith('{')) return documentOf(recordAround(example), kind);
  const records = example.split(/\n(?=\{)/).map((record) => new JsonRecord(record));
  if (records.some(({ problems }) => problems.length > 0))
    return kind === 'uscdf' ? undefined : new UscdfDocument(kind, example);
  return documentOfAll(
    records.map((record) => new RecordModel(record).data),
    kind,
  );
}

export function documentOf(record: Readonly<Record<string, unknown>>, kind: FileKind): UscdfDocument {
  return documentOfAll([record], kind);
}

export function documentOfAll(records: readonly Readonly<Record<string, unknown>>[], kind: FileKind): UscdfDocument {
  const text = writeFile(kind, records);
  if (!text.ok) throw new Error(text.message);
  return new UscdfDocument(kind, text.value);
}

/** The records of a document, as the rules of scope `file` see them. */
export function fileOf(document: UscdfDocument): CellRecords {
  const file = new CellRecords();
  for (const cell of document.cells) file.add(cell);
  return file;
}
