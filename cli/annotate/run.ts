import { basename } from 'node:path';
import type { Draft, DraftProgress, DraftRequest, DraftTimings } from '../../models/runtime/draft.ts';
import {
  DraftCancelledError,
  DraftError,
  DraftTimeoutError,
  ImageError,
  InferenceWorker,
  NothingKnownError,
  WorkerCrashedError,
} from '../../models/runtime/host.ts';
import { complain } from './complain.ts';
import { DraftQueue } from './draftQueue.ts';
import { Interruption } from './interruption.ts';
import { ProgressBar } from './progressBar.ts';
import type { RecordFile } from './recordFile.ts';
import { recordOf } from './records.ts';
import type { RunOutcome } from './summary.ts';
import { WordStream } from './wordStream.ts';

export interface RunOptions {
  readonly file: RecordFile;
  readonly workerPath: string;
  readonly request: (image: string) => DraftRequest;
  /** Whether the words and the notes are shown as they come. */
  readonly verbose: boolean;
}

/** One run over images that have no record yet: their drafts become records, in order, each on the disk before the next. */
export class AnnotateRun {
  readonly #options: RunOptions;
  readonly #images: readonly string[];
  readonly #bar: ProgressBar;
  readonly #words = new WordStream(process.stderr);
  readonly #drafts: DraftTimings[] = [];
  #failed = 0;
  #stopped = false;

  constructor(images: readonly string[], options: RunOptions) {
    this.#images = images;
    this.#options = options;
    this.#bar = new ProgressBar(process.stderr, images.length);
  }

  async toTheEnd(): Promise<Omit<RunOutcome, 'skipped' | 'skippedOthers'>> {
    const { workerPath, verbose, request } = this.#options;
    const worker = new InferenceWorker({ workerPath, ...(verbose && { log: (line: string) => this.#say(line) }) });
    const onProgress = (image: string, progress: DraftProgress) => this.#show(image, progress);
    const queue = new DraftQueue(this.#images, { worker, request, onProgress });
    const interruption = new Interruption(
      () => {
        this.#say('Stopping after this image. Press Ctrl-C again to stop at once.');
        queue.stop();
      },
      () => queue.cancel(),
    );
    const started = performance.now();
    try {
      await this.#takeAll(queue);
    } finally {
      this.#clear();
      interruption.end();
      worker.dispose();
    }
    return {
      drafts: this.#drafts,
      seconds: (performance.now() - started) / 1000,
      failed: this.#failed,
      interrupted: interruption.asked && this.#drafts.length + this.#failed < this.#images.length,
      stopped: this.#stopped,
    };
  }

  async #takeAll(queue: DraftQueue): Promise<void> {
    while (!this.#stopped) {
      const outcome = await queue.next();
      if (outcome === undefined) return;
      if ('draft' in outcome) this.#write(outcome.image, outcome.draft);
      else if (outcome.error instanceof DraftCancelledError) return;
      else this.#fail(outcome.image, outcome.error);
      this.#bar.advance();
    }
  }

  #write(image: string, draft: Draft): void {
    const { file, verbose } = this.#options;
    const written = file.append(image, recordOf(image, draft, file));
    this.#clear();
    if (!written.ok) {
      complain(written.message);
      this.#stopped = true;
      return;
    }
    if (verbose) for (const note of draft.notes) complain(`${image}: ${note}`);
    this.#drafts.push(draft.timings);
  }

  #fail(image: string, error: unknown): void {
    if (!(error instanceof DraftError)) throw error;
    const ofOne = concernsOneImage(error);
    this.#say(error instanceof ImageError || !ofOne ? error.message : `${image}: ${error.message}`);
    this.#failed++;
    this.#stopped = !ofOne;
  }

  #show(image: string, { done, text }: DraftProgress): void {
    const name = basename(image);
    if (!this.#options.verbose || text === undefined) {
      this.#bar.show(name, done);
      return;
    }
    this.#bar.clear();
    this.#words.show(name, text);
  }

  #say(message: string): void {
    this.#clear();
    complain(message);
  }

  #clear(): void {
    this.#bar.clear();
    this.#words.end();
  }
}

function concernsOneImage(error: DraftError): boolean {
  return [ImageError, NothingKnownError, WorkerCrashedError, DraftTimeoutError].some((kind) => error instanceof kind);
}
