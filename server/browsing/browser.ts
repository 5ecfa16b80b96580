/**
 * The entry of the browsing process, and of its threads. It lives as long as a tab of the dataset browser, beside the extension
 * host, which never reads a file for it.
 */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { isMainThread, workerData } from 'node:worker_threads';
import { BROWSING_WORKER, Crew } from './crew.ts';
import type { ToBrowsing } from './messages.ts';
import { Session } from './session.ts';
import { startThread } from './thread.ts';

/** More threads would not fit into the memory that browsing may take. */
const MOST_THREADS = 3;

if (isMainThread) {
  const crew = new Crew(fileURLToPath(import.meta.url), Math.min(MOST_THREADS, availableParallelism()));
  // What cannot be sent has nobody left who waits for it.
  const session = new Session(crew, (message) => process.send?.(message, undefined, undefined, () => undefined));
  process.on('message', (message: ToBrowsing) => session.receive(message));
  // An editor that is gone needs no answer.
  process.once('disconnect', () => process.exit());
} else if (workerData === BROWSING_WORKER) startThread();
