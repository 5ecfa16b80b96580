import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import type {
  Draft,
  DraftProgress,
  DraftRequest,
  EncodedImage,
  EncodeRequest,
  PromptedMask,
  SegmentRequest,
} from './draft.ts';
import {
  DraftCancelledError,
  type DraftError,
  DraftTimeoutError,
  errorFromWorker,
  RuntimeMissingError,
  WorkerCooldownError,
  WorkerCrashedError,
} from './errors.ts';
import { type Answer, answerTo, goesBefore, isHelpedBy, type Order } from './orders.ts';
import { readFromWorker, type ToWorker } from './protocol.ts';

export type * from './draft.ts';
export * from './errors.ts';

export interface InferenceWorkerOptions {
  /** The built worker, `dist/worker.cjs`. */
  readonly workerPath: string;
  readonly log?: (line: string) => void;
  /** Without work for this long the process ends and gives its memory back. */
  readonly idleMs?: number;
  /** The Node to run it with; by default this process's own. */
  readonly execPath?: string;
  /** After `maxCrashes` within `crashWindowMs` no process is started for `cooldownMs`. */
  readonly cooldownMs?: number;
  readonly maxCrashes?: number;
  readonly crashWindowMs?: number;
  /** Where the process says nothing for this long, what it works on is given up and the process stopped. */
  readonly timeoutMs?: number;
  /** How long a cancelled draft may still occupy the process before that is stopped. */
  readonly cancelGraceMs?: number;
}

export interface WorkOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: DraftProgress) => void;
}

export interface DraftOptions extends WorkOptions {
  /** One of many that nobody waits for: it comes after what a person asks for. */
  readonly background?: boolean;
}

interface Pending {
  readonly id: number;
  readonly order: Order;
  /** Whether the process was told of its photograph. */
  prepared: boolean;
  readonly onProgress: ((progress: DraftProgress) => void) | undefined;
  /** Settles the caller's promise; what comes later is ignored. */
  readonly settle: (outcome: { readonly answer: Answer } | { readonly error: DraftError }) => void;
  settled: boolean;
}

const STDERR_KEPT = 4000;

/**
 * The life of the inference process as its user sees it: one order after the other, a process started when there is work
 * and stopped when there is none. Masks for points and boxes come before drafts that wait, for a person holds the mouse; an order
 * under way is not interrupted, but for photographs that are encoded ahead. A crash costs the orders under way a typed error; the
 * next order starts a new process.
 */
export class InferenceWorker {
  readonly #options: Required<Omit<InferenceWorkerOptions, 'execPath' | 'log'>> &
    Pick<InferenceWorkerOptions, 'execPath'>;
  readonly #log: (line: string) => void;
  #child: ChildProcess | undefined;
  #stderr = '';
  #nextId = 1;
  #queue: Pending[] = [];
  /** The draft that the process works on; a cancelled one stays here until the process lets go of it. */
  #current: Pending | undefined;
  #timer: NodeJS.Timeout | undefined;
  #crashes: number[] = [];
  #coolUntil = 0;
  #disposed = false;

  constructor(options: InferenceWorkerOptions) {
    const { log, ...rest } = options;
    this.#log = log ?? (() => undefined);
    this.#options = {
      idleMs: 120_000,
      cooldownMs: 30_000,
      maxCrashes: 3,
      crashWindowMs: 180_000,
      timeoutMs: 300_000,
      cancelGraceMs: 3000,
      ...rest,
    };
  }

  /** The process's id while it runs: for a status line, and for tests that kill it. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * Asks for a draft. Rejects with a `DraftError` whose message is meant for the user. Where several are asked for, the
   * photograph of the next one is read while the one before is worked on.
   */
  draft(request: DraftRequest, { background = false, ...options }: DraftOptions = {}): Promise<Draft> {
    return this.#ask({ kind: background ? 'background' : 'draft', request }, options);
  }

  /** Asks for the mask of what points and a box show. Rejects like `draft`. */
  segment(request: SegmentRequest, options: WorkOptions = {}): Promise<PromptedMask> {
    return this.#ask({ kind: 'segment', request }, options);
  }

  /**
   * Has a photograph encoded that points and boxes are expected for, when there is nothing else to do. Rejects like `draft`, and
   * with a `DraftCancelledError` where another order came between.
   */
  encode(request: EncodeRequest, options: WorkOptions = {}): Promise<EncodedImage> {
    return this.#ask({ kind: 'encode', request }, options);
  }

  /** The answer is of the order's kind: `#receive` lets no other through. */
  #ask<Given extends Answer>(order: Order, { signal, onProgress }: WorkOptions): Promise<Given> {
    return new Promise((resolve, reject) => {
      const refusal = this.#refusal(signal);
      if (refusal !== undefined) {
        reject(refusal);
        return;
      }
      const abort = () => this.#cancel(pending);
      const pending: Pending = {
        id: this.#nextId++,
        order,
        prepared: false,
        onProgress,
        settled: false,
        settle(outcome) {
          if (pending.settled) return;
          pending.settled = true;
          signal?.removeEventListener('abort', abort);
          if ('answer' in outcome) resolve(outcome.answer as Given);
          else reject(outcome.error);
        },
      };
      signal?.addEventListener('abort', abort);
      this.#enqueue(pending);
      this.#makeWayFor(order);
      this.#advance();
      this.#prepareNext();
    });
  }

  #enqueue(pending: Pending): void {
    const behind = this.#queue.findIndex(({ order }) => goesBefore(pending.order, order));
    this.#queue.splice(behind < 0 ? this.#queue.length : behind, 0, pending);
  }

  /** A photograph that is encoded ahead is let go of for an order that has no use for it. */
  #makeWayFor(order: Order): void {
    const current = this.#current;
    if (current?.order.kind !== 'encode' || current.settled || isHelpedBy(order, current.order)) return;
    current.settle({ error: new DraftCancelledError() });
    this.#send({ kind: 'cancel', id: current.id });
  }

  /** Stops the process; drafts under way are cancelled. The worker cannot be used again. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#rejectAll(new DraftCancelledError('The draft was cancelled: the model was shut down.'));
    this.#stop();
  }

  #refusal(signal: AbortSignal | undefined): DraftError | undefined {
    if (this.#disposed) return new DraftCancelledError('The model was shut down. Open the window again to draft.');
    if (signal?.aborted === true) return new DraftCancelledError();
    const wait = this.#coolUntil - Date.now();
    if (wait > 0) {
      return new WorkerCooldownError(
        `The model's process crashed ${this.#options.maxCrashes} times in a short while and is left alone for now. Try again in ${Math.ceil(wait / 1000)} s; its log says what happened.`,
        new Date(this.#coolUntil),
      );
    }
    if (!existsSync(this.#options.workerPath)) {
      return new RuntimeMissingError(
        `The model's process is missing (${this.#options.workerPath}). Install the package again.`,
      );
    }
    return undefined;
  }

  /** Gives the process the next draft, or an end to wait for. */
  #advance(): void {
    if (this.#current !== undefined || this.#disposed) return;
    clearTimeout(this.#timer);
    const next = this.#queue.shift();
    if (next === undefined) {
      if (this.#child === undefined) return;
      this.#timer = setTimeout(() => {
        this.#log(`Inference process ${this.#child?.pid}: idle, stopped.`);
        this.#stop();
      }, this.#options.idleMs).unref();
      return;
    }
    this.#current = next;
    this.#child ??= this.#start();
    this.#watch(next);
    this.#send(messageOf(next));
    this.#prepareNext();
  }

  #watch(pending: Pending): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#giveUp(pending), this.#options.timeoutMs).unref();
  }

  /** Has the process read the next photograph while it works on this one. */
  #prepareNext(): void {
    const next = this.#queue[0];
    if (this.#current === undefined || next === undefined || next.prepared) return;
    next.prepared = true;
    this.#send({ kind: 'prepare', image: next.order.request.image });
  }

  #start(): ChildProcess {
    const { workerPath, execPath } = this.#options;
    const child = fork(workerPath, [], {
      serialization: 'advanced',
      // A debugger's port is taken by the parent.
      execArgv: process.execArgv.filter((argument) => !argument.startsWith('--inspect')),
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      ...(execPath === undefined ? {} : { execPath }),
    });
    this.#stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_KEPT);
    });
    child.on('message', (message) => this.#receive(child, message));
    child.once('error', (error) => this.#ended(child, undefined, undefined, error.message));
    child.once('close', (code, signal) => this.#ended(child, code ?? undefined, signal ?? undefined));
    this.#log(`Inference process ${child.pid ?? '(not started)'}: started.`);
    return child;
  }

  #send(message: ToWorker): void {
    // An error here means that the process is gone; its end is reported once, by #ended.
    this.#child?.send(message, () => undefined);
  }

  #receive(child: ChildProcess, received: unknown): void {
    if (child !== this.#child) return;
    const message = readFromWorker(received);
    if (message === undefined) {
      this.#distrust(child);
      return;
    }
    if (message.kind === 'log') {
      this.#log(`Inference process ${child.pid}: ${message.text}`);
      return;
    }
    const current = this.#current;
    if (current === undefined || message.id !== current.id) return;
    if (message.kind === 'progress') {
      if (current.settled) return;
      // It works: only a process that says nothing is given up.
      this.#watch(current);
      current.onProgress?.(message.progress);
      return;
    }
    if (message.kind === 'failure') current.settle({ error: errorFromWorker(message.code, message.message) });
    else {
      const given = answerTo(current.order, message);
      if (given === undefined) {
        this.#distrust(child);
        return;
      }
      current.settle({ answer: given });
    }
    this.#current = undefined;
    this.#advance();
  }

  #distrust(child: ChildProcess): void {
    this.#log(`Inference process ${child.pid}: sent a message of unknown form; it is stopped.`);
    child.kill('SIGKILL');
  }

  #cancel(pending: Pending): void {
    pending.settle({ error: new DraftCancelledError() });
    this.#queue = this.#queue.filter((other) => other !== pending);
    if (pending !== this.#current) return;
    this.#send({ kind: 'cancel', id: pending.id });
    // The next click needs what an encoder is making: the process is stopped only when it says nothing for long.
    if (pending.order.kind === 'segment' || pending.order.kind === 'encode') return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#log(`Inference process ${this.#child?.pid}: did not let go of a cancelled draft, stopped.`);
      this.#stop();
      this.#advance();
    }, this.#options.cancelGraceMs).unref();
  }

  #giveUp(pending: Pending): void {
    const seconds = Math.round(this.#options.timeoutMs / 1000);
    this.#log(`Inference process ${this.#child?.pid}: no answer in ${seconds} s, stopped.`);
    pending.settle({
      error: new DraftTimeoutError(
        `The model gave no answer in ${seconds} s and was stopped. Try a smaller image or another device.`,
      ),
    });
    this.#stop();
    this.#advance();
  }

  /** Ends the process on purpose: what its end then reports is no crash. */
  #stop(): void {
    clearTimeout(this.#timer);
    const child = this.#child;
    this.#child = undefined;
    this.#current = undefined;
    child?.kill('SIGKILL');
  }

  #ended(child: ChildProcess, code: number | undefined, signal: NodeJS.Signals | undefined, reason?: string): void {
    if (child !== this.#child) return;
    this.#child = undefined;
    clearTimeout(this.#timer);
    const how = reason ?? (signal === undefined ? `exit code ${code}` : `signal ${signal}`);
    const trace = this.#stderr.trim();
    this.#log(
      `Inference process ${child.pid}: ended unasked (${how}).${trace === '' ? '' : ` Its last words:\n${trace}`}`,
    );
    this.#countCrash();
    this.#rejectAll(
      new WorkerCrashedError(
        `The model's process ended unexpectedly (${how}). Nothing was changed; the next draft starts a new one. If it happens again, try a smaller image or the device "cpu".`,
        code,
        signal,
      ),
    );
  }

  #countCrash(): void {
    const now = Date.now();
    this.#crashes = [...this.#crashes.filter((time) => now - time < this.#options.crashWindowMs), now];
    if (this.#crashes.length < this.#options.maxCrashes) return;
    this.#crashes = [];
    this.#coolUntil = now + this.#options.cooldownMs;
    this.#log(
      `The inference process crashed ${this.#options.maxCrashes} times; none is started for ${this.#options.cooldownMs / 1000} s.`,
    );
  }

  #rejectAll(error: DraftError): void {
    const pending = [...(this.#current === undefined ? [] : [this.#current]), ...this.#queue];
    this.#current = undefined;
    this.#queue = [];
    for (const one of pending) one.settle({ error });
  }
}

function messageOf({ id, order }: Pending): ToWorker {
  return order.kind === 'background' ? { kind: 'draft', id, request: order.request } : { ...order, id };
}
