/** Edits of records as an editor makes them: applied to the text, and everything read again. */
import { LanguageService } from '../language/languageService.ts';
import type { DrawnMask, ShapeEdit } from '../language/shaping/shapeEdit.ts';
import { shapeRecord } from '../language/shaping/shapeRecord.ts';
import { encodeCounts, fromBitmap } from '../masks/runLengthMask.ts';
import { UscdfDocument } from '../records/document.ts';
import { LineOffsets } from '../records/lineStore.ts';
import { applyEdits, type TextEdit } from '../records/position.ts';
import { RecordModel, type Resources } from '../records/recordModel.ts';

/** A mask of some pixels, `[row, column]` each, or of a whole bitmap in rows. */
export function drawn(height: number, width: number, pixels: readonly (readonly [number, number])[]): DrawnMask {
  const bitmap = new Uint8Array(height * width);
  for (const [row, column] of pixels) bitmap[row * width + column] = 1;
  return { size: [height, width], counts: encodeCounts(fromBitmap(bitmap, height, width).counts) };
}

/** One pixel of a 2 × 2 image, the one of `tinyMask`. */
export function drawnPixel(index: number): DrawnMask {
  return {
    size: [2, 2],
    counts: encodeCounts(Uint32Array.from(index % 4 === 3 ? [3, 1] : [index % 4, 1, 3 - (index % 4)])),
  };
}

export function editedText(text: string, edits: readonly TextEdit[]): string {
  const offsets = new LineOffsets(text);
  return applyEdits(
    text,
    edits.map(({ range, newText }) => ({
      start: offsets.offset(range.start),
      end: offsets.offset(range.end),
      newText,
    })),
  );
}

/** The document after a step; the message where it is refused. */
export function shaped(
  document: UscdfDocument,
  edit: ShapeEdit,
  record = 0,
  resources?: Resources,
): UscdfDocument | string {
  const result = shapeRecord(document, record, edit, resources);
  if (!result.ok) return result.message;
  return new UscdfDocument(document.kind, editedText(document.text(), result.value.edits));
}

/** The texts of a record's answers. */
export function answersOf(document: UscdfDocument, record = 0): readonly string[] {
  return new RecordModel(document.cells[record]!.record).answers.map(({ text }) => text);
}

export function masksOf(document: UscdfDocument, record = 0): readonly unknown[] {
  return new RecordModel(document.cells[record]!.record).masks ?? [];
}

/** The codes of what is wrong with a record, pixels included. */
export function errorCodes(document: UscdfDocument, record = 0): readonly string[] {
  const service = new LanguageService();
  const source = document.cells[record]!.record;
  service.checkPixels(source, NOTHING_OUTSIDE);
  return service
    .findings(source, NOTHING_OUTSIDE)
    .flatMap(({ severity, code }) => (severity === 'error' ? [code] : []));
}

const NOTHING_OUTSIDE: Resources = { image: () => undefined, sidecar: () => undefined, labelMap: () => undefined };
