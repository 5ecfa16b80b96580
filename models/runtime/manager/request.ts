import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { ModelsError } from './errors.ts';

/** Requests to a hub: encrypted, or to this very machine, wherever the hub sends us on. */

const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** Answers that are text end long before this. */
const MAX_TEXT_BYTES = 16 * 2 ** 20;

export interface RequestOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Without a byte for this long the connection is given up, with the code ETIMEDOUT. */
  readonly idleMs: number;
}

/** Sends GET and follows redirects. Rejects with a `ModelsError` for an address that is not allowed, and with Node's own errors. */
export async function get(address: string, options: RequestOptions): Promise<IncomingMessage> {
  const first = allowed(address, undefined);
  let url = first;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const response = await once(url, options);
    const { location } = response.headers;
    if (!REDIRECTS.has(response.statusCode ?? 0) || location === undefined) return response;
    response.destroy();
    url = allowed(location, url);
  }
  throw new ModelsError(`${first.host} sends the download in a circle, so that nothing was fetched. Try again later.`);
}

/** The whole body as text; a body that is too long for that is refused. */
export async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.byteLength;
    if (length > MAX_TEXT_BYTES) {
      throw new ModelsError(
        `The hub's answer is longer than ${MAX_TEXT_BYTES} bytes, which no list of files is. Check the hub's address.`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Plain HTTP is for this machine alone, and never what a redirect of an encrypted address leads to. */
function allowed(address: string, from: URL | undefined): URL {
  const url = URL.canParse(address, from?.href) ? new URL(address, from?.href) : undefined;
  if (url?.protocol === 'https:') return url;
  const local = url?.protocol === 'http:' && isLoopback(url) && (from === undefined || from.protocol === 'http:');
  if (local) return url;
  const way =
    from === undefined
      ? `"${address}" is not an address that models are fetched from`
      : `${from.host} redirects the download to "${address.slice(0, 200)}"`;
  throw new ModelsError(
    `${way}: only https is, since anybody on the way could change an unencrypted model. Nothing was fetched.`,
  );
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function once(url: URL, { headers = {}, signal, idleMs }: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    const request = send(url, { headers: { 'user-agent': 'uscdf', ...headers }, ...(signal && { signal }) }, resolve);
    request.setTimeout(idleMs, () => {
      request.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' }));
    });
    request.on('error', reject);
    request.end();
  });
}
