/** A worker thread of `uscdf evaluate`: does one task at a time. */
import { parentPort, workerData } from 'node:worker_threads';
import { isObject } from '../../core/records/isObject.ts';
import { TaskRunner } from './runTask.ts';
import type { Settings, Task, TaskResult } from './task.ts';

const EVALUATE_WORKER = 'uscdf-evaluate';

/** What `workerData` is for the command's own file, so that it works as a worker. */
export interface EvaluateWorkerData {
  readonly kind: typeof EVALUATE_WORKER;
  readonly settings: Settings;
}

export function evaluateWorkerData(settings: Settings): EvaluateWorkerData {
  return { kind: EVALUATE_WORKER, settings };
}

export function isEvaluateWorker(data: unknown): boolean {
  return isObject(data) && data['kind'] === EVALUATE_WORKER;
}

export function startEvaluateWorker(): void {
  const port = parentPort!;
  const runner = new TaskRunner((workerData as EvaluateWorkerData).settings);
  port.on('message', (task: Task) => {
    void runner.run(task).then((result: TaskResult) => port.postMessage(result));
  });
}
