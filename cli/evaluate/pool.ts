/** Spreads the tasks of `uscdf evaluate` over worker threads. A task that fails, or kills its thread, costs itself only. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { TaskRunner } from './runTask.ts';
import type { Settings, Task, TaskResult } from './task.ts';
import { evaluateWorkerData } from './worker.ts';

/** Does tasks. */
export interface Crew {
  /** How many tasks can be under way. */
  readonly width: number;
  /** Never rejects: what goes wrong is the result's `failure`. */
  run(task: Task): Promise<TaskResult>;
  /** May be called again. */
  close(): Promise<void>;
}

/** Does each task here. A worker costs more than a small input. */
export function ownThread(settings: Settings): Crew {
  const runner = new TaskRunner(settings);
  return {
    width: 1,
    async run(task) {
      // Between tasks Ctrl-C, and a parent that says stop, are heard.
      await nextTurn();
      return runner.run(task);
    },
    close: () => runner.close(),
  };
}

export class WorkerCrew implements Crew {
  readonly width: number;
  private readonly free: Member[];
  private readonly waiting: ((member: Member) => void)[] = [];
  private readonly members = new Set<Member>();

  /** `script` is a file that calls `startEvaluateWorker` where `isEvaluateWorker(workerData)`. */
  constructor(
    private readonly script: string,
    jobs: number,
    private readonly settings: Settings,
  ) {
    this.width = jobs;
    this.free = Array.from({ length: jobs }, () => this.hire());
  }

  async run(task: Task): Promise<TaskResult> {
    const member = this.free.pop() ?? (await new Promise<Member>((resolve) => this.waiting.push(resolve)));
    const result = await member.run(task);
    this.release(member.isGone ? this.replace(member) : member);
    return result;
  }

  async close(): Promise<void> {
    await Promise.all([...this.members].map((member) => member.close()));
  }

  private hire(): Member {
    const member = new Member(
      new Worker(this.script, {
        workerData: evaluateWorkerData(this.settings),
        argv: [],
        execArgv: [],
        resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
      }),
    );
    this.members.add(member);
    return member;
  }

  private replace(member: Member): Member {
    this.members.delete(member);
    return this.hire();
  }

  private release(member: Member): void {
    const next = this.waiting.shift();
    if (next === undefined) this.free.push(member);
    else next(member);
  }
}

/** For objects that die young: a third of what a thread takes by itself, at the same speed, as it holds little else. */
const YOUNG_MEGABYTES = 16;

/** One worker thread, which has one task at most. */
class Member {
  isGone = false;
  private answer: ((result: TaskResult) => void) | undefined;

  constructor(private readonly worker: Worker) {
    worker.on('message', (result: TaskResult) => this.end(result));
    worker.on('error', (error) => this.die(error.message));
    worker.on('exit', (code) => this.die(`it ended with code ${code}`));
  }

  run(task: Task): Promise<TaskResult> {
    return new Promise((resolve) => {
      this.answer = resolve;
      if (this.isGone) this.die('it ended early');
      else this.worker.postMessage(task);
    });
  }

  async close(): Promise<void> {
    this.answer = undefined;
    await this.worker.terminate();
  }

  private end(result: TaskResult): void {
    const answer = this.answer;
    this.answer = undefined;
    answer?.(result);
  }

  private die(why: string): void {
    this.isGone = true;
    this.end({
      failure: `A worker thread ended before its work was done (${why}): run this again with fewer --jobs, each of which needs memory.`,
    });
  }
}
