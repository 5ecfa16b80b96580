/** Cuts a dataset's records into tasks for threads, and takes their answers in the order of the records. */
import type { RecordTable } from '../../core/browsing/recordTable.ts';
import type { Crew } from './crew.ts';
import type { BrowsedFile, Dataset } from './dataset.ts';
import type { Task, TaskAnswer } from './task.ts';

/** Records of one file that one task is about. */
export interface Batch {
  readonly file: number;
  /** Records, `end` excluded. */
  readonly from: number;
  readonly end: number;
  /** Bytes of a `.uscdf.jsonl`. */
  readonly startByte: number;
  readonly endByte: number;
}

/** Each thread has one task under way and others at hand. */
const TASKS_PER_THREAD = 2;

/** The batches of all records, each of about so many bytes, or one longer record. */
export function* batchesOf(table: RecordTable, files: readonly BrowsedFile[], bytes: number): Generator<Batch> {
  for (let from = 0; from < table.size; ) {
    const { file, offset: startByte } = table.place(from);
    const isLines = files[file]!.kind === 'jsonl';
    let end = from + 1;
    let endByte = endOf(table, from);
    for (; end < table.size && table.fileOf(end) === file; end++) {
      const next = endOf(table, end);
      if (isLines && next - startByte > bytes) break;
      endByte = next;
    }
    yield { file, from, end, startByte, endByte };
    from = end;
  }
}

function endOf(table: RecordTable, record: number): number {
  const { offset, length } = table.place(record);
  return offset + length;
}

/**
 * Gives a task for each batch to the threads, and takes the answers in order; one is missing where a thread died of its task.
 * Ends when all are taken, or when `isOver` says so.
 */
export async function workOnRecords(
  { table, files }: Dataset,
  crew: Crew,
  bytes: number,
  work: {
    readonly task: (batch: Batch, file: BrowsedFile) => Task;
    readonly take: (answer: TaskAnswer | undefined, batch: Batch) => void;
    readonly isOver: () => boolean;
  },
): Promise<void> {
  const underWay: { readonly batch: Batch; readonly answer: Promise<TaskAnswer | undefined> }[] = [];
  const takeFirst = async (): Promise<void> => {
    const first = underWay.shift()!;
    const answer = await first.answer;
    if (!work.isOver()) work.take(answer, first.batch);
  };
  for (const batch of batchesOf(table, files, bytes)) {
    if (work.isOver()) return;
    underWay.push({ batch, answer: crew.run(work.task(batch, files[batch.file]!)) });
    if (underWay.length >= TASKS_PER_THREAD * crew.size) await takeFirst();
  }
  while (underWay.length > 0 && !work.isOver()) await takeFirst();
}
