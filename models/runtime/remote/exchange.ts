import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { DraftCancelledError, ServerError } from '../errors.ts';

/** One question to an inference server and its answer, over connections that stay open. */

export interface Question {
  /** Below the server's address, such as `v2/models/x`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as POST; without it GET. */
  readonly body?: readonly Uint8Array[];
  readonly signal?: AbortSignal | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Uint8Array;
}

export interface ExchangeOptions {
  /** From the question to the whole answer, all tries together. */
  readonly timeoutMs: number;
  /** Before the second try; then twice as long each time. */
  readonly retryMs: number;
}

/** No tensor of a bundle comes near it. */
const MAX_ANSWER_BYTES = 2 ** 31 - 1;
const TRIES = 5;
/** The server is there and cannot take the question now: asking again is right, since a run changes nothing. */
const BUSY = new Set([429, 502, 503, 504]);
const BROKEN = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);
const MAX_WAIT_MS = 10_000;

const http = new HttpAgent({ keepAlive: true, maxSockets: 4 });
const https = new HttpsAgent({ keepAlive: true, maxSockets: 4 });

/** Asks, again where the server is busy. Rejects with a `ServerError`, or a `DraftCancelledError` where `signal` aborts. */
export async function exchange(server: URL, question: Question, options: ExchangeOptions): Promise<Answer> {
  const deadline = AbortSignal.timeout(options.timeoutMs);
  const signal = question.signal === undefined ? deadline : AbortSignal.any([deadline, question.signal]);
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await once(server, question, signal);
      if (!BUSY.has(answer.status) || attempt === TRIES) return answer;
      await pause(waitAfter(answer, options.retryMs, attempt), undefined, { signal });
    } catch (error) {
      if (question.signal?.aborted === true) throw new DraftCancelledError();
      if (deadline.aborted) {
        throw new ServerError(
          `The inference server ${shown(server)} gave no answer in ${Math.round(options.timeoutMs / 1000)} s. See whether it is overloaded, or draft on this machine instead.`,
        );
      }
      if (error instanceof ServerError) throw error;
      const code = error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error);
      if (!BROKEN.has(code) || attempt === TRIES) throw unreachable(server, code);
      await pause(options.retryMs * 2 ** (attempt - 1), undefined, { signal }).catch(() => undefined);
    }
  }
}

/** An address without the name and password that it may hold: for messages. */
export function shown(server: URL): string {
  return `${server.protocol}//${server.host}${server.pathname.replace(/\/$/, '')}`;
}

/** The same for what a user wrote as an address, which may be none. */
export function shownText(address: string): string {
  const server = URL.canParse(address) ? new URL(address) : undefined;
  if (server !== undefined && server.host !== '') return shown(server);
  return address.slice(address.lastIndexOf('@') + 1);
}

function unreachable(server: URL, code: string): ServerError {
  return new ServerError(
    `The inference server ${shown(server)} cannot be reached (${code}), so that nothing was drafted. Start it, or correct its address.`,
  );
}

function waitAfter(answer: Answer, retryMs: number, attempt: number): number {
  const asked = Number(answer.headers['retry-after']);
  return Number.isFinite(asked) && asked >= 0
    ? Math.min(asked * 1000, MAX_WAIT_MS)
    : Math.min(retryMs * 2 ** (attempt - 1), MAX_WAIT_MS);
}

function once(server: URL, { path, headers, body }: Question, signal: AbortSignal): Promise<Answer> {
  const url = new URL(server);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/${path}`;
  const secure = url.protocol === 'https:';
  const length = body?.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  return new Promise((resolve, reject) => {
    const request = (secure ? requestHttps : requestHttp)(
      url,
      {
        method: body === undefined ? 'GET' : 'POST',
        agent: secure ? https : http,
        signal,
        headers: { accept: '*/*', ...headers, ...(length === undefined ? {} : { 'content-length': length }) },
      },
      (response) => {
        collect(server, response).then(
          (bytes) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: bytes }),
          (error: unknown) => {
            request.destroy();
            reject(error);
          },
        );
      },
    );
    request.once('error', reject);
    for (const chunk of body ?? []) request.write(chunk);
    request.end();
  });
}

async function collect(server: URL, response: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.byteLength;
    if (length > MAX_ANSWER_BYTES) {
      throw new ServerError(
        `The inference server ${shown(server)} sent an answer of more than ${MAX_ANSWER_BYTES} bytes, which no graph of a bundle has. Is it the right server?`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}
