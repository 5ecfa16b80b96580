import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { writeWhole } from './draftStore.ts';
import { namedRecord } from './storedDraft.ts';

const count = z.number().int().min(0);

const task = z.object({
  version: z.literal(1),
  /** Tells the progress of this queue from an older one's. */
  begun: z.string(),
  /** The document's address. */
  document: z.string(),
  /** The records that had no answer, in the order of the file. */
  records: z.array(namedRecord),
});
const progress = z.object({
  begun: z.string(),
  /** So many of the records are dealt with. */
  next: count,
  done: count,
  failed: count,
  skipped: count,
});

/** What a queue is to do. */
export type QueueTask = Readonly<z.infer<typeof task>>;
/** How far it is. */
export type QueueProgress = Readonly<z.infer<typeof progress>>;

export interface KeptQueue {
  readonly task: QueueTask;
  readonly progress: QueueProgress;
}

/** The queue on disk, so that it can go on after a restart. Its records are written once, its progress after each of them. */
export class QueueFile {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Rejects where the disk does not take it. */
  async begin(queue: KeptQueue): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await writeWhole(this.#path('queue.json'), JSON.stringify(queue.task));
    await this.keep(queue.progress);
  }

  /** Rejects where the disk does not take it. */
  async keep(state: QueueProgress): Promise<void> {
    await writeWhole(this.#path('progress.json'), JSON.stringify(state));
  }

  /** The queue that was not done; `undefined` where there is none that can be read. */
  async read(): Promise<KeptQueue | undefined> {
    const known = await this.#read('queue.json', task);
    if (known === undefined) return undefined;
    const state = await this.#read('progress.json', progress);
    const fits = state?.begun === known.begun && state.next <= known.records.length;
    return { task: known, progress: fits ? state : { begun: known.begun, next: 0, done: 0, failed: 0, skipped: 0 } };
  }

  async forget(): Promise<void> {
    for (const name of ['queue.json', 'progress.json']) await rm(this.#path(name), { force: true });
  }

  async #read<Shape extends z.ZodType>(name: string, shape: Shape): Promise<z.infer<Shape> | undefined> {
    try {
      const read = shape.safeParse(JSON.parse(await readFile(this.#path(name), 'utf8')));
      return read.success ? read.data : undefined;
    } catch {
      return undefined;
    }
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }
}
