/** Reads facts of records, and searches them: what the threads of the browsing process do. */
import { dirname } from 'node:path';
import { type FactBlock, FactCollector } from '../../core/browsing/facts.ts';
import { CandidateScan, holdsText, type Needle, needleOf } from '../../core/browsing/textSearch.ts';
import { ResourceCache } from '../../core/files/resourceCache.ts';
import { RecordCell } from '../../core/records/document.ts';
import { JsonRecord } from '../../core/records/jsonRecord.ts';
import { RecordModel } from '../../core/records/recordModel.ts';
import type { SourceRecord } from '../../core/records/sourceRecord.ts';
import { type CheckOptions, checkRecord, type Finding } from '../../core/rules/checkRecord.ts';
import type { Scope } from '../../core/rules/rule.ts';
import { DiskFiles } from '../files.ts';
import { type OpenFiles, readWhole } from './readRecords.ts';
import type { FactsTask, SearchTask, Task, TaskAnswer } from './task.ts';

/** The rules that look at the record alone and open no image. */
export const BROWSED_SCOPES: readonly Scope[] = ['turn', 'record'];

const BAD_BYTES = {
  code: 'syntax',
  severity: 'error',
  message: 'These bytes are no UTF-8, so what stands here is lost to every reader: save the file as UTF-8.',
  span: { start: 0, end: 1 },
  related: [],
  fixKind: 'none',
  fixes: () => [],
} as const satisfies Finding;

const CARRIAGE_RETURN = 13;
/** Bytes of sidecars' label maps that a thread remembers. */
const LABEL_MAP_MEMORY = 64e6;

/** Never rejects: where a file cannot be read any more, its records are broken ones, and hold no text. */
export async function runTask(task: Task, files: OpenFiles): Promise<TaskAnswer> {
  return task.kind === 'facts'
    ? { kind: 'facts', block: await readFacts(task, files) }
    : { kind: 'search', offsets: Float64Array.from(search(task, files)) };
}

async function readFacts(task: FactsTask, files: OpenFiles): Promise<FactBlock> {
  const collector = new FactCollector();
  let left = task.count;
  try {
    const resources = new ResourceCache(new DiskFiles(dirname(task.path)), LABEL_MAP_MEMORY);
    const options = { scopes: BROWSED_SCOPES, severities: task.severities, resources };
    for (const { source, invalid } of recordsOf(task, files)) {
      if (left-- === 0) break;
      const record = new RecordModel(source, resources);
      if (record.sidecar !== undefined) await resources.load(source, { images: false });
      collector.add(record, findingsOf(source, invalid, options));
    }
  } catch {
    // It went away, or holds a record that cannot be held: those that are left are broken.
  }
  for (; left > 0; left--) collector.addBroken();
  return collector.block();
}

/** The findings that the browser shows of a record, bytes that are no text among them. */
export function findingsOf(source: SourceRecord, invalid: boolean, options: CheckOptions): readonly Finding[] {
  const findings = checkRecord(source, options);
  return invalid && options.severities?.['syntax'] !== 'off' ? [...findings, BAD_BYTES] : findings;
}

function* recordsOf(
  { path, fileKind, start, end }: FactsTask,
  files: OpenFiles,
): Generator<{ readonly source: SourceRecord; readonly invalid: boolean }> {
  if (fileKind !== 'jsonl') {
    for (const cell of readWhole(path, fileKind).cells) {
      yield { source: cell.record, invalid: false };
      cell.forget();
    }
    return;
  }
  const reader = files.lines(path, start, end);
  for (let record = reader.next(); record !== undefined; record = reader.next())
    yield {
      source: new RecordCell('jsonl', record.source, record).record,
      invalid: record.invalidAt !== undefined,
    };
}

function* search({ path, fileKind, start, end, text }: SearchTask, files: OpenFiles): Generator<number> {
  const needle = needleOf(text);
  if (needle === undefined) return;
  try {
    if (fileKind === 'jsonl') yield* searchLines(files.read(path, start, end - start), start, needle);
    else yield* searchWhole(readWhole(path, fileKind).cells, needle);
  } catch {
    // It went away meanwhile: nothing is found in it.
  }
}

function* searchWhole(cells: readonly RecordCell[], needle: Needle): Generator<number> {
  for (const [index, cell] of cells.entries()) {
    if (holdsText(new RecordModel(cell.record), needle)) yield index;
    cell.forget();
  }
}

function* searchLines(bytes: Buffer, start: number, needle: Needle): Generator<number> {
  const lines = bytes.toString('latin1');
  const candidates = new CandidateScan(lines, needle);
  const hasReturns = bytes.includes(CARRIAGE_RETURN);
  for (let at = candidates.next(0); at >= 0; ) {
    const { first, end } = lineAround(lines, at, hasReturns);
    const source = bytes.toString('utf8', first, end).trim();
    if (source !== '' && holdsText(new RecordModel(new JsonRecord(source, true)), needle)) yield start + first;
    at = candidates.next(end + 1);
  }
}

function lineAround(text: string, at: number, hasReturns: boolean): { readonly first: number; readonly end: number } {
  const first = text.lastIndexOf('\n', at) + 1;
  const feed = text.indexOf('\n', at);
  const end = feed < 0 ? text.length : feed;
  if (!hasReturns) return { first, end };
  const after = text.indexOf('\r', at);
  return {
    first: Math.max(first, text.lastIndexOf('\r', at) + 1),
    end: after < 0 ? end : Math.min(end, after),
  };
}
