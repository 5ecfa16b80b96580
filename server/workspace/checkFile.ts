/** Checks a file that nobody has open, from disk: record by record, so that its size decides about time and not memory. */
import { isUtf8 } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { firstInvalid } from '../../core/files/encoding.ts';
import { ResourceCache } from '../../core/files/resourceCache.ts';
import { limitNotice, MAX_DIAGNOSTICS, toDiagnostic } from '../../core/language/languageService.ts';
import type { Diagnostic } from '../../core/language/ranges.ts';
import { type FileKind, type RecordCell, UscdfDocument } from '../../core/records/document.ts';
import { CellRecords, type FileRecords } from '../../core/records/fileRecords.ts';
import { LineOffsets } from '../../core/records/lineStore.ts';
import type { Range } from '../../core/records/position.ts';
import { RecordModel } from '../../core/records/recordModel.ts';
import type { SourceRecord } from '../../core/records/sourceRecord.ts';
import { checkRecord, type Severities } from '../../core/rules/checkRecord.ts';
import { rulePage } from '../../core/rules/index.ts';
import type { Scope } from '../../core/rules/rule.ts';
import { DiskFiles } from '../files.ts';
import { LineFile, RecordStreamError, streamRecords } from '../recordStream.ts';
import { cellOf, DiskRecords } from './diskRecords.ts';

/** The longest text that the engine can hold in one piece, in bytes; lines of a `.uscdf.jsonl` are held one by one. */
const MAX_WHOLE_BYTES = 500e6;
/** What records refer to is forgotten after so many of them, so that no file can fill the memory with it. */
const RESOURCES_RECORDS = 1_000;
/** So many cells keep what was parsed of them for the second pass. */
const MAX_PARSED = 5_000;

export interface CheckOptions {
  readonly severities: Severities;
  /** Whether images are opened and masks decoded. */
  readonly pixels: boolean;
  /** Told how many bytes of a `.uscdf.jsonl` are read. */
  readonly progress?: (bytes: number) => void;
}

/**
 * The findings of a file as it is on disk, the ones of scope `file` last. One that cannot be read gives one notice, which
 * says why; never rejects.
 */
export async function checkFile(path: string, kind: FileKind, options: CheckOptions): Promise<readonly Diagnostic[]> {
  const check = new FileCheck(path, options);
  try {
    if (kind === 'jsonl') await check.stream();
    else await check.whole(kind);
  } catch (error) {
    return [unreadable(path, error)];
  }
  return check.result();
}

class FileCheck {
  private readonly diagnostics: Diagnostic[] = [];
  private left = 0;
  private encodingSaid = false;
  private loaded = 0;
  private resources: ResourceCache;
  private readonly scopes: readonly Scope[];

  constructor(
    private readonly path: string,
    private readonly options: CheckOptions,
  ) {
    this.resources = resourcesOf(path);
    this.scopes = options.pixels ? ['turn', 'record', 'pixels'] : ['turn', 'record'];
  }

  result(): readonly Diagnostic[] {
    return this.left === 0 ? this.diagnostics : [...this.diagnostics, limitNotice(this.left)];
  }

  /** A `.uscdf.jsonl`, line by line. */
  async stream(): Promise<void> {
    const file = await LineFile.open(this.path);
    try {
      const records = new DiskRecords(file);
      for await (const record of streamRecords(this.path)) {
        const cell = cellOf(record);
        await this.checkCell(cell);
        records.add(record, cell);
        if (record.invalidAt !== undefined) this.addEncoding(record.line, record.invalidAt);
        this.options.progress?.(record.byteOffset);
      }
      for (const place of records.pending) {
        const cell = records.check(place);
        if (cell !== undefined) await this.compare(cell, records);
      }
    } finally {
      await file.close();
    }
  }

  /** A file whose records are no lines. */
  async whole(kind: FileKind): Promise<void> {
    if ((await stat(this.path)).size > MAX_WHOLE_BYTES)
      throw new RecordStreamError(
        `${this.path} is larger than 500 MB, more than one text can hold: split it, or convert it to .uscdf.jsonl.`,
      );
    const bytes = await readFile(this.path);
    const text = new TextDecoder('utf-8').decode(bytes);
    const document = new UscdfDocument(kind, text);
    const records = new CellRecords();
    const pending: RecordCell[] = [];
    for (const [index, cell] of document.cells.entries()) {
      await this.checkCell(cell);
      if (records.add(cell)) pending.push(cell);
      if (index >= MAX_PARSED) cell.forget();
    }
    for (const { range, message } of document.problems) this.addSyntax(range, message);
    for (const cell of pending) await this.compare(cell, records);
    if (isUtf8(bytes)) return;
    const invalidAt = firstInvalid(withoutMark(bytes), text) ?? 0;
    const { line, character } = new LineOffsets(text).position(invalidAt);
    this.addEncoding(line, character);
  }

  private async checkCell(cell: RecordCell): Promise<void> {
    const { record } = cell;
    if (record.problems.length === 0 && (this.options.pixels || new RecordModel(record).sidecar !== undefined))
      await this.load(record, this.options.pixels);
    this.run(cell, this.scopes);
  }

  /** Runs the rules that look at the other records of the file. */
  private async compare(cell: RecordCell, file: FileRecords): Promise<void> {
    const { parent } = new RecordModel(cell.record).data;
    const other = typeof parent === 'string' ? file.first(parent) : undefined;
    if (other !== undefined) await this.load(other.record, false);
    await this.load(cell.record, false);
    this.run(cell, ['file'], file);
  }

  private async load(record: SourceRecord, images: boolean): Promise<void> {
    if (++this.loaded % RESOURCES_RECORDS === 0) this.resources = resourcesOf(this.path);
    await this.resources.load(record, { images });
  }

  private run(cell: RecordCell, scopes: readonly Scope[], file?: FileRecords): void {
    const { severities } = this.options;
    const { resources } = this;
    for (const finding of checkRecord(cell.record, { scopes, severities, resources, ...(file && { file }) }))
      this.add(() => toDiagnostic(cell, finding));
  }

  /** Said once a file: the rest of it is often in the same encoding. */
  private addEncoding(line: number, character: number): void {
    if (this.encodingSaid) return;
    this.encodingSaid = true;
    const range = { start: { line, character }, end: { line, character: character + 1 } };
    this.addSyntax(
      range,
      'These bytes are no UTF-8, so what stands here is lost to every reader: save the file as UTF-8.',
    );
  }

  private addSyntax(range: Range, message: string): void {
    const severity = this.options.severities['syntax'] ?? 'error';
    if (severity === 'off') return;
    this.add(() => ({ range, severity, code: 'syntax', message, page: rulePage('syntax'), related: [] }));
  }

  private add(make: () => Diagnostic): void {
    if (this.diagnostics.length < MAX_DIAGNOSTICS) this.diagnostics.push(make());
    else this.left++;
  }
}

function resourcesOf(path: string): ResourceCache {
  return new ResourceCache(new DiskFiles(dirname(path)));
}

function withoutMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

/** A notice of a file that could not be checked at all. */
export function notChecked(message: string): Diagnostic {
  const start = { line: 0, character: 0 };
  return {
    range: { start, end: start },
    severity: 'warning',
    code: 'limit',
    message,
    page: rulePage('limit'),
    related: [],
  };
}

function unreadable(path: string, error: unknown): Diagnostic {
  const reason =
    error instanceof RecordStreamError
      ? error.message
      : `${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}): check the file's permissions and the disk.`;
  return notChecked(`This file was not checked. ${reason}`);
}
