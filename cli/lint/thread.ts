/** The file that a worker thread of `uscdf lint` runs: no more than it needs, so that threads start at once. */
import { isMainThread, workerData } from 'node:worker_threads';
import { LINT_WORKER, startLintWorker } from './worker.ts';

if (!isMainThread && workerData === LINT_WORKER) startLintWorker();
