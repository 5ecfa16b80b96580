import type { NamedRecord } from '../../core/language/draftRecords.ts';
import { movedAddress } from './draftStore.ts';
import type { KeptQueue, QueueFile, QueueProgress, QueueTask } from './queueFile.ts';

/** What became of one record of the queue. */
export type Outcome =
  | { readonly kind: 'made' }
  /** Nothing is to be done for it, and why. */
  | { readonly kind: 'skipped'; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string }
  /** Nothing can be done for any record now, and why. */
  | { readonly kind: 'halted'; readonly why: string }
  /** The queue was paused over it. */
  | { readonly kind: 'cancelled' };

export interface QueueHost {
  /** Makes and keeps the draft of a record. Rejects never. */
  make(document: string, record: NamedRecord, signal: AbortSignal): Promise<Outcome>;
  /** Something is to be shown: the state is another one. */
  changed(): void;
  /** The last record is dealt with. */
  finished(task: QueueTask, progress: QueueProgress): void;
  /** It paused by itself. */
  halted(why: string): void;
  log(line: string): void;
}

export interface QueueStanding extends QueueProgress {
  readonly state: 'running' | 'paused';
  readonly document: string;
  readonly total: number;
}

/** Drafts for many records, one after the other, with a memory on disk. At most one queue at a time. */
export class DraftQueue {
  readonly #file: QueueFile;
  readonly #host: QueueHost;
  #queue: KeptQueue | undefined;
  #abort: AbortController | undefined;
  /** Ends when the loop does; a queue that is paused and resumed must not work twice. */
  #working: Promise<void> = Promise.resolve();

  constructor(file: QueueFile, host: QueueHost) {
    this.#file = file;
    this.#host = host;
  }

  get standing(): QueueStanding | undefined {
    if (this.#queue === undefined) return undefined;
    const { task, progress } = this.#queue;
    return {
      ...progress,
      state: this.#abort === undefined ? 'paused' : 'running',
      document: task.document,
      total: task.records.length,
    };
  }

  /** Takes up the queue of an earlier window, paused. Resolves with whether there is one. */
  async restore(): Promise<boolean> {
    if (this.#queue !== undefined) return true;
    this.#queue = await this.#file.read();
    if (this.#queue !== undefined) this.#host.changed();
    return this.#queue !== undefined;
  }

  /** Begins a queue, in place of the one that there is. */
  async start(document: string, records: readonly NamedRecord[]): Promise<void> {
    await this.pause();
    const begun = `${Date.now()}-${Math.random()}`;
    const task: QueueTask = { version: 1, begun, document, records: [...records] };
    this.#queue = { task, progress: { begun, next: 0, done: 0, failed: 0, skipped: 0 } };
    await this.#keep((file, queue) => file.begin(queue));
    this.resume();
  }

  resume(): void {
    if (this.#queue === undefined || this.#abort !== undefined) return;
    const abort = new AbortController();
    this.#abort = abort;
    this.#host.changed();
    this.#working = this.#working.then(() => this.#work(abort));
  }

  /** Resolves when nothing is worked on any more; the record that was is taken up again on `resume`. */
  async pause(): Promise<void> {
    this.#abort?.abort();
    this.#abort = undefined;
    if (this.#queue !== undefined) this.#host.changed();
    await this.#working;
  }

  /** Lets the queue follow its document, or a folder that holds it, when that is moved; both are addresses. */
  async move(from: string, to: string): Promise<void> {
    const queue = this.#queue;
    const document = queue && movedAddress(queue.task.document, from, to);
    if (queue === undefined || document === undefined) return;
    const wasRunning = this.#abort !== undefined;
    await this.pause();
    if (this.#queue === undefined) return;
    this.#queue = { ...this.#queue, task: { ...queue.task, document } };
    await this.#keep((file, moved) => file.begin(moved));
    if (wasRunning) this.resume();
    else this.#host.changed();
  }

  /** Ends the queue; the drafts that it has made stay. */
  async stop(): Promise<void> {
    this.#abort?.abort();
    await this.#end();
    await this.#working;
  }

  async #work(abort: AbortController): Promise<void> {
    const queue = this.#queue;
    while (queue !== undefined && this.#queue?.task === queue.task && !abort.signal.aborted) {
      const { task, progress } = this.#queue;
      const record = task.records[progress.next];
      if (record === undefined) {
        await this.#end();
        this.#host.finished(task, progress);
        return;
      }
      const outcome = await this.#host.make(task.document, record, abort.signal);
      if (this.#queue?.task !== task) return;
      if (outcome.kind === 'cancelled') {
        if (!abort.signal.aborted) this.#halt(abort, 'the draft was cancelled.');
      } else if (outcome.kind === 'halted') this.#halt(abort, outcome.why);
      else await this.#count(task, progress, record, outcome);
    }
  }

  async #count(
    task: QueueTask,
    progress: QueueProgress,
    record: NamedRecord,
    outcome: Extract<Outcome, { kind: 'made' | 'skipped' | 'failed' }>,
  ): Promise<void> {
    const counted = outcome.kind === 'made' ? 'done' : outcome.kind;
    if (outcome.kind !== 'made') {
      const name = record.id === undefined ? `Record ${record.record + 1}` : `The record "${record.id}"`;
      this.#host.log(
        `${name} of ${task.document} was ${outcome.kind === 'failed' ? 'given up' : 'skipped'}: ${outcome.why}`,
      );
    }
    this.#queue = { task, progress: { ...progress, next: progress.next + 1, [counted]: progress[counted] + 1 } };
    await this.#keep((file, queue) => file.keep(queue.progress));
    this.#host.changed();
  }

  #halt(abort: AbortController, why: string): void {
    if (this.#abort === abort) this.#abort = undefined;
    abort.abort();
    this.#host.changed();
    this.#host.halted(why);
  }

  async #end(): Promise<void> {
    this.#queue = undefined;
    this.#abort = undefined;
    this.#host.changed();
    await this.#file.forget().catch((error: unknown) => this.#host.log(String(error)));
  }

  async #keep(write: (file: QueueFile, queue: KeptQueue) => Promise<void>): Promise<void> {
    if (this.#queue === undefined) return;
    await write(this.#file, this.#queue).catch((error: unknown) =>
      this.#host.log(
        `The queue of drafts could not be kept on disk, and would not go on after a restart: ${String(error)}`,
      ),
    );
  }
}
