import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { isOnThisMachine, OpenAi, readEndpoint } from './openAi.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

type Answer = (response: ServerResponse, body: Record<string, unknown>, request: IncomingMessage) => void;

async function asking(answer: Answer, more: { readonly signal?: AbortSignal; readonly timeoutMs?: number } = {}) {
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (piece: Buffer) => (text += piece.toString()));
    request.on('end', () => answer(response, JSON.parse(text) as Record<string, unknown>, request));
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const waits: string[] = [];
  const client = new OpenAi({
    endpoint: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`),
    model: 'm',
    key: 'k',
    timeoutMs: 2000,
    signal: new AbortController().signal,
    onWait: (message) => waits.push(message),
    attempts: 3,
    firstWaitMs: 1,
    ...more,
  });
  return { waits, asked: client.ask({ messages: [{ role: 'user', text: 'q' }], maxTokens: 9 }) };
}

const say = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) =>
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
const right = { choices: [{ message: { content: 'a' } }], usage: { prompt_tokens: 3, completion_tokens: 1 } };

describe('a server of chat completions', () => {
  it('is sent the key and the question, and its tokens are counted', async () => {
    const { asked } = await asking((response, body, request) => {
      expect(request.url).toBe('/v1/chat/completions');
      expect(request.headers.authorization).toBe('Bearer k');
      expect(body).toEqual({ model: 'm', messages: [{ role: 'user', content: 'q' }], max_tokens: 9 });
      say(response, 200, right);
    });
    expect(await asked).toEqual({ text: 'a', inputTokens: 3, outputTokens: 1 });
  });

  it('may know the limit by its newer name', async () => {
    const { asked } = await asking((response, body) => {
      if ('max_completion_tokens' in body) say(response, 200, right);
      else say(response, 400, { error: { message: "Use 'max_completion_tokens' instead." } });
    });
    expect((await asked).text).toBe('a');
  });

  it('that lets go of the connection, or is slow, is asked again', async () => {
    let n = 0;
    const { asked, waits } = await asking(
      (response) => {
        n++;
        if (n === 1) response.destroy();
        else if (n === 2) response.writeHead(200).write('{"choices"');
        else say(response, 200, right);
      },
      { timeoutMs: 300 },
    );
    expect((await asked).text).toBe('a');
    expect(waits).toEqual([
      expect.stringContaining('the connection failed'),
      expect.stringContaining('did not answer'),
    ]);
  });

  it.each([
    [
      401,
      { error: { message: 'bad\u001b[31m key' } },
      'refuses the key (401): set the right one. It says: bad [31m key',
    ],
    [404, {}, 'no model m (404)'],
    [429, { error: { code: 'insufficient_quota' } }, 'nothing left to spend'],
    [422, { detail: 'no images' }, 'does not take the request (422)'],
    [200, { hello: 1 }, 'something else than a chat completion'],
    [503, {}, 'could not answer in 3 attempts (it answered 503)'],
  ])('that answers %i says what to do', async (status, body, message) => {
    const { asked } = await asking((response) => say(response, status, body));
    await expect(asked).rejects.toThrow(message);
  });

  it('that points elsewhere is not followed', async () => {
    let n = 0;
    const { asked } = await asking((response) => {
      n++;
      say(response, 307, {}, { location: 'https://elsewhere.example/v1' });
    });
    await expect(asked).rejects.toThrow('points to another address (https://elsewhere.example/v1)');
    expect(n).toBe(1);
  });

  it('that floods is cut off, and one that is stopped is let go', async () => {
    const flooding = await asking((response) => {
      response.writeHead(200);
      response.end(Buffer.alloc(9e6, 32));
    });
    await expect(flooding.asked).rejects.toThrow('more than 8 MB');
    server?.closeAllConnections();
    server?.close();
    const stopper = new AbortController();
    const stopped = await asking(() => stopper.abort(), { signal: stopper.signal });
    await expect(stopped.asked).rejects.toThrow('The run was stopped.');
  });
});

describe('its address', () => {
  const read = (text: string) => {
    const url = readEndpoint(text);
    return url.ok ? url.value.href : url.message;
  };

  it('is read with and without what belongs to requests', () => {
    for (const text of ['http://h:1/v1', 'http://h:1/v1/', 'http://h:1/v1/chat/completions', ' http://h:1/v1?a=b#c '])
      expect(read(text)).toBe('http://h:1/v1');
    expect(read('https://h')).toBe('https://h/');
    expect(read('h:1/v1')).toContain('begins with http');
    expect(read('ftp://h')).toContain('begins with http');
    expect(read('no address')).toContain('is no address');
    expect(read('https://me:secret@h/v1')).toContain('leave them out');
  });

  it('tells whether anything leaves the machine', () => {
    const local = (text: string) => isOnThisMachine(new URL(text));
    for (const text of ['http://localhost:8000/v1', 'http://127.0.0.1/', 'http://[::1]:8/'])
      expect(local(text)).toBe(true);
    for (const text of [
      'http://127.0.0.1.example.com/',
      'http://localhost.example/',
      'http://10.0.0.1/',
      'https://api.openai.com',
    ])
      expect(local(text)).toBe(false);
  });
});
