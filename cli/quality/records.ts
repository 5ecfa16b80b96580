/** The records of USCDF files one after the other, with the way back to each of them. */
import { dirname, resolve } from 'node:path';
import { ResourceCache } from '../../core/files/resourceCache.ts';
import { imageKey } from '../../core/quality/imageKey.ts';
import { type FileKind, fileKind, RecordCell, UscdfDocument } from '../../core/records/document.ts';
import { isRemote, RecordModel } from '../../core/records/recordModel.ts';
import { DiskFiles } from '../../server/files.ts';
import { RecordStreamError, streamRecords } from '../../server/recordStream.ts';
import { refersElsewhere } from '../evaluate/recordReader.ts';
import type { RecordPlace } from '../evaluate/task.ts';
import { readTextFile } from '../textFile.ts';
import { Breath } from './breath.ts';
import type { Watch } from './work.ts';

export interface PlacedModel {
  readonly place: RecordPlace;
  /** Which of the paths it is from. */
  readonly file: number;
  readonly kind: FileKind;
  readonly cell: RecordCell;
  /** With the masks that lie in other files; of a record that does not parse nothing but its `problems`. */
  readonly model: RecordModel;
  readonly resources: ResourceCache;
}

/** So many records share what they refer to; then it is let go. */
const RESOURCES_LIFE = 200;

/** A file that cannot be read is complained about, and the others go on. Ends early when the watch's signal is aborted. */
export async function* placedRecords(paths: readonly string[], watch: Watch): AsyncGenerator<PlacedModel> {
  const breath = new Breath();
  for (const [file, path] of paths.entries()) {
    const disk = new DiskFiles(dirname(resolve(path)));
    let resources = new ResourceCache(disk);
    let count = 0;
    for await (const { cell, place, kind } of placedCells(path, watch)) {
      const due = breath.due();
      if (due !== undefined) await due;
      if (watch.signal.aborted) return;
      if (++count % RESOURCES_LIFE === 0) resources = new ResourceCache(disk);
      if (refersElsewhere(cell.record)) await resources.load(cell.record, { images: false });
      yield { place, file, kind, cell, resources, model: new RecordModel(cell.record, resources) };
    }
  }
}

interface PlacedCell {
  readonly cell: RecordCell;
  readonly place: RecordPlace;
  readonly kind: FileKind;
}

async function* placedCells(path: string, watch: Watch): AsyncGenerator<PlacedCell> {
  const kind = fileKind(path);
  if (kind === undefined) {
    watch.fail(
      `${path} is no .uscdf, .uscdf.json or .uscdf.jsonl file: name one, or convert it first with \`uscdf convert\`.`,
    );
    return;
  }
  if (kind === 'jsonl') {
    yield* lineCells(path, watch);
    return;
  }
  const text = readTextFile(path);
  if (!text.ok) {
    watch.fail(text.message);
    return;
  }
  const document = new UscdfDocument(kind, text.value.text);
  for (const [at, cell] of document.cells.entries()) {
    yield { cell, kind, place: { path, at, line: cell.start.line } };
    cell.forget();
  }
  watch.read(text.value.text.length);
}

async function* lineCells(path: string, watch: Watch): AsyncGenerator<PlacedCell> {
  let read = 0;
  try {
    for await (const record of streamRecords(path, { signal: watch.signal })) {
      const place = { path, at: record.byteOffset, line: record.line };
      yield { cell: new RecordCell('jsonl', record.source, record), kind: 'jsonl', place };
      watch.read(record.byteOffset - read);
      read = record.byteOffset;
    }
  } catch (error) {
    if (!(error instanceof RecordStreamError)) throw error;
    watch.fail(error.message);
  }
}

/** What the photograph of a record is recognised by in all files; `undefined` where it names none. */
export function imageKeyOf({ image }: RecordModel, path: string): string | undefined {
  if (image === undefined || image === '') return undefined;
  return imageKey(isRemote(image) ? image : resolve(dirname(path), image));
}
