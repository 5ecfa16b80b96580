/** Reads records by their places, for a worker that gets many of one file one after the other. */
import { dirname, resolve } from 'node:path';
import { ResourceCache } from '../../core/files/resourceCache.ts';
import { fileKind, RecordCell, UscdfDocument } from '../../core/records/document.ts';
import { isObject } from '../../core/records/isObject.ts';
import { RecordModel } from '../../core/records/recordModel.ts';
import type { SourceRecord } from '../../core/records/sourceRecord.ts';
import { fail, ok, type Result } from '../../core/result.ts';
import { DiskFiles } from '../../server/files.ts';
import { LineFile } from '../../server/recordStream.ts';
import { readTextFile } from '../textFile.ts';
import type { RecordPlace } from './task.ts';

/** Documents that are held whole at a time: references and predictions. */
const MOST_DOCUMENTS = 2;

export class RecordReader {
  private readonly lines = new Map<string, Promise<LineFile>>();
  private readonly documents = new Map<string, UscdfDocument>();
  private readonly resources = new Map<string, ResourceCache>();

  /** The record with everything that its masks need; a failure says what is wrong with it. */
  async read(place: RecordPlace): Promise<Result<RecordModel>> {
    const cell = await this.cellAt(place);
    if (!cell.ok) return cell;
    const { record } = cell.value;
    const problem = record.problems[0];
    if (problem !== undefined) return fail(`it does not parse: ${problem.message}`);
    const resources = this.resourcesOf(place.path);
    if (refersElsewhere(record)) await resources.load(record, { images: false });
    return ok(new RecordModel(record, resources));
  }

  async close(): Promise<void> {
    for (const opened of await Promise.allSettled(this.lines.values()))
      if (opened.status === 'fulfilled') await opened.value.close();
    this.lines.clear();
  }

  private async cellAt({ path, at, line }: RecordPlace): Promise<Result<RecordCell>> {
    if (fileKind(path) === 'jsonl') {
      const opened = this.lines.get(path) ?? LineFile.open(path);
      this.lines.set(path, opened);
      const found = (await opened).recordAt(at, line);
      return found === undefined ? fail(CHANGED) : ok(new RecordCell('jsonl', found.source, found));
    }
    const document = this.documentOf(path);
    if (!document.ok) return document;
    const cell = document.value.cells[at];
    return cell === undefined ? fail(CHANGED) : ok(new RecordCell(document.value.kind, cell.source, cell.start));
  }

  private documentOf(path: string): Result<UscdfDocument> {
    const known = this.documents.get(path);
    if (known !== undefined) return ok(known);
    const text = readTextFile(path);
    if (!text.ok) return text;
    if (this.documents.size >= MOST_DOCUMENTS) this.documents.delete(this.documents.keys().next().value!);
    const document = new UscdfDocument(fileKind(path)!, text.value.text);
    this.documents.set(path, document);
    return ok(document);
  }

  private resourcesOf(path: string): ResourceCache {
    const folder = dirname(resolve(path));
    const known = this.resources.get(folder) ?? new ResourceCache(new DiskFiles(folder));
    this.resources.set(folder, known);
    return known;
  }
}

const CHANGED = 'the file was changed by another program meanwhile: run this again.';

/** Whether a record's masks stand in a file of their own or in label maps. */
export function refersElsewhere({ value }: SourceRecord): boolean {
  const masks = isObject(value) ? value['masks'] : undefined;
  if (!Array.isArray(masks)) return typeof masks === 'string';
  return masks.some((mask) => isObject(mask) && mask['file'] !== undefined);
}
