/** A worker thread of `uscdf lint`: takes one task at a time and sends findings back as fast as they are taken. */
import { type MessagePort, parentPort } from 'node:worker_threads';
import { runTask } from './runTask.ts';
import type { Task, TaskFinding, TaskResult } from './task.ts';

/** To the worker. */
export type ToWorker = { readonly kind: 'task'; readonly task: Task } | { readonly kind: 'taken' };

/** From the worker; every message of findings is answered with `taken`. */
export type FromWorker =
  | { readonly kind: 'findings'; readonly findings: readonly TaskFinding[] }
  | { readonly kind: 'done'; readonly result: TaskResult }
  | { readonly kind: 'failed'; readonly message: string; readonly stack: string | undefined };

/** What `workerData` says to the command's own file, so that it works as a worker. */
export const LINT_WORKER = 'uscdf-lint';

/** How many messages of findings may wait to be taken. */
const MAX_WAITING = 4;

export function startLintWorker(): void {
  const port = parentPort!;
  const out = new Outlet(port);
  port.on('message', (message: ToWorker) => {
    if (message.kind === 'taken') out.taken();
    else void work(port, out, message.task);
  });
}

async function work(port: MessagePort, out: Outlet, task: Task): Promise<void> {
  try {
    const result = await runTask(task, (findings) => out.send(findings));
    post(port, { kind: 'done', result }, buffersOf(result));
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    post(port, { kind: 'failed', message, stack });
  }
}

/** Sends findings, and waits while too many of them are under way: the one who prints sets the pace. */
class Outlet {
  private waiting = 0;
  private resume: (() => void) | undefined;

  constructor(private readonly port: MessagePort) {}

  async send(findings: readonly TaskFinding[]): Promise<void> {
    if (this.waiting >= MAX_WAITING) {
      await new Promise<void>((resolve) => {
        this.resume = resolve;
      });
    }
    this.waiting++;
    post(this.port, { kind: 'findings', findings });
  }

  taken(): void {
    this.waiting--;
    this.resume?.();
    this.resume = undefined;
  }
}

function post(port: MessagePort, message: FromWorker, transfer: readonly ArrayBuffer[] = []): void {
  port.postMessage(message, [...transfer]);
}

/** The large parts of a result, which change hands without a copy. */
function buffersOf({ ids, mended }: TaskResult): readonly ArrayBuffer[] {
  const parts = ids === undefined ? [] : [ids.hashes, ids.offsets, ids.lines, ids.links];
  const views: readonly ArrayBufferView[] = mended === undefined ? parts : [...parts, mended];
  // A small buffer may be a part of one that others share; that is copied.
  return views.flatMap(({ buffer, byteLength }) =>
    buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [],
  );
}
