import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { DraftCancelledError, ServerError } from '../errors.ts';
import type { GraphManifest } from '../manifest.ts';
import { openRemoteSession, type RemoteOptions } from './remoteSession.ts';

const graph: GraphManifest = {
  file: 'double.onnx',
  sha256: '0'.repeat(64),
  bytes: 1,
  inputs: { x: { type: 'float32', shape: [1, 'n'] }, times: { type: 'int64', shape: [] } },
  outputs: { y: { type: 'float32', shape: [1, 'n'] }, z: { type: 'int32', shape: [1] } },
};
const METADATA = {
  name: 'double',
  inputs: [
    { name: 'x', datatype: 'FP32', shape: [1, -1] },
    { name: 'times', datatype: 'INT64', shape: [1] },
  ],
  outputs: [
    { name: 'y', datatype: 'FP32', shape: [-1, -1] },
    { name: 'z', datatype: 'INT32', shape: [1] },
  ],
};
const FEEDS = {
  x: { type: 'float32', dims: [1, 2], data: Float32Array.of(1.5, 2) },
  times: { type: 'int64', dims: [], data: BigInt64Array.of(2n) },
} as const;
const ANSWER = { outputs: [{ name: 'y', datatype: 'FP32', shape: [1, 2], data: [3, 4] }] };

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

type Handler = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

/** A server that knows the model `double`; `infer` answers its runs. */
async function serve(infer: Handler, metadata: unknown = METADATA): Promise<URL> {
  return listen((request, response, body) => {
    if (request.url === '/base/v2') return send(response, 200, { name: 'test', extensions: [] });
    if (request.url === '/base/v2/models/double') return send(response, 200, metadata);
    if (request.url === '/base/v2/models/double/infer') return infer(request, response, body);
    send(response, 404, { error: `Request for unknown model: ${request.url}` });
  });
}

async function listen(handle: Handler): Promise<URL> {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    handle(request, response, Buffer.concat(chunks));
  });
  await new Promise<void>((done) => server!.listen(0, '127.0.0.1', done));
  return new URL(`http://user:secret@127.0.0.1:${(server.address() as AddressInfo).port}/base/`);
}

function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

const QUICK: RemoteOptions = { retryMs: 1, timeoutMs: 5000 };

async function failure(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: Error) => error,
  );
}

describe('a session on a server', () => {
  it('sends what the graph takes, with the name and password of its address, and gives the outputs asked for', async () => {
    const seen: { authorization?: string | undefined; body?: unknown } = {};
    const url = await serve((request, response, body) => {
      seen.authorization = request.headers.authorization;
      seen.body = JSON.parse(body.toString());
      send(response, 200, ANSWER);
    });
    const session = await openRemoteSession(url, 'double', graph, QUICK);
    expect(session.inputs[1]).toEqual({ name: 'times', type: 'int64', shape: [] });
    expect(session.outputs.map(({ name }) => name)).toEqual(['y', 'z']);
    const { y } = await session.run(FEEDS, ['y']);
    expect(y?.data).toEqual(Float32Array.of(3, 4));
    expect(seen.authorization).toBe(`Basic ${Buffer.from('user:secret').toString('base64')}`);
    expect(seen.body).toEqual({
      inputs: [
        { name: 'x', shape: [1, 2], datatype: 'FP32', data: [1.5, 2] },
        // The server has no tensors without dimensions.
        { name: 'times', shape: [1], datatype: 'INT64', data: [2] },
      ],
      outputs: [{ name: 'y', parameters: { binary_data: false } }],
    });
    await session.release();
  });

  it('asks again where the server is busy or hangs up', async () => {
    let runs = 0;
    const url = await serve((request, response) => {
      runs++;
      if (runs === 1) send(response, 503, { error: 'loading' }, { 'retry-after': '0' });
      else if (runs === 2) request.socket.destroy();
      else if (runs === 3) send(response, 429, {});
      else send(response, 200, ANSWER);
    });
    const session = await openRemoteSession(url, 'double', graph, QUICK);
    expect((await session.run(FEEDS, ['y']))['y']?.dims).toEqual([1, 2]);
    expect(runs).toBe(4);
  });

  it('gives up where the server stays busy, and never names the password', async () => {
    let runs = 0;
    const url = await serve((_, response) => {
      runs++;
      send(response, 503, { error: 'no room' });
    });
    const session = await openRemoteSession(url, 'double', graph, QUICK);
    const error = await failure(session.run(FEEDS));
    expect(error).toBeInstanceOf(ServerError);
    expect(error.message).toContain('503: no room');
    expect(error.message).not.toContain('secret');
    expect(runs).toBe(5);
  });

  it('is heard of no more after its time', async () => {
    const url = await serve(() => undefined);
    const session = await openRemoteSession(url, 'double', graph, { ...QUICK, timeoutMs: 100 });
    expect((await failure(session.run(FEEDS))).message).toMatch(/gave no answer in 0 s/);
  });

  it('lets go within a run where the draft is cancelled', async () => {
    const abort = new AbortController();
    const url = await serve(() => abort.abort());
    const session = await openRemoteSession(url, 'double', graph, QUICK);
    expect(await failure(session.run(FEEDS, undefined, abort.signal))).toBeInstanceOf(DraftCancelledError);
  });

  it.each([
    ['an error of the graph', 400, { error: 'unexpected shape\nat line 3' }, /status 400: unexpected shape\)/],
    ['a page instead of an answer', 200, 'hello', /no list "outputs"/],
    ['an answer without the output', 200, { outputs: [] }, /lacks the output "y"/],
  ])('says of %s what it is', async (_, status, body, words) => {
    const url = await serve((_request, response) => send(response, status, body));
    const session = await openRemoteSession(url, 'double', graph, QUICK);
    const error = await failure(session.run(FEEDS));
    expect(error).toBeInstanceOf(ServerError);
    expect(error.message).toMatch(words);
  });
});

describe('opening a session', () => {
  const [x, times] = METADATA.inputs;
  it.each([
    ['a missing input', { ...METADATA, inputs: [x] }, /no input "times"/],
    ['an input too many', { ...METADATA, inputs: [x, times, { ...x, name: 'w' }] }, /an input "w"/],
    [
      'another shape',
      { ...METADATA, inputs: [{ ...x, shape: [2, -1] }, times] },
      /"x" is \[2,-1\], .*float32 \[1, n\]/,
    ],
    ['another type', { ...METADATA, inputs: [{ ...x, datatype: 'FP16' }, times] }, /"x" is FP16/],
    ['a missing output', { ...METADATA, outputs: [{ ...x, name: 'q' }] }, /no output "y"/],
  ])('refuses %s', async (_, metadata, words) => {
    const url = await serve(() => undefined, metadata);
    const error = await failure(openRemoteSession(url, 'double', graph, QUICK));
    expect(error).toBeInstanceOf(ServerError);
    expect(error.message).toMatch(words);
  });

  it('takes a server at its word that lists no tensors', async () => {
    const url = await serve(() => undefined, { name: 'double', inputs: [], outputs: [] });
    expect((await openRemoteSession(url, 'double', graph, QUICK)).inputs).toHaveLength(2);
  });

  it('says that the model is not there, and what to do', async () => {
    const url = await serve(() => undefined);
    const error = await failure(openRemoteSession(url, 'other', graph, QUICK));
    expect(error.message).toMatch(/has no model "other": Request for unknown model.*uscdf models triton/);
  });

  it('says that there is no server', async () => {
    const url = await serve(() => undefined);
    await new Promise((done) => server!.close(done));
    const error = await failure(openRemoteSession(url, 'double', graph, QUICK));
    expect(error.message).toMatch(/cannot be reached \(ECONNREFUSED\)/);
  });
});
