import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ModelsCancelledError, ModelsError, reasonOf } from './errors.ts';
import { get } from './request.ts';

/** A file to fetch, and what is known of it before the first byte. */
export interface FileToFetch {
  readonly url: string;
  readonly bytes: number;
  readonly digest: Digest;
}

/** SHA-256 of the bytes, or, for the small files that a hub keeps in git itself, git's own hash of them. */
export interface Digest {
  readonly kind: 'sha256' | 'git-sha1';
  /** Lower-case hexadecimal. */
  readonly value: string;
}

export interface DownloadOptions {
  readonly signal?: AbortSignal;
  /** Bytes of the file that are here, those of an earlier try included. */
  readonly onBytes?: (bytes: number) => void;
  /** Before the second try; then twice as long each time. */
  readonly retryMs?: number;
  readonly idleMs?: number;
}

/** Tries in a row that bring no byte. */
const TRIES = 5;
const MAX_WAIT_MS = 60_000;
const BUSY = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Ends one try, and lets another follow. */
class TryAgain extends Error {
  readonly afterMs: number | undefined;

  constructor(message: string, afterMs?: number) {
    super(message);
    this.afterMs = afterMs;
  }
}

/**
 * Fetches a file into `target`. It grows as `target.part`, goes on where an earlier try stopped, and takes its name when its
 * hash is right. Rejects with a `ModelsError`; what was fetched stays for the next time, unless its hash is wrong.
 */
export async function download(file: FileToFetch, target: string, options: DownloadOptions = {}): Promise<void> {
  const { signal } = options;
  const part = `${target}.part`;
  try {
    await mkdir(dirname(target), { recursive: true });
    const kept = await sizeOf(part);
    await fetchWhole(file, part, options);
    let found = await digestOf(part, file, signal);
    if (found !== file.digest.value && kept > 0) {
      // What an earlier try left may be of another file.
      await rm(part, { force: true });
      await fetchWhole(file, part, options);
      found = await digestOf(part, file, signal);
    }
    if (found !== file.digest.value) {
      await rm(part, { force: true });
      throw changed(file, found);
    }
    await rename(part, target);
  } catch (error) {
    throw inWords(error, file, signal);
  }
}

/** Whether a file is the one that is wanted: of its size and its hash. */
export async function isFetched(file: FileToFetch, path: string, signal?: AbortSignal): Promise<boolean> {
  if ((await sizeOf(path)) !== file.bytes) return false;
  return (await digestOf(path, file, signal)) === file.digest.value;
}

/** Fetches until the file has its size, over as many connections as it takes. */
async function fetchWhole(file: FileToFetch, part: string, options: DownloadOptions): Promise<void> {
  const { signal, retryMs = 1000 } = options;
  for (let failures = 0; ; ) {
    const before = await sizeOf(part);
    if (before === file.bytes) return;
    try {
      await fetchRest(file, part, before > file.bytes ? 0 : before, options);
    } catch (error) {
      if (signal?.aborted === true) throw error;
      const again = error instanceof TryAgain ? error : connectionLost(error);
      if (again === undefined) throw error;
      failures = (await sizeOf(part)) > before ? 1 : failures + 1;
      if (failures === TRIES) {
        throw new ModelsError(
          `The download of ${nameOf(file)} stopped (${again.message}) and ${TRIES} tries brought no more. Start it again later; it goes on where it stopped.`,
        );
      }
      await pause(Math.min(again.afterMs ?? retryMs * 2 ** (failures - 1), MAX_WAIT_MS), undefined, { signal });
    }
  }
}

async function fetchRest(file: FileToFetch, part: string, from: number, options: DownloadOptions): Promise<void> {
  const { signal, onBytes, idleMs = 30_000 } = options;
  const headers =
    from > 0 ? { range: `bytes=${from}-`, 'accept-encoding': 'identity' } : { 'accept-encoding': 'identity' };
  const response = await get(file.url, { headers, signal, idleMs });
  try {
    const start = startOf(response, from, file);
    const handle = await open(part, start === 0 ? 'w' : 'a', 0o644);
    try {
      await writeAll(response, handle, start, file, onBytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } finally {
    response.destroy();
  }
}

/** From which byte on the answer holds the file. */
function startOf({ statusCode: status = 0, headers }: IncomingMessage, from: number, file: FileToFetch): number {
  if (status === 200) return 0;
  if (status === 206) {
    const [, start] = /^bytes (\d{1,15})-/.exec(headers['content-range'] ?? '') ?? [];
    if (Number(start) === from) return from;
    throw new ModelsError(`The server sends another part of ${nameOf(file)} than was asked for. Try again later.`);
  }
  if (BUSY.has(status)) {
    const asked = Number(headers['retry-after']);
    throw new TryAgain(`status ${status}`, Number.isFinite(asked) && asked >= 0 ? asked * 1000 : undefined);
  }
  const why =
    status === 401 || status === 403
      ? 'its owner lets only some people have it: get it in a browser and add its folder'
      : status === 404 || status === 410
        ? 'it is not there any more: look for the model on its hub'
        : 'try again later';
  throw new ModelsError(`${nameOf(file)} was not sent (status ${status}): ${why}.`);
}

async function writeAll(
  response: IncomingMessage,
  handle: FileHandle,
  start: number,
  file: FileToFetch,
  onBytes: DownloadOptions['onBytes'],
): Promise<void> {
  let at = start;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    if (at + chunk.byteLength > file.bytes) {
      await handle.truncate(0);
      throw new ModelsError(
        `The server sends more of ${nameOf(file)} than the ${file.bytes} bytes that the hub lists. It was not kept; try again later.`,
      );
    }
    await handle.write(chunk);
    at += chunk.byteLength;
    onBytes?.(at);
  }
  if (at < file.bytes) throw new TryAgain('the connection ended early');
}

function changed(file: FileToFetch, found: string): ModelsError {
  return new ModelsError(
    `${nameOf(file)} is not the file that the hub lists: its hash is ${found}, and ${file.digest.value} was expected. It was damaged or exchanged on the way and is deleted; try again, on another network if it happens twice.`,
  );
}

async function digestOf(
  path: string,
  { digest, bytes }: FileToFetch,
  signal: AbortSignal | undefined,
): Promise<string> {
  const hash: Hash = createHash(digest.kind === 'sha256' ? 'sha256' : 'sha1');
  if (digest.kind === 'git-sha1') hash.update(`blob ${bytes}\0`);
  const content = createReadStream(path, { highWaterMark: 2 ** 20, ...(signal && { signal }) });
  for await (const chunk of content as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest('hex');
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

const LOST = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENETDOWN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'HPE_INVALID_CONSTANT',
  'ERR_STREAM_PREMATURE_CLOSE',
]);

function connectionLost(error: unknown): TryAgain | undefined {
  const reason = reasonOf(error);
  return LOST.has(reason) || reason === 'aborted' ? new TryAgain(reason) : undefined;
}

function inWords(error: unknown, file: FileToFetch, signal: AbortSignal | undefined): ModelsError {
  if (signal?.aborted === true) {
    return new ModelsCancelledError(
      'The download was cancelled. What was fetched is kept, and the next try goes on there.',
    );
  }
  if (error instanceof ModelsError) return error;
  const reason = reasonOf(error);
  if (reason === 'ENOSPC' || reason === 'EDQUOT') {
    return new ModelsError(
      `The disk is full before ${nameOf(file)} was whole (${file.bytes} bytes). Make room and start the download again; it goes on where it stopped.`,
    );
  }
  return new ModelsError(
    `${nameOf(file)} was not fetched (${reason}). See whether the hub can be reached, and try again.`,
  );
}

function nameOf({ url }: FileToFetch): string {
  return decodeURIComponent(new URL(url).pathname.split('/').at(-1) ?? url);
}
