/** Tries again what fails for a while only: a server that is busy, restarts, or lets go of the connection. */

/** A failure that the next attempt may not meet. */
export class PassingError extends Error {
  /** @param waitMs How long the server asks to be left alone; `undefined` where it does not say. */
  constructor(
    message: string,
    readonly waitMs?: number,
  ) {
    super(message);
  }
}

export interface RetryOptions {
  readonly attempts: number;
  /** The wait before the second attempt; each later one is twice as long. */
  readonly firstWaitMs: number;
  /** No wait is longer, whatever the server asks for. */
  readonly longestWaitMs: number;
  readonly signal: AbortSignal;
  readonly onWait: (error: PassingError, waitMs: number) => void;
  /** 0 to 1: spreads requests that failed together. */
  readonly random?: () => number;
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** What the first attempt that succeeds gives; rejects with what the last one failed of, or at once where that will not pass. */
export async function withRetries<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { attempts, firstWaitMs, longestWaitMs, signal, random = Math.random, sleep = pause } = options;
  for (let n = 1; ; n++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof PassingError) || n >= attempts || signal.aborted) throw error;
      const own = firstWaitMs * 2 ** (n - 1) * (0.75 + random() / 2);
      const wait = Math.min(longestWaitMs, error.waitMs ?? own);
      options.onWait(error, wait);
      await sleep(wait, signal);
      if (signal.aborted) throw error;
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}

/** `Retry-After` in milliseconds: seconds, or a date (RFC 9110, 10.2.3); `undefined` where it says nothing of use. */
export function retryAfter(header: string | null, now: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}(?:\.\d{1,3})?$/.test(text)) return Number(text) * 1000;
  const date = text === '' ? Number.NaN : Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
