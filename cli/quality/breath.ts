/** Lets signals and messages through: files are read at once, so that work on them never gives way by itself. */

/** Milliseconds between two breaths; a person who stops a command waits no longer. */
const EVERY = 50;
/** The clock is looked at after so many calls. */
const CALLS_PER_LOOK = 16;

export class Breath {
  private calls = 0;
  private last = performance.now();

  /** To be awaited where it is not `undefined`: it is time to give way. */
  due(): Promise<void> | undefined {
    if (++this.calls % CALLS_PER_LOOK !== 0 || performance.now() - this.last < EVERY) return undefined;
    return new Promise((resolve) =>
      setImmediate(() => {
        this.last = performance.now();
        resolve();
      }),
    );
  }
}
