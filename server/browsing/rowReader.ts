/** Reads single records of a dataset again: for the rows that are on the screen, and for the one that is opened. */
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type BrowsedRow, brokenRow, browsedRow } from '../../core/browsing/row.ts';
import { ResourceCache } from '../../core/files/resourceCache.ts';
import { previewRecord } from '../../core/language/preview.ts';
import { RecordCell, type UscdfDocument } from '../../core/records/document.ts';
import type { SourceRecord } from '../../core/records/sourceRecord.ts';
import { DiskFiles } from '../files.ts';
import type { Dataset } from './dataset.ts';
import type { FoundRecord } from './messages.ts';
import { OpenFiles, readWhole } from './readRecords.ts';
import { BROWSED_SCOPES, findingsOf } from './runTask.ts';

/** Longer records are not shown as a row: reading one would keep all others waiting. */
const MAX_ROW_BYTES = 64e6;
/** Files above this many bytes are not handed to extensions by the editor. */
const MAX_SHARED_BYTES = 50e6;
const MOST_DOCUMENTS = 3;
const LABEL_MAP_MEMORY = 64e6;
/** What records refer to is forgotten after so many of them. */
const RESOURCES_RECORDS = 500;

interface ReadRecord {
  readonly source: SourceRecord;
  readonly invalid: boolean;
}

export class RowReader {
  private readonly open = new OpenFiles();
  private readonly documents = new Map<string, UscdfDocument>();
  private readonly resources = new Map<string, ResourceCache>();
  private loaded = 0;

  constructor(private readonly dataset: Dataset) {}

  /** Never rejects: a record that cannot be shown gives a row that says why. */
  async row(record: number): Promise<BrowsedRow> {
    const { file, length, line } = this.dataset.table.place(record);
    const { path, severities } = this.dataset.files[file]!;
    const place = { record, file: path, line };
    if (length > MAX_ROW_BYTES)
      return brokenRow(
        place,
        `This record takes ${Math.round(length / 1e6)} MB, too much for a thumbnail: open it, or move its masks to a sidecar.`,
      );
    try {
      const read = this.read(record);
      if (read === undefined) return brokenRow(place, MOVED);
      const resources = await this.resourcesFor(path, read.source);
      const findings = findingsOf(read.source, read.invalid, { scopes: BROWSED_SCOPES, severities, resources });
      const [problem] = read.source.problems;
      if (problem !== undefined) return brokenRow(place, problem.message);
      return browsedRow(place, read.source, findings, resources);
    } catch (error) {
      return brokenRow(place, `This record cannot be read (${messageOf(error)}): check the file and the disk.`);
    }
  }

  /** Where a record can be opened; with its picture where its file is too large for extensions. */
  async find(record: number): Promise<FoundRecord | undefined> {
    if (record >= this.dataset.table.size) return undefined;
    const { file, line } = this.dataset.table.place(record);
    const { path } = this.dataset.files[file]!;
    try {
      const { size } = statSync(path);
      const read = size > MAX_SHARED_BYTES ? this.read(record) : undefined;
      if (read === undefined || read.source.problems.length > 0) return { file: path, line, size };
      const resources = await this.resourcesFor(path, read.source);
      return { file: path, line, size, preview: previewRecord(read.source, record, [], resources) };
    } catch {
      return undefined;
    }
  }

  close(): void {
    this.open.closeAll();
  }

  private read(record: number): ReadRecord | undefined {
    const { file, offset, length } = this.dataset.table.place(record);
    const { path, kind } = this.dataset.files[file]!;
    if (kind !== 'jsonl') {
      const cell = this.document(path, kind).cells[offset];
      return cell && { source: cell.record, invalid: false };
    }
    const line = this.open.lines(path, offset, offset + length).next();
    return line && { source: new RecordCell('jsonl', line.source, line).record, invalid: line.invalidAt !== undefined };
  }

  private document(path: string, kind: 'uscdf' | 'json'): UscdfDocument {
    const known = this.documents.get(path);
    if (known !== undefined) return known;
    const document = readWhole(path, kind);
    if (this.documents.size >= MOST_DOCUMENTS) this.documents.delete(this.documents.keys().next().value!);
    this.documents.set(path, document);
    return document;
  }

  private async resourcesFor(path: string, source: SourceRecord): Promise<ResourceCache> {
    if (++this.loaded % RESOURCES_RECORDS === 0) this.resources.clear();
    const folder = dirname(path);
    let resources = this.resources.get(folder);
    if (resources === undefined) {
      resources = new ResourceCache(new DiskFiles(folder), LABEL_MAP_MEMORY);
      this.resources.set(folder, resources);
    }
    await resources.load(source, { images: false });
    return resources;
  }
}

const MOVED = 'The file has changed, and no record begins here any more: it is read anew in a moment.';

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
