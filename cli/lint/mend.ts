import { closeSync, openSync, readSync } from 'node:fs';
import { fail, ok, type Result } from '../../core/result.ts';
import { RecordStreamError } from '../../server/recordStream.ts';
import { Replacement, stampOf } from '../textFile.ts';
import type { Pipeline } from './pipeline.ts';
import type { CheckSettings, TaskResult } from './task.ts';

const COPY_BYTES = 1 << 20;

/**
 * Mends a `.uscdf.jsonl` block by block, in the memory of a few blocks. The file is replaced when all of it is mended, or
 * stays as it is: where nothing changes, where a byte is no UTF-8, and where writing fails, which is the only failure.
 */
export async function mendLargeFile(
  path: string,
  name: string,
  settings: CheckSettings,
  blockBytes: number,
  pipeline: Pipeline,
): Promise<Result<void>> {
  await pipeline.finish();
  let mending: Mending | undefined;
  try {
    const stamp = stampOf(path);
    mending = new Mending(path, new Replacement(path, stamp));
    const size = Number(stamp.size);
    for (let start = 0; start < size && mending.goesOn; start += blockBytes) {
      const task = { kind: 'mend', path, name, start, end: Math.min(start + blockBytes, size), ...settings } as const;
      const take = (result: TaskResult) => mending?.take(result);
      await pipeline.give(task, { emit: () => Promise.resolve(), done: take });
    }
    await pipeline.finish();
    return mending.finish(size);
  } catch (error) {
    mending?.discard();
    throw error;
  } finally {
    mending?.close();
  }
}

/** The file's new text as it grows: mended blocks, and what stands between them as it is. */
class Mending {
  private failure: Result<void> | undefined;
  private hasInvalid = false;
  /** Up to which byte of the old file the new one has everything; 0 while nothing had to change. */
  private done = 0;
  private source = -1;

  constructor(
    private readonly path: string,
    private readonly replacement: Replacement,
  ) {}

  get goesOn(): boolean {
    return this.failure === undefined && !this.hasInvalid;
  }

  take({ failure, invalidAt, mended, stretch }: TaskResult): void {
    if (failure !== undefined) this.failure ??= fail(failure);
    if (invalidAt !== undefined) this.hasInvalid = true;
    if (!this.goesOn || mended === undefined || stretch === undefined) return;
    this.write(() => {
      this.copyUntil(stretch.start);
      this.replacement.write(mended);
      this.done = stretch.end;
    });
  }

  finish(size: number): Result<void> {
    if (this.goesOn && this.done > 0) this.write(() => this.copyUntil(size));
    if (this.failure === undefined && !this.hasInvalid) return this.replacement.finish();
    this.replacement.discard();
    return this.failure ?? ok(undefined);
  }

  discard(): void {
    this.replacement.discard();
  }

  close(): void {
    if (this.source >= 0) closeSync(this.source);
    this.source = -1;
  }

  private write(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.failure = this.replacement.giveUp(error);
    }
  }

  /** Copies what stands in the old file between what is done and a byte. */
  private copyUntil(end: number): void {
    if (this.source < 0) this.source = openSync(this.path, 'r');
    const block = Buffer.alloc(COPY_BYTES);
    while (this.done < end) {
      const read = readSync(this.source, block, 0, Math.min(block.length, end - this.done), this.done);
      if (read === 0) throw new RecordStreamError(`${this.path} became shorter meanwhile`);
      this.replacement.write(block.subarray(0, read));
      this.done += read;
    }
  }
}
