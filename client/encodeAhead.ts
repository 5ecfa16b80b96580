import { DraftCancelledError } from '../models/runtime/errors.ts';

export interface EncodeAheadOptions {
  /** Encodes one photograph; rejects with a `DraftCancelledError` where something more urgent came between. */
  readonly encode: (image: string, signal: AbortSignal) => Promise<unknown>;
  /** Told why a photograph could not be encoded. The user hears of it when asking for its mask. */
  readonly onError: (error: unknown) => void;
  /** Milliseconds without activity before the work begins. */
  readonly idleMs: number;
}

/** Has photographs encoded one after the other once nothing happened for a while, the one on the screen first. */
export class EncodeAhead {
  readonly #options: EncodeAheadOptions;
  /** What was wanted last, done or not. */
  #asked: readonly string[] = [];
  #wanted: readonly string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #current: { readonly image: string; readonly abort: AbortController } | undefined;

  constructor(options: EncodeAheadOptions) {
    this.#options = options;
  }

  /**
   * These photographs may be asked about soon; what was wanted before and is not any more is let go. The same ones once more are
   * not encoded again: a text that is written would keep the process at work, or start it anew each time that it has ended.
   */
  want(images: readonly string[]): void {
    const wanted = [...new Set(images)];
    if (wanted.length === this.#asked.length && wanted.every((image, i) => image === this.#asked[i])) {
      this.touch();
      return;
    }
    this.#asked = wanted;
    this.again();
  }

  /** What is wanted will be needed now: it is encoded again, for the process may have ended since. */
  again(): void {
    this.#wanted = this.#asked;
    if (this.#current !== undefined && !this.#wanted.includes(this.#current.image)) this.#current.abort.abort();
    this.touch();
  }

  /** Something happened: what is left waits until it is quiet again. */
  touch(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#advance(), this.#options.idleMs);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#asked = [];
    this.#wanted = [];
    this.#current?.abort.abort();
  }

  async #advance(): Promise<void> {
    const [image] = this.#wanted;
    if (image === undefined || this.#current !== undefined) return;
    const current = { image, abort: new AbortController() };
    this.#current = current;
    const isPutOff = await this.#encode(image, current.abort.signal);
    this.#current = undefined;
    if (isPutOff && this.#wanted.includes(image)) {
      this.touch();
      return;
    }
    this.#wanted = this.#wanted.filter((other) => other !== image);
    await this.#advance();
  }

  /** Whether it has to be asked for again. */
  async #encode(image: string, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#options.encode(image, signal);
      return false;
    } catch (error) {
      if (error instanceof DraftCancelledError) return true;
      this.#options.onError(error);
      return false;
    }
  }
}
