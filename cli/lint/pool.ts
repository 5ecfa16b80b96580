/** Spreads tasks over worker threads, or does them here, and hands out what they find in the order of the tasks. */
import { Worker } from 'node:worker_threads';
import { runTask } from './runTask.ts';
import type { Emit, Task, TaskResult } from './task.ts';
import { type FromWorker, LINT_WORKER, type ToWorker } from './worker.ts';

/** Does tasks. */
export interface Crew {
  /** How many tasks may be given before the first of them is taken. */
  readonly width: number;
  /** Begins a task, at the latest when its findings are asked for. */
  give(task: Task): Job;
  close(): Promise<void>;
}

/** A task that was given. */
export interface Job {
  /** Hands out the findings and then the result; to be called once. */
  take(emit: Emit): Promise<TaskResult>;
}

/** Does each task when it is asked for. A worker costs more than a small input. */
export function ownThread(): Crew {
  return {
    width: 1,
    give: (task) => ({ take: (emit) => runTask(task, emit) }),
    close: () => Promise.resolve(),
  };
}

/** Tasks that wait for their turn to be printed hold findings, so only a few a worker. */
const TASKS_PER_WORKER = 3;

export class WorkerCrew implements Crew {
  readonly width: number;
  private readonly members: Member[];
  private readonly queue: WorkerJob[] = [];

  /** `script` is a file that calls `startLintWorker` where `workerData` is `LINT_WORKER`. */
  constructor(script: string, jobs: number) {
    this.width = jobs * TASKS_PER_WORKER;
    this.members = Array.from({ length: jobs }, () => new Member(script, () => this.queue.shift()));
  }

  give(task: Task): Job {
    const job = new WorkerJob(task);
    this.queue.push(job);
    for (const member of this.members) member.next();
    return job;
  }

  async close(): Promise<void> {
    await Promise.all(this.members.map((member) => member.close()));
  }
}

/** One worker thread. */
class Member {
  private readonly worker: Worker;
  private job: WorkerJob | undefined;
  /** Why the thread is gone. */
  private dead: Error | undefined;

  constructor(
    script: string,
    private readonly nextJob: () => WorkerJob | undefined,
  ) {
    // Standard input belongs to the main thread, and a worker's own output would mix with the report.
    this.worker = new Worker(script, {
      workerData: LINT_WORKER,
      argv: [],
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: 64 },
    });
    this.worker.on('message', (message: FromWorker) => this.receive(message));
    this.worker.on('error', (error) => this.end(error));
    this.worker.on('exit', (code) => this.end(new Error(`it ended with code ${code}`)));
  }

  /** Takes the next task where none is at hand. */
  next(): void {
    if (this.job !== undefined) return;
    const job = this.nextJob();
    if (job === undefined) return;
    if (this.dead !== undefined) {
      job.fail(this.dead);
      return;
    }
    this.job = job;
    job.onTaken = () => this.post({ kind: 'taken' });
    this.post({ kind: 'task', task: job.task });
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private post(message: ToWorker): void {
    this.worker.postMessage(message);
  }

  private receive(message: FromWorker): void {
    const job = this.job;
    if (job === undefined) return;
    if (message.kind === 'findings') {
      job.receive(message);
      return;
    }
    this.job = undefined;
    if (message.kind === 'done') job.receive(message);
    else job.fail(Object.assign(new Error(message.message), { stack: message.stack }));
    this.next();
  }

  private end(error: Error): void {
    this.dead ??= new WorkerGoneError(error);
    this.job?.fail(this.dead);
    this.job = undefined;
  }
}

/** A worker ended before its task: out of memory, or killed. */
export class WorkerGoneError extends Error {
  constructor(cause: Error) {
    super(
      `a worker thread ended before its work was done (${cause.message}), so the findings are not complete: run this again with fewer --jobs, each of which needs memory.`,
    );
  }
}

/** What a worker has sent of a task and nobody has taken yet. */
class WorkerJob implements Job {
  onTaken: () => void = () => undefined;
  private readonly messages: FromWorker[] = [];
  private failure: Error | undefined;
  private wake: (() => void) | undefined;

  constructor(readonly task: Task) {}

  receive(message: FromWorker): void {
    this.messages.push(message);
    this.wake?.();
  }

  fail(error: Error): void {
    this.failure = error;
    this.wake?.();
  }

  async take(emit: Emit): Promise<TaskResult> {
    for (;;) {
      const message = this.messages.shift();
      if (message?.kind === 'findings') {
        await emit(message.findings);
        this.onTaken();
      } else if (message?.kind === 'done') return message.result;
      else if (this.failure !== undefined) throw this.failure;
      else
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
    }
  }
}
