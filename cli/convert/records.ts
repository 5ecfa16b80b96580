/** The records of USCDF files, one after the other, for writers of other formats. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { DatasetError, type ReadRecord } from '../../core/datasets/format.ts';
import { readRecord } from '../../core/datasets/readRecord.ts';
import { ResourceCache } from '../../core/files/resourceCache.ts';
import { decodeImage } from '../../core/images/decode.ts';
import { fileKind, RecordCell, UscdfDocument } from '../../core/records/document.ts';
import { isObject } from '../../core/records/isObject.ts';
import { RecordModel } from '../../core/records/recordModel.ts';
import { DiskFiles } from '../../server/files.ts';
import { RecordStreamError, streamRecords } from '../../server/recordStream.ts';
import { readTextFile } from '../textFile.ts';

export type InputRecord =
  | { readonly ok: true; readonly record: ReadRecord; readonly file: string }
  | { readonly ok: false; readonly file: string; readonly item: string; readonly message: string };

/** Where a URL begins. */
const URL_SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;
/** So many records share what they refer to; then it is let go. */
const RESOURCES_LIFE = 200;

/** Throws a `DatasetError` where a file cannot be read. */
export async function* inputRecords(
  paths: readonly string[],
  progress: (path: string, byte: number) => void,
): AsyncGenerator<InputRecord> {
  for (const path of paths) {
    const folder = dirname(resolve(path));
    const disk = new DiskFiles(folder);
    let resources = new ResourceCache(disk);
    let count = 0;
    for await (const cell of cellsOf(path, progress)) {
      if (++count % RESOURCES_LIFE === 0) resources = new ResourceCache(disk);
      const problem = cell.record.problems[0];
      if (problem !== undefined) {
        yield { ok: false, file: path, item: `record ${count}`, message: `It does not parse: ${problem.message}` };
        continue;
      }
      if (!isObject(cell.record.value)) {
        yield { ok: false, file: path, item: `record ${count}`, message: 'It is no JSON object: write a record.' };
        continue;
      }
      await resources.load(cell.record, { images: false });
      const model = new RecordModel(cell.record, resources);
      const name = model.image;
      const imagePath = name === undefined || URL_SCHEME.test(name) ? undefined : disk.resolve(name);
      const raster = async () => (imagePath === undefined ? undefined : decoded(imagePath));
      yield { ok: true, file: path, record: readRecord(model, imagePath, raster) };
    }
  }
}

/** The records of a USCDF file as they stand there. Throws a `DatasetError` where it cannot be read. */
export async function* cellsOf(
  path: string,
  progress: (path: string, byte: number) => void,
): AsyncGenerator<RecordCell> {
  const kind = fileKind(path);
  if (kind === undefined)
    throw new DatasetError(`${path} is no .uscdf, .uscdf.json or .uscdf.jsonl file: name one, or say --from KIND.`);
  if (kind === 'jsonl') {
    try {
      for await (const record of streamRecords(path)) {
        yield new RecordCell('jsonl', record.source, record);
        progress(path, record.byteOffset);
      }
    } catch (error) {
      throw error instanceof RecordStreamError ? new DatasetError(error.message) : error;
    }
    return;
  }
  const text = readTextFile(path);
  if (!text.ok) throw new DatasetError(text.message);
  const document = new UscdfDocument(kind, text.value.text);
  const problem = document.problems[0];
  if (problem !== undefined)
    throw new DatasetError(`${path} is not in order at line ${problem.range.start.line + 1}: ${problem.message}`);
  for (const cell of document.cells) yield cell;
}

async function decoded(path: string) {
  try {
    const raster = decodeImage(await readFile(path));
    return raster.ok ? raster.value : undefined;
  } catch {
    return undefined;
  }
}
