import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  DraftCancelledError,
  type DraftError,
  errorFromWorker,
  RuntimeMissingError,
  WorkerCrashedError,
} from '../errors.ts';
import { type EmbedderName, type FromEmbedder, readFromEmbedder, type ToEmbedder } from './protocol.ts';

export type { EmbedderName } from './protocol.ts';

export interface EmbedRequest {
  /** The built process, `dist/embedder.cjs`. */
  readonly workerPath: string;
  /** The bundle's folder. */
  readonly bundle: string;
  /** Each text once. */
  readonly texts: readonly string[];
  readonly signal?: AbortSignal;
  /** So many texts are done. */
  readonly onProgress?: (texts: number) => void;
}

/** Vectors of texts, of length 1, one behind the other, in memory that threads share. */
export interface Embedded {
  readonly model: EmbedderName;
  readonly width: number;
  readonly vectors: Float32Array;
}

/** Characters of a text that are sent: models look at a few hundred words. */
const MOST_CHARACTERS = 100_000;
/** Texts that are sent at a time. */
const TEXTS_A_MESSAGE = 256;
const STDERR_KEPT = 2000;

/**
 * Embeds texts with a bundle in a process of its own, which holds the native library. Rejects with a `DraftError` whose message
 * is for the user; the process is gone in any case.
 */
export async function embedTexts({ workerPath, bundle, texts, signal, onProgress }: EmbedRequest): Promise<Embedded> {
  if (!existsSync(workerPath))
    throw new RuntimeMissingError(`The model's process is missing (${workerPath}). Install the package again.`);
  const child = new EmbedderProcess(workerPath, signal);
  try {
    const opened = await child.ask({ kind: 'open', bundle });
    if (opened.kind !== 'opened') throw unexpected(opened);
    const { model, width } = opened;
    const bytes = Float32Array.BYTES_PER_ELEMENT * texts.length * width;
    const vectors = new Float32Array(new SharedArrayBuffer(bytes));
    for (let at = 0; at < texts.length; at += TEXTS_A_MESSAGE) {
      const part = texts.slice(at, at + TEXTS_A_MESSAGE).map((text) => text.slice(0, MOST_CHARACTERS));
      const answer = await child.ask({ kind: 'embed', texts: part });
      if (answer.kind !== 'vectors' || answer.vectors.length !== part.length * width) throw unexpected(answer);
      vectors.set(answer.vectors, at * width);
      onProgress?.(at + part.length);
    }
    return { model, width, vectors };
  } finally {
    child.end();
  }
}

function unexpected(answer: FromEmbedder): DraftError {
  return answer.kind === 'failure'
    ? errorFromWorker(answer.code, answer.message)
    : new WorkerCrashedError("The model's process gave an answer of unknown form. Install the package again.");
}

/** The process, which is asked one thing at a time. */
class EmbedderProcess {
  readonly #child: ChildProcess;
  readonly #signal: AbortSignal | undefined;
  readonly #abort = () => this.#settle(new DraftCancelledError('The comparison of phrases was cancelled.'));
  #stderr = '';
  #waiting: { resolve(answer: FromEmbedder): void; reject(error: DraftError): void } | undefined;
  #end: DraftError | undefined;

  constructor(workerPath: string, signal: AbortSignal | undefined) {
    this.#child = fork(workerPath, [], {
      serialization: 'advanced',
      execArgv: [],
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#signal = signal;
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_KEPT);
    });
    this.#child.on('message', (message) => this.#receive(message));
    this.#child.once('error', (error) => this.#settle(crashed(error.message, '')));
    this.#child.once('close', (code, killedBy) =>
      this.#settle(crashed(killedBy === null ? `exit code ${code}` : `signal ${killedBy}`, this.#stderr)),
    );
    signal?.addEventListener('abort', this.#abort);
    if (signal?.aborted === true) this.#abort();
  }

  ask(message: ToEmbedder): Promise<FromEmbedder> {
    return new Promise((resolve, reject) => {
      if (this.#end !== undefined) {
        reject(this.#end);
        return;
      }
      this.#waiting = { resolve, reject };
      // An error here means that the process is gone, which its end reports.
      this.#child.send(message, () => undefined);
    });
  }

  end(): void {
    this.#signal?.removeEventListener('abort', this.#abort);
    this.#child.kill('SIGKILL');
  }

  #receive(received: unknown): void {
    const message = readFromEmbedder(received);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (message !== undefined) waiting?.resolve(message);
    else waiting?.reject(new WorkerCrashedError("The model's process sent a message of unknown form."));
  }

  /** Nothing can be asked any more. */
  #settle(error: DraftError): void {
    this.#end ??= error;
    this.#waiting?.reject(this.#end);
    this.#waiting = undefined;
  }
}

function crashed(how: string, trace: string): DraftError {
  const words = trace.trim().split('\n').slice(-3).join(' ');
  return new WorkerCrashedError(
    `The model's process ended unexpectedly (${how}), so that phrases could not be compared: run this again, and take a smaller model if it may have run out of memory.${words === '' ? '' : ` It said: ${words}`}`,
  );
}
