/**
 * Everything that can go wrong with a draft and that is not a programmer's mistake. Each error carries a code, which
 * crosses the process boundary, and a message for the user: what is wrong and what to do.
 */
export type DraftErrorCode =
  | 'bundle'
  | 'image'
  | 'prompt'
  | 'nothing-known'
  | 'task'
  | 'device'
  | 'memory'
  | 'runtime'
  | 'server'
  | 'cancelled'
  | 'crashed'
  | 'cooldown'
  | 'timeout';

export class DraftError extends Error {
  readonly code: DraftErrorCode;

  constructor(code: DraftErrorCode, message: string) {
    super(message);
    this.name = new.target.name;
    this.code = code;
  }
}

/** The model bundle cannot be used: a file is missing, changed, out of bounds, or not what the manifest says. */
export class BundleError extends DraftError {
  /** The file at fault, relative to the bundle's folder. */
  readonly file: string;

  constructor(message: string, file = 'bundle.json') {
    super('bundle', message);
    this.file = file;
  }
}

/** The photograph cannot be read. */
export class ImageError extends DraftError {
  constructor(message: string) {
    super('image', message);
  }
}

/** A referring draft has no prompt, or one that no referents can be read from. */
export class PromptError extends DraftError {
  constructor(message: string) {
    super('prompt', message);
  }
}

/** None of the referents asked for is something the model can judge. */
export class NothingKnownError extends DraftError {
  constructor(message: string) {
    super('nothing-known', message);
  }
}

/** The bundle cannot do what was asked: another task, or masks for points and boxes. */
export class TaskError extends DraftError {
  constructor(message: string) {
    super('task', message);
  }
}

/** The device that was asked for cannot run the bundle. */
export class DeviceError extends DraftError {
  constructor(message: string) {
    super('device', message);
  }
}

/** The machine has less memory than the bundle needs; nothing was loaded. */
export class MemoryError extends DraftError {
  constructor(message: string) {
    super('memory', message);
  }
}

/** The native inference library does not load on this machine. */
export class RuntimeMissingError extends DraftError {
  constructor(message: string) {
    super('runtime', message);
  }
}

/** The server that runs a bundle's graphs cannot be reached, or does not serve them. */
export class ServerError extends DraftError {
  constructor(message: string) {
    super('server', message);
  }
}

/** The caller cancelled the draft, or the host was disposed. */
export class DraftCancelledError extends DraftError {
  constructor(message = 'The draft was cancelled.') {
    super('cancelled', message);
  }
}

/** The inference process ended while it still owed an answer. */
export class WorkerCrashedError extends DraftError {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;

  constructor(message: string, exitCode?: number, signal?: string) {
    super('crashed', message);
    this.exitCode = exitCode;
    this.signal = signal;
  }
}

/** The inference process crashed too often; it is left alone until `retryAt`. */
export class WorkerCooldownError extends DraftError {
  readonly retryAt: Date;

  constructor(message: string, retryAt: Date) {
    super('cooldown', message);
    this.retryAt = retryAt;
  }
}

/** The inference process gave no answer in time and was stopped. */
export class DraftTimeoutError extends DraftError {
  constructor(message: string) {
    super('timeout', message);
  }
}

/** The typed error behind a code and a message that came from the worker. */
export function errorFromWorker(code: string, message: string): DraftError {
  switch (code) {
    case 'bundle':
      return new BundleError(message);
    case 'image':
      return new ImageError(message);
    case 'prompt':
      return new PromptError(message);
    case 'nothing-known':
      return new NothingKnownError(message);
    case 'task':
      return new TaskError(message);
    case 'device':
      return new DeviceError(message);
    case 'memory':
      return new MemoryError(message);
    case 'runtime':
      return new RuntimeMissingError(message);
    case 'server':
      return new ServerError(message);
    case 'cancelled':
      return new DraftCancelledError(message);
    default:
      return new WorkerCrashedError(message);
  }
}
