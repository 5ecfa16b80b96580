import type { Problem } from '../../core/metrics/evaluate/work.ts';
import { fileKind } from '../../core/records/document.ts';
import type { IndexBlock, IndexTask, RecordPlace, TaskResult } from './task.ts';

/** How many bytes of a `.uscdf.jsonl` are indexed at a time. */
const BLOCK_BYTES = 16e6;

/** Where the records of some files are, and what they are called: about 100 bytes a record. */
export class RecordList {
  readonly ids: string[] = [];
  readonly problems: Problem[] = [];
  private readonly files: number[] = [];
  private readonly at: number[] = [];
  private readonly lines: number[] = [];
  private readonly firsts = new Map<string, number>();

  constructor(private readonly paths: readonly string[]) {}

  get size(): number {
    return this.ids.length;
  }

  /** Takes in the next part of a file; `firstLine` is the file's line that the part calls 0. */
  add(file: number, { ids, at, lines }: IndexBlock, firstLine: number): void {
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i]!;
      const line = lines[i]! + firstLine;
      if (this.firsts.has(id)) {
        this.problems.push({ id, place: { file: this.paths[file]!, line }, message: REPEATED });
        continue;
      }
      this.firsts.set(id, this.ids.length);
      this.ids.push(id);
      this.files.push(file);
      this.at.push(at[i]!);
      this.lines.push(line);
    }
  }

  place(record: number): RecordPlace {
    return { path: this.paths[this.files[record]!]!, at: this.at[record]!, line: this.lines[record]! };
  }

  find(id: string): RecordPlace | undefined {
    const record = this.firsts.get(id);
    return record === undefined ? undefined : this.place(record);
  }

  has(id: string): boolean {
    return this.firsts.has(id);
  }
}

const REPEATED =
  'This record is left out, for an earlier one has the same `id` and counts: give every record an id of its own.';

/** The parts of a file that are indexed one by one. */
export function indexTasks(path: string, size: number): readonly IndexTask[] {
  const task = (start: number, end: number): IndexTask => ({ kind: 'index', path, start, end });
  if (fileKind(path) !== 'jsonl') return [task(0, size)];
  const tasks: IndexTask[] = [];
  // At least one, even of an empty file: one that cannot be opened has to say so.
  for (let start = 0; start === 0 || start < size; start += BLOCK_BYTES)
    tasks.push(task(start, Math.min(start + BLOCK_BYTES, size)));
  return tasks;
}

/** Reads the places of all records of some files; `complain` hears of files that cannot be read. */
export async function listRecords(
  paths: readonly string[],
  sizeOf: (path: string) => number,
  run: (task: IndexTask) => Promise<TaskResult>,
  complain: (message: string) => void,
): Promise<RecordList> {
  const list = new RecordList(paths);
  const parts = paths.map((path) => indexTasks(path, sizeOf(path)).map(run));
  for (const [file, results] of parts.entries()) {
    let line = 0;
    for (const result of results) {
      const { index, problems = [], failure } = await result;
      if (failure !== undefined) complain(failure);
      for (const problem of problems)
        list.problems.push({ ...problem, place: { file: problem.place.file, line: problem.place.line + line } });
      if (index !== undefined) {
        list.add(file, index, line);
        line += index.lineCount;
      }
    }
  }
  return list;
}
