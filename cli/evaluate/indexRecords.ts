/** Finds where the records of a file are, and what they are called. */
import type { Problem } from '../../core/metrics/evaluate/work.ts';
import { fileKind, UscdfDocument } from '../../core/records/document.ts';
import { isObject } from '../../core/records/isObject.ts';
import { LineFile, LineReader, LineTooLongError } from '../../server/recordStream.ts';
import { readTextFile } from '../textFile.ts';
import type { IndexTask, TaskResult } from './task.ts';

/** Rejects with a `RecordStreamError` where a `.uscdf.jsonl` cannot be read. */
export async function indexRecords(task: IndexTask): Promise<TaskResult> {
  return fileKind(task.path) === 'jsonl' ? indexLines(task) : indexWhole(task.path);
}

type Indexed = Required<Pick<TaskResult, 'index' | 'problems'>>;

class Index {
  readonly ids: string[] = [];
  readonly at: number[] = [];
  readonly lines: number[] = [];
  readonly problems: Problem[] = [];

  constructor(private readonly path: string) {}

  add(id: string | undefined, at: number, line: number): void {
    if (id === undefined) {
      this.problems.push({ place: { file: this.path, line }, message: NO_ID });
      return;
    }
    this.ids.push(id);
    this.at.push(at);
    this.lines.push(line);
  }

  result(lineCount: number): Indexed {
    const { ids, problems } = this;
    return { index: { ids, at: Float64Array.from(this.at), lines: Uint32Array.from(this.lines), lineCount }, problems };
  }
}

const NO_ID =
  'This record is left out, for it does not parse or has no `id`, so that nobody knows its partner: mend it (see `uscdf lint`).';

async function indexLines({ path, start, end }: IndexTask): Promise<TaskResult> {
  const file = await LineFile.open(path);
  try {
    return await indexPart(path, file, start, end);
  } catch (error) {
    if (!(error instanceof LineTooLongError)) throw error;
    // It is the last line of the part: those before it are not lost with it, and it counts as a line.
    const before = await indexPart(path, file, start, error.byteOffset);
    const { lineCount, ...places } = before.index;
    return { ...before, index: { ...places, lineCount: lineCount + 1 }, failure: error.message };
  } finally {
    await file.close();
  }
}

async function indexPart(path: string, file: LineFile, start: number, end: number): Promise<Indexed> {
  const index = new Index(path);
  if (start >= end) return index.result(0);
  const reader = new LineReader(await file.lines(start, end), 0);
  for (let record = reader.next(); record !== undefined; record = reader.next())
    index.add(idOfLine(record.source), record.byteOffset, record.line);
  return index.result(reader.line);
}

function indexWhole(path: string): TaskResult {
  const text = readTextFile(path);
  if (!text.ok) return { failure: text.message };
  const document = new UscdfDocument(fileKind(path)!, text.value.text);
  const index = new Index(path);
  document.cells.forEach((cell, i) => {
    index.add(idOfValue(cell.record.value), i, cell.start.line);
    cell.forget();
  });
  return index.result(document.lineCount);
}

/** The id of a record; the line is parsed only where the id does not come first, or needs it. */
export function idOfLine(source: string): string | undefined {
  const first = firstId(source);
  if (first !== undefined) return first;
  try {
    return idOfValue(JSON.parse(source));
  } catch {
    return undefined;
  }
}

/** The id of a record that begins with it, in plain characters. */
function firstId(source: string): string | undefined {
  if (!source.startsWith('{"id":')) return undefined;
  const open = source.charCodeAt(6) === 32 ? 7 : 6;
  if (source[open] !== '"') return undefined;
  const close = source.indexOf('"', open + 1);
  const id = source.slice(open + 1, close);
  return close < 0 || id.includes('\\') ? undefined : id;
}

function idOfValue(value: unknown): string | undefined {
  const id = isObject(value) ? value['id'] : undefined;
  return typeof id === 'string' ? id : undefined;
}
