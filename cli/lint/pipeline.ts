import type { Crew } from './pool.ts';
import type { Emit, Task, TaskResult } from './task.ts';

/** What becomes of a task's findings and of its result. */
export interface Receiver {
  readonly emit: Emit;
  done(result: TaskResult): Promise<void> | void;
}

/** Keeps tasks under way, and their findings in order: what is given first is received first. */
export class Pipeline {
  private last: Promise<void> = Promise.resolve();
  private underWay = 0;
  private failure: { readonly error: unknown } | undefined;
  private freed: (() => void) | undefined;
  private crew: Crew | undefined;

  /** The crew is made when the first task comes. */
  constructor(private readonly makeCrew: () => Crew) {}

  /** Resolves when there is room for another task; rejects when one has failed. */
  async give(task: Task, receiver: Receiver): Promise<void> {
    this.throwFailure();
    this.crew ??= this.makeCrew();
    const job = this.crew.give(task);
    this.underWay++;
    this.last = this.last.then(async () => {
      try {
        if (this.failure === undefined) await receiver.done(await job.take(receiver.emit));
      } catch (error) {
        this.failure = { error };
      }
      this.underWay--;
      this.freed?.();
    });
    while (this.underWay >= this.crew.width && this.failure === undefined) {
      await new Promise<void>((resolve) => {
        this.freed = resolve;
      });
    }
    this.throwFailure();
  }

  /** Does something when everything that was given before is received. */
  after(action: () => Promise<void> | void): void {
    this.last = this.last.then(async () => {
      try {
        if (this.failure === undefined) await action();
      } catch (error) {
        this.failure = { error };
      }
    });
  }

  /** Resolves when all is received. */
  async finish(): Promise<void> {
    await this.last;
    this.throwFailure();
  }

  /** Ends the crew, whatever is under way. */
  async close(): Promise<void> {
    await this.crew?.close();
  }

  private throwFailure(): void {
    if (this.failure !== undefined) throw this.failure.error;
  }
}
