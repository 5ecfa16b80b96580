/** Checks or mends a stretch of the lines of a `.uscdf.jsonl`. */
import { dirname, resolve } from 'node:path';
import { ResourceCache } from '../../core/files/resourceCache.ts';
import { fixRecord } from '../../core/language/fixRecord.ts';
import { RecordCell } from '../../core/records/document.ts';
import { fileKeysOf } from '../../core/records/fileRecords.ts';
import type { Position } from '../../core/records/position.ts';
import type { Scope } from '../../core/rules/rule.ts';
import { DiskFiles } from '../../server/files.ts';
import { LineFile, LineReader, type Lines } from '../../server/recordStream.ts';
import { Batch, findingsOf, loadOthers, needsOthers } from './findings.ts';
import { IdCollector } from './ids.ts';
import { type CheckSettings, type Emit, type LinesTask, TAKEN, type TaskResult } from './task.ts';

/** Rejects with a `RecordStreamError` where the file cannot be read. */
export async function workOnLines(task: LinesTask, emit: Emit): Promise<TaskResult> {
  const file = await LineFile.open(task.path);
  try {
    const lines = await file.lines(task.start, task.end);
    // Made anew for each stretch, so that a file of any size holds no more than a stretch refers to.
    const resources = new ResourceCache(new DiskFiles(dirname(resolve(task.name))));
    return task.kind === 'lines'
      ? await checkLines(lines, task, resources, emit)
      : await mendLines(lines, task, resources);
  } finally {
    await file.close();
  }
}

async function checkLines(
  lines: Lines,
  settings: CheckSettings,
  resources: ResourceCache,
  emit: Emit,
): Promise<TaskResult> {
  const reader = new LineReader(lines, 0);
  const batch = new Batch(emit);
  const ids = new IdCollector();
  const scopes = recordScopes(settings.scopes);
  const options = { scopes, severities: settings.severities, resources };
  const wantsIds = settings.scopes.length === 0 || settings.scopes.includes('file');
  let records = 0;
  let unparsed = 0;
  let invalidAt: Position | undefined;
  for (let record = reader.next(); record !== undefined; record = reader.next()) {
    records++;
    const cell = new RecordCell('jsonl', record.source, record);
    if (record.invalidAt !== undefined) invalidAt ??= { line: record.line, character: record.invalidAt };
    if (wantsIds) {
      if (cell.record.problems.length > 0) unparsed++;
      else ids.add(fileKeysOf(cell.record), record);
    }
    if (scopes.length === 0) continue;
    if (needsOthers(cell, settings)) await loadOthers(cell, settings, resources);
    batch.add(findingsOf(cell, options, settings));
    if (batch.isFull) await batch.flush();
  }
  await batch.flush();
  return {
    records,
    lines: reader.line,
    ...(wantsIds && { ids: ids.block(), unparsed }),
    ...(invalidAt !== undefined && { invalidAt }),
  };
}

/** The scopes whose rules look at one record alone. */
export function recordScopes(scopes: readonly Scope[]): readonly Scope[] {
  return scopes.filter((scope) => scope !== 'file');
}

/** The text of the lines with every fix taken; records are mended one by one, so that nothing between them changes. */
async function mendLines(lines: Lines, settings: LinesTask, resources: ResourceCache): Promise<TaskResult> {
  const { bytes, byteOffset } = lines;
  const reader = new LineReader(lines, 0);
  const parts: Buffer[] = [];
  const options = { kinds: TAKEN, scopes: recordScopes(settings.scopes), severities: settings.severities, resources };
  let records = 0;
  let done = 0;
  let invalidAt: Position | undefined;
  for (let record = reader.next(); record !== undefined; record = reader.next()) {
    records++;
    const { source } = record;
    if (record.invalidAt !== undefined) {
      invalidAt = { line: record.line, character: record.invalidAt };
      break;
    }
    const cell = new RecordCell('jsonl', source, record);
    if (needsOthers(cell, settings)) await loadOthers(cell, settings, resources);
    const fixed = fixRecord('jsonl', source, options);
    if (fixed.source === source) continue;
    const start = bytes.indexOf(source, record.byteOffset - byteOffset);
    parts.push(bytes.subarray(done, start), Buffer.from(fixed.source));
    done = start + Buffer.byteLength(source);
  }
  const stretch = { start: byteOffset, end: byteOffset + bytes.length };
  const read = { records, lines: reader.line, stretch };
  if (invalidAt !== undefined) return { ...read, invalidAt };
  if (done === 0) return read;
  return { ...read, mended: Buffer.concat([...parts, bytes.subarray(done)]) };
}
