import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Handles a request instead of the hub; says whether it did. `attempt` counts from 1 for each path. */
export type Fault = (path: string, attempt: number, request: IncomingMessage, response: ServerResponse) => boolean;

/** A hub of the Hugging Face kind on this machine: lists of files with their hashes, downloads by way of a redirect, ranges. */
export class TestHub {
  /** `METHOD path` and the range asked for, in order. */
  readonly requests: string[] = [];
  fault: Fault = () => false;
  readonly #server: Server;
  readonly #attempts = new Map<string, number>();

  private constructor(private readonly repositories: Readonly<Record<string, Readonly<Record<string, Uint8Array>>>>) {
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  /** Files by path, by `owner/name`. Those of a kilobyte and more are kept as large files are, with their SHA-256. */
  static async start(repositories: TestHub['repositories']): Promise<TestHub> {
    const hub = new TestHub(repositories);
    await new Promise<void>((done) => hub.#server.listen(0, '127.0.0.1', done));
    return hub;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = decodeURIComponent((request.url ?? '').split('?')[0]!);
    const { range } = request.headers;
    this.requests.push(`${request.method} ${path}${range === undefined ? '' : ` ${range}`}`);
    const attempt = (this.#attempts.get(path) ?? 0) + 1;
    this.#attempts.set(path, attempt);
    if (this.fault(path, attempt, request, response)) return;
    const [, about, repository = '', rest = ''] = /^\/(api\/models\/|cdn\/|)([\w.-]+\/[\w.-]+)\/(.*)$/.exec(path) ?? [];
    const files = this.repositories[repository];
    const name = rest.replace(/^resolve\/[0-9a-f]{40}\//, '');
    if (files === undefined) response.writeHead(404).end('Repository not found');
    else if (about === 'api/models/') describe(files, rest, response);
    else if (about === '') response.writeHead(302, { location: `/cdn/${repository}/${name}` }).end();
    else sendFile(files[name], range, response);
  }
}

function sendFile(bytes: Uint8Array | undefined, range: string | undefined, response: ServerResponse): void {
  const [, from] = /^bytes=(\d+)-$/.exec(range ?? '') ?? [];
  if (bytes === undefined) response.writeHead(404).end('Entry not found');
  else if (from === undefined) response.writeHead(200, { 'content-length': bytes.byteLength }).end(bytes);
  else {
    const part = bytes.subarray(Number(from));
    const headers = { 'content-range': `bytes ${from}-${bytes.byteLength - 1}/${bytes.byteLength}` };
    response.writeHead(206, { ...headers, 'content-length': part.byteLength }).end(part);
  }
}

/** What the hub says of a repository: its commit and licence, or its files. */
function describe(files: Readonly<Record<string, Uint8Array>>, what: string, response: ServerResponse): void {
  const commit = createHash('sha1').update(Object.keys(files).join()).digest('hex');
  const answers: Readonly<Record<string, unknown>> = {
    'revision/main': { sha: commit, cardData: { license: 'mit' } },
    [`tree/${commit}`]: [
      { type: 'directory', oid: '0'.repeat(40), size: 0, path: 'onnx' },
      ...Object.entries(files).map(([path, bytes]) => entryOf(path, bytes)),
    ],
  };
  const answer = answers[what];
  response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer ?? { error: 'Invalid rev id' }));
}

function entryOf(path: string, bytes: Uint8Array) {
  const size = bytes.byteLength;
  const oid = createHash('sha1').update(`blob ${size}\0`).update(bytes).digest('hex');
  const lfs = { oid: createHash('sha256').update(bytes).digest('hex'), size, pointerSize: 135 };
  return { type: 'file', oid, size, path, ...(size >= 1000 && { lfs }) };
}
