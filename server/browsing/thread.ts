/** A thread of the browsing process: one task at a time. */
import { parentPort } from 'node:worker_threads';
import type { FactBlock } from '../../core/browsing/facts.ts';
import { OpenFiles } from './readRecords.ts';
import { runTask } from './runTask.ts';
import type { Task } from './task.ts';

export function startThread(): void {
  const port = parentPort!;
  const files = new OpenFiles();
  port.on('message', async (task: Task) => {
    const answer = await runTask(task, files);
    port.postMessage(answer, answer.kind === 'facts' ? buffersOf(answer.block) : []);
  });
}

/** The buffers of a block, which change hands without a copy. */
function buffersOf({ columns, ids, idEnds }: FactBlock): readonly ArrayBuffer[] {
  return [...Object.values(columns), ids, idEnds].flatMap(({ buffer }) =>
    buffer instanceof ArrayBuffer ? [buffer] : [],
  );
}
