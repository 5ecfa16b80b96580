import { RecordStreamError } from '../../server/recordStream.ts';
import { workOnLines } from './lines.ts';
import type { Emit, Task, TaskResult } from './task.ts';
import { workOnWhole } from './whole.ts';

/** Does one piece of work, in a worker or in the main thread. */
export async function runTask(task: Task, emit: Emit): Promise<TaskResult> {
  try {
    return task.kind === 'whole' ? await workOnWhole(task, emit) : await workOnLines(task, emit);
  } catch (error) {
    if (error instanceof RecordStreamError) return { records: 0, lines: 0, failure: error.message };
    throw error;
  }
}
