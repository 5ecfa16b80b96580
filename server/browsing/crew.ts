/** Worker threads of the browsing process: tasks in, answers out, those that somebody waits for first. */
import { Worker } from 'node:worker_threads';
import type { Task, TaskAnswer } from './task.ts';

/** What `workerData` says to the process's own file, so that it works as a thread. */
export const BROWSING_WORKER = 'uscdf-browsing';

/** Heaps of threads are bounded, so that many of them stay within what the browser may take. */
const LIMITS = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 1024 };

interface Job {
  readonly task: Task;
  readonly done: (answer: TaskAnswer | undefined) => void;
}

export class Crew {
  private readonly idle: Worker[] = [];
  private readonly urgent: Job[] = [];
  private readonly later: Job[] = [];
  private started = 0;

  /** `script` is a file that calls `startThread` where `workerData` is `BROWSING_WORKER`. */
  constructor(
    private readonly script: string,
    readonly size: number,
  ) {}

  /** Resolves with the answer, or with nothing where the thread died of it or the task was dropped. Never rejects. */
  run(task: Task): Promise<TaskAnswer | undefined> {
    return new Promise((done) => {
      (task.kind === 'search' ? this.urgent : this.later).push({ task, done });
      this.next();
    });
  }

  /** Lets go of the tasks of a kind that nobody has begun. */
  drop(kind: Task['kind']): void {
    const queue = kind === 'search' ? this.urgent : this.later;
    for (const { done } of queue.splice(0)) done(undefined);
  }

  private next(): void {
    const job = this.urgent[0] ?? this.later[0];
    if (job === undefined) return;
    const worker = this.idle.pop() ?? this.start();
    if (worker === undefined) return;
    if (this.urgent.length > 0) this.urgent.shift();
    else this.later.shift();
    this.give(worker, job);
  }

  private start(): Worker | undefined {
    if (this.started >= this.size) return undefined;
    this.started++;
    const worker = new Worker(this.script, {
      workerData: BROWSING_WORKER,
      argv: [],
      execArgv: [],
      resourceLimits: LIMITS,
    });
    worker.unref();
    return worker;
  }

  private give(worker: Worker, { task, done }: Job): void {
    const end = (answer: TaskAnswer | undefined): void => {
      worker.off('message', end).off('error', dead).off('exit', dead);
      if (answer === undefined) this.started--;
      else this.idle.push(worker);
      done(answer);
      this.next();
    };
    // A record that fills a thread's memory ends the thread; another one takes its place.
    const dead = (): void => end(undefined);
    worker.on('message', end).on('error', dead).on('exit', dead);
    worker.postMessage(task);
  }
}
