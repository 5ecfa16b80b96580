/** What `uscdf evaluate` and a program that started it with a channel, such as the editor, tell each other. */

/** Sent to the parent while references are scored. */
export interface EvaluateProgress {
  readonly kind: 'progress';
  /** What is counted; phrases are compared before references are scored, where a model does it. */
  readonly unit: 'references' | 'phrases';
  readonly done: number;
  readonly total: number;
}

/** From the parent: make the report of what is there. A signal would say it too, but not on Windows. */
export const STOP = 'stop';

/** Sends no more often than a person can see. */
const EVERY_MS = 100;

/** What the parent is told and says; without a parent it does nothing. */
export class Parent {
  private done = 0;
  private sent = 0;
  private readonly listen = (message: unknown) => {
    if (message === STOP) this.stop();
  };

  /** `stop` is called when the parent asks for it, or is gone. */
  constructor(private readonly stop: () => void) {
    if (process.channel === undefined) return;
    process.on('message', this.listen);
    process.once('disconnect', this.stop);
    // The work keeps the command alive, and not that somebody listens.
    process.channel?.unref();
  }

  /** So many references more of `total` are scored. */
  add(references: number, total: number): void {
    this.done += references;
    this.tell('references', this.done, total);
  }

  tell(unit: EvaluateProgress['unit'], done: number, total: number): void {
    const now = Date.now();
    if (process.send === undefined || !process.connected || (done < total && now - this.sent < EVERY_MS)) return;
    this.sent = now;
    const message: EvaluateProgress = { kind: 'progress', unit, done, total };
    // A parent that is just going away needs no progress.
    process.send(message, undefined, undefined, () => undefined);
  }

  close(): void {
    process.off('message', this.listen);
    process.off('disconnect', this.stop);
  }
}
