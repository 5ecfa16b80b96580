import type { Draft, DraftProgress, DraftRequest } from '../../models/runtime/draft.ts';
import { type InferenceWorker, WorkerCrashedError } from '../../models/runtime/host.ts';

/** How an image's draft ended. */
export type Outcome =
  | { readonly image: string; readonly draft: Draft }
  | { readonly image: string; readonly error: unknown };

/** One is worked on while the photograph of the next is read; more would only wait. */
const IN_FLIGHT = 2;

interface Flight {
  readonly image: string;
  readonly abort: AbortController;
  /** Whether the process has begun with it. */
  begun: boolean;
  readonly ended: Promise<Outcome>;
}

export interface QueueOptions {
  readonly worker: InferenceWorker;
  readonly request: (image: string) => DraftRequest;
  readonly onProgress: (image: string, progress: DraftProgress) => void;
}

/**
 * Drafts of images in their order, one always ahead: while a draft's record is written the process works on the next image,
 * and reads the photograph of the one after that.
 */
export class DraftQueue {
  readonly #options: QueueOptions;
  readonly #images: readonly string[];
  #flights: Flight[] = [];
  #begun = 0;
  #stopped = false;

  constructor(images: readonly string[], options: QueueOptions) {
    this.#images = images;
    this.#options = options;
  }

  /** The next image's outcome; `undefined` after the last. */
  async next(): Promise<Outcome | undefined> {
    this.#fill();
    const flight = this.#flights[0];
    if (flight === undefined) return undefined;
    const outcome = await flight.ended;
    this.#flights.shift();
    // The process ended over the image before this one: this one is asked for again.
    const isInnocent = !flight.begun && 'error' in outcome && outcome.error instanceof WorkerCrashedError;
    if (!isInnocent || this.#stopped) return outcome;
    this.#flights.unshift(this.#start(flight.image));
    return this.next();
  }

  /** Begins nothing more; what the process has not begun with is given up. */
  stop(): void {
    this.#stopped = true;
    for (const flight of this.#flights.slice(1)) flight.abort.abort();
  }

  /** Gives up everything. */
  cancel(): void {
    this.#stopped = true;
    for (const flight of this.#flights) flight.abort.abort();
  }

  #fill(): void {
    while (!this.#stopped && this.#flights.length < IN_FLIGHT && this.#begun < this.#images.length) {
      this.#flights.push(this.#start(this.#images[this.#begun++]!));
    }
  }

  #start(image: string): Flight {
    const { worker, request, onProgress } = this.#options;
    const abort = new AbortController();
    const flight: Flight = {
      image,
      abort,
      begun: false,
      ended: worker
        .draft(request(image), {
          signal: abort.signal,
          onProgress: (progress) => {
            flight.begun = true;
            onProgress(image, progress);
          },
        })
        .then(
          (draft) => ({ image, draft }),
          (error: unknown) => ({ image, error }),
        ),
    };
    return flight;
  }
}
