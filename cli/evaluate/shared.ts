/** Work that several crews share. */
import type { Crew } from './pool.ts';
import type { Task, TaskResult } from './task.ts';

/** As many tasks a thread as it can be given, so that it waits for none. */
const TASKS_A_THREAD = 2;

/** A crew that says how much it has to do, whoever gives it tasks. */
export class CountedCrew implements Crew {
  /** Tasks that are not done. */
  underWay = 0;

  constructor(private readonly crew: Crew) {}

  get width(): number {
    return this.crew.width;
  }

  get hasRoom(): boolean {
    return this.underWay < TASKS_A_THREAD * this.width;
  }

  async run(task: Task): Promise<TaskResult> {
    this.underWay++;
    const result = await this.crew.run(task);
    this.underWay--;
    return result;
  }

  close(): Promise<void> {
    return this.crew.close();
  }
}

/** Several crews as one: a task waits until one of them has room, the first ones first. */
export class SharedCrew implements Crew {
  private readonly waiting: { readonly task: Task; readonly done: (result: TaskResult) => void }[] = [];

  constructor(private readonly crews: readonly CountedCrew[]) {}

  get width(): number {
    return this.crews.reduce((sum, { width }) => sum + width, 0);
  }

  run(task: Task): Promise<TaskResult> {
    return new Promise((done) => {
      this.waiting.push({ task, done });
      this.giveOut();
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.crews.map((crew) => crew.close()));
  }

  private giveOut(): void {
    for (const crew of this.crews) {
      while (crew.hasRoom) {
        const next = this.waiting.shift();
        if (next === undefined) return;
        void crew.run(next.task).then((result) => {
          next.done(result);
          this.giveOut();
        });
      }
    }
  }
}
