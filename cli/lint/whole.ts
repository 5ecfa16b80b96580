/** Checks a file that is held whole in memory: `.uscdf`, `.uscdf.json`, and small or piped ones of all kinds. */
import { dirname, resolve } from 'node:path';
import { ResourceCache } from '../../core/files/resourceCache.ts';
import { fixRecord } from '../../core/language/fixRecord.ts';
import { type FileKind, fileKind, type RecordCell, UscdfDocument } from '../../core/records/document.ts';
import { CellRecords } from '../../core/records/fileRecords.ts';
import { LineOffsets } from '../../core/records/lineStore.ts';
import { RecordModel } from '../../core/records/recordModel.ts';
import { fail, ok, type Result } from '../../core/result.ts';
import { DiskFiles } from '../../server/files.ts';
import { readTextFile, replaceTextFile, type TextFile } from '../textFile.ts';
import { Batch, findingsOf, loadOthers, needsOthers } from './findings.ts';
import { recordScopes } from './lines.ts';
import { type CheckSettings, type Emit, TAKEN, type TaskFinding, type TaskResult, type WholeTask } from './task.ts';

/** Records after which parsed ones are let go, so that a large file needs little more than its text. */
const REMEMBERED_RECORDS = 5000;

export async function workOnWhole(task: WholeTask, emit: Emit): Promise<TaskResult> {
  const read = readTextFile(task.path);
  const kind = fileKind(task.path)!;
  const file = read.ok && task.fix ? await mendFile(task, kind, read.value) : read;
  return file.ok ? checkText(kind, task.path, file.value, task, emit) : { records: 0, lines: 0, failure: file.message };
}

/** Mends a file; gives it as it is afterwards. */
async function mendFile(task: WholeTask, kind: FileKind, file: TextFile): Promise<Result<TextFile>> {
  if (file.invalidAt !== undefined) return ok(file);
  const text = await mendText(kind, task.path, file.text, task);
  const written = text === file.text ? ok(undefined) : replaceTextFile(task.path, text, file);
  return written.ok ? ok({ ...file, text }) : fail(written.message);
}

/** A file's text with every fix taken. Records are mended one by one, so that nothing between them changes. */
export async function mendText(kind: FileKind, name: string, text: string, settings: CheckSettings): Promise<string> {
  const document = new UscdfDocument(kind, text);
  const resources = resourcesFor(name);
  const offsets = new LineOffsets(text);
  const options = { kinds: TAKEN, scopes: recordScopes(settings.scopes), severities: settings.severities, resources };
  const parts: string[] = [];
  let from = 0;
  for (const cell of document.cells) {
    if (needsOthers(cell, settings)) await loadOthers(cell, settings, resources);
    const start = offsets.offset(cell.start);
    parts.push(text.slice(from, start), fixRecord(kind, cell.source, options).source);
    cell.forget();
    from = start + cell.source.length;
  }
  return parts.join('') + text.slice(from);
}

/** Runs the rules over a file's text. `name` says where images and sidecars are looked for. */
export async function checkText(
  kind: FileKind,
  name: string,
  file: Pick<TextFile, 'text' | 'invalidAt'>,
  settings: CheckSettings,
  emit: Emit,
): Promise<TaskResult> {
  const document = new UscdfDocument(kind, file.text);
  const resources = resourcesFor(name);
  const batch = new Batch(emit);
  const { severities } = settings;
  const options = { scopes: recordScopes(settings.scopes), severities, resources };
  const others = new CellRecords();
  const compared: RecordCell[] = [];
  const comparesRecords = settings.scopes.includes('file');
  for (const [index, cell] of document.cells.entries()) {
    if (needsOthers(cell, settings)) await loadOthers(cell, settings, resources);
    batch.add(findingsOf(cell, options, settings));
    if (comparesRecords && others.add(cell)) compared.push(cell);
    if (index >= REMEMBERED_RECORDS) cell.forget();
    if (batch.isFull) await batch.flush();
  }
  batch.add(betweenRecords(document, settings));
  for (const cell of compared) {
    await loadCompared(cell, others, settings, resources);
    batch.add(findingsOf(cell, { scopes: ['file'], severities, resources, file: others }, settings));
    if (batch.isFull) await batch.flush();
  }
  await batch.flush();
  const { invalidAt } = file;
  return {
    records: document.cells.length,
    lines: 0,
    ...(invalidAt !== undefined && { invalidAt: new LineOffsets(file.text).position(invalidAt) }),
  };
}

/** Loads what a record and the one that it names keep in other files. */
export async function loadCompared(
  placed: Pick<RecordCell, 'record'>,
  others: Pick<CellRecords, 'first'>,
  settings: CheckSettings,
  resources: ResourceCache,
): Promise<void> {
  const { parent } = new RecordModel(placed.record).data;
  if (typeof parent !== 'string') return;
  const named = others.first(parent);
  const masksOnly = { ...settings, images: false };
  for (const each of named === undefined ? [placed] : [placed, named]) await loadOthers(each, masksOnly, resources);
}

/** What is wrong between the records of a list. */
function betweenRecords(document: UscdfDocument, settings: CheckSettings): readonly TaskFinding[] {
  const severity = settings.severities['syntax'] ?? 'error';
  if (severity === 'off' || !settings.scopes.includes('record')) return [];
  return document.problems.map(({ range, message }) => ({
    record: null,
    code: 'syntax',
    severity,
    message,
    range,
    fixable: false,
    related: [],
  }));
}

function resourcesFor(name: string): ResourceCache {
  return new ResourceCache(new DiskFiles(dirname(resolve(name))));
}
