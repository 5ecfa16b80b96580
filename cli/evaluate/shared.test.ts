import { describe, expect, it } from 'vitest';
import type { Crew } from './pool.ts';
import { CountedCrew, SharedCrew } from './shared.ts';
import type { Task, TaskResult } from './task.ts';

const task = (start: number): Task => ({ kind: 'index', path: '', start, end: 0 });

/** A crew of one that does nothing before it is told to; `given` is what it has. */
class Slow implements Crew {
  readonly width = 1;
  readonly given: number[] = [];
  private readonly done: ((result: TaskResult) => void)[] = [];

  run(given: Task): Promise<TaskResult> {
    this.given.push(given.kind === 'index' ? given.start : -1);
    return new Promise((resolve) => this.done.push(resolve));
  }

  /** Ends its oldest task. */
  async end(): Promise<void> {
    this.done.shift()?.({ failure: String(this.given.shift()) });
    await new Promise(setImmediate);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

describe('work that crews share', () => {
  it('goes to the first one that has room, and the rest to whoever is done first', async () => {
    const [first, second] = [new Slow(), new Slow()];
    const shared = new SharedCrew([new CountedCrew(first), new CountedCrew(second)]);
    const results = Promise.all([0, 1, 2, 3, 4, 5, 6].map((start) => shared.run(task(start))));
    expect([first.given, second.given]).toEqual([
      [0, 1],
      [2, 3],
    ]);
    await second.end();
    await second.end();
    await first.end();
    expect([first.given, second.given]).toEqual([
      [1, 6],
      [4, 5],
    ]);
    for (const crew of [first, first, second, second]) await crew.end();
    expect((await results).map(({ failure }) => failure)).toEqual(['0', '1', '2', '3', '4', '5', '6']);
  });

  it('is not given to a crew that has enough to do of its own', async () => {
    const [free, busy] = [new Slow(), new Slow()];
    const own = new CountedCrew(busy);
    void own.run(task(10));
    void own.run(task(11));
    const shared = new SharedCrew([new CountedCrew(free), own]);
    void Promise.all([0, 1, 2].map((start) => shared.run(task(start))));
    expect(busy.given).toEqual([10, 11]);
    await busy.end();
    await free.end();
    expect([free.given, busy.given]).toEqual([[1, 2], [11]]);
  });
});
