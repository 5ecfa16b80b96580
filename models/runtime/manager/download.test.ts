import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestHub } from '../testing/hub.ts';
import { download, type FileToFetch } from './download.ts';
import { ModelsCancelledError, ModelsError } from './errors.ts';

const CONTENT = randomBytes(300_000);
const PATH = '/cdn/a/b/model.onnx';
const QUICK = { retryMs: 1, idleMs: 20_000 };

let hub: TestHub;
let folder: string;
let target: string;
let file: FileToFetch;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'uscdf-download-'));
  target = join(folder, 'onnx', 'model.onnx');
  hub = await TestHub.start({ 'a/b': { 'model.onnx': CONTENT } });
  const value = createHash('sha256').update(CONTENT).digest('hex');
  const url = `${hub.url}/a/b/resolve/${'0'.repeat(40)}/model.onnx`;
  file = { url, bytes: CONTENT.byteLength, digest: { kind: 'sha256', value } };
});

afterEach(async () => {
  await hub.stop();
  rmSync(folder, { recursive: true });
});

async function failure(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: Error) => error,
  );
}

const ranges = () => hub.requests.filter((line) => line.includes(PATH)).map((line) => line.split(' ')[2]);

describe('a download', () => {
  it('follows the hub to where the file lies and reports its bytes', async () => {
    const seen: number[] = [];
    await download(file, target, { ...QUICK, onBytes: (bytes) => seen.push(bytes) });
    expect(readFileSync(target).equals(CONTENT)).toBe(true);
    expect(seen.at(-1)).toBe(CONTENT.byteLength);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  it('goes on where each dropped connection stopped', async () => {
    let arrived = 0;
    hub.fault = (path, attempt, request, response) => {
      if (path !== PATH || attempt > 4) return false;
      const from = Number(/\d+/.exec(request.headers.range ?? '0')?.[0]);
      const part = CONTENT.subarray(from, from + 50_000);
      const headers = {
        'content-length': CONTENT.byteLength - from,
        'content-range': `bytes ${from}-${CONTENT.byteLength - 1}/${CONTENT.byteLength}`,
      };
      response.writeHead(from === 0 ? 200 : 206, headers);
      response.write(part);
      // What is on its way when a connection drops is lost, so that this one drops when everything is there.
      const waiting = setInterval(() => {
        if (arrived < from + part.length) return;
        clearInterval(waiting);
        request.socket.destroy();
      }, 1);
      return true;
    };
    const onBytes = (bytes: number) => {
      arrived = bytes;
    };
    await download(file, target, { ...QUICK, onBytes });
    expect(readFileSync(target).equals(CONTENT)).toBe(true);
    expect(ranges()).toEqual([undefined, ...[1, 2, 3, 4].map((n) => `bytes=${n * 50_000}-`)]);
  });

  it('goes on in the next try after it was cancelled', async () => {
    const abort = new AbortController();
    hub.fault = (path, attempt, _, response) => {
      if (path !== PATH || attempt > 1) return false;
      response.writeHead(200, { 'content-length': CONTENT.byteLength });
      response.write(CONTENT.subarray(0, 100_000));
      return true;
    };
    const onBytes = (bytes: number) => bytes >= 100_000 && abort.abort();
    const error = await failure(download(file, target, { ...QUICK, signal: abort.signal, onBytes }));
    expect(error).toBeInstanceOf(ModelsCancelledError);
    await download(file, target, QUICK);
    expect(readFileSync(target).equals(CONTENT)).toBe(true);
    expect(ranges()).toEqual([undefined, 'bytes=100000-']);
  });

  it('begins anew where the server knows no ranges', async () => {
    hub.fault = (path, attempt, request, response) => {
      if (path !== PATH) return false;
      response.writeHead(200, { 'content-length': CONTENT.byteLength });
      if (attempt > 1) response.end(CONTENT);
      else response.write(CONTENT.subarray(0, 10), () => setTimeout(() => request.socket.destroy(), 20));
      return true;
    };
    await download(file, target, QUICK);
    expect(readFileSync(target).equals(CONTENT)).toBe(true);
  });

  it('begins anew where what an earlier try left is of another file', async () => {
    await download(file, target, QUICK);
    rmSync(target);
    writeFileSync(`${target}.part`, randomBytes(1000));
    await download(file, target, QUICK);
    expect(readFileSync(target).equals(CONTENT)).toBe(true);
    expect(ranges()).toEqual([undefined, 'bytes=1000-', undefined]);
  });

  it.each([429, 500, 503])('asks again after status %i, as late as the server says', async (status) => {
    hub.fault = (path, attempt, _, response) => {
      if (path !== PATH || attempt > 2) return false;
      response.writeHead(status, attempt === 1 ? { 'retry-after': '0' } : {}).end();
      return true;
    };
    await download(file, target, QUICK);
    expect(statSync(target).size).toBe(CONTENT.byteLength);
  });

  it('stops after five tries that bring nothing', async () => {
    hub.fault = (path, _attempt, _request, response) => path === PATH && !!response.writeHead(503).end();
    const error = await failure(download(file, target, QUICK));
    expect(error.message).toMatch(/stopped \(status 503\) and 5 tries/);
    expect(ranges()).toHaveLength(5);
  });

  it('gives up a server that is silent, and asks again', async () => {
    hub.fault = (path, attempt) => path === PATH && attempt === 1;
    await download(file, target, { retryMs: 1, idleMs: 1_000 });
    expect(ranges()).toHaveLength(2);
  });

  it('deletes a file with another hash and says so', async () => {
    const wrong: FileToFetch = { ...file, digest: { kind: 'sha256', value: 'f'.repeat(64) } };
    const error = await failure(download(wrong, target, QUICK));
    expect(error.message).toMatch(/is not the file that the hub lists/);
    expect(() => statSync(target)).toThrow();
    expect(() => statSync(`${target}.part`)).toThrow();
  });

  it("knows git's own hash of small files", async () => {
    const value = createHash('sha1').update(`blob ${CONTENT.byteLength}\0`).update(CONTENT).digest('hex');
    await download({ ...file, digest: { kind: 'git-sha1', value } }, target, QUICK);
    expect(readFileSync(target).equals(CONTENT)).toBe(true);
  });

  it('keeps nothing of a file that is longer than it should be', async () => {
    const error = await failure(download({ ...file, bytes: 1000 }, target, QUICK));
    expect(error.message).toMatch(/sends more of model.onnx than the 1000 bytes/);
    expect(statSync(`${target}.part`).size).toBe(0);
  });

  it.each([
    [403, /lets only some people have it/],
    [404, /not there any more/],
  ])('does not ask again after status %i', async (status, words) => {
    hub.fault = (path, _attempt, _request, response) => path === PATH && !!response.writeHead(status).end();
    expect((await failure(download(file, target, QUICK))).message).toMatch(words);
    expect(ranges()).toHaveLength(1);
  });

  it.each(['http://example.com/x', 'ftp://127.0.0.1/x', 'file:///etc/passwd'])(
    'does not follow a redirect to %s',
    async (location) => {
      hub.fault = (_path, _attempt, _request, response) => !!response.writeHead(302, { location }).end();
      const error = await failure(download(file, target, QUICK));
      expect(error).toBeInstanceOf(ModelsError);
      expect(error.message).toMatch(/redirects the download .* only https is/);
    },
  );

  it('does not go round in circles', async () => {
    hub.fault = (path, _attempt, _request, response) => !!response.writeHead(302, { location: path }).end();
    expect((await failure(download(file, target, QUICK))).message).toMatch(/in a circle/);
  });

  it.runIf(existsSync('/dev/full'))('says that the disk is full, and what to do', async () => {
    mkdirSync(dirname(target));
    symlinkSync('/dev/full', `${target}.part`);
    expect((await failure(download(file, target, QUICK))).message).toMatch(
      /disk is full before model.onnx .* Make room/,
    );
  });

  it('says that the file cannot be written', async () => {
    writeFileSync(join(folder, 'onnx'), 'a file where the folder should be');
    expect((await failure(download(file, target, QUICK))).message).toMatch(/was not fetched \(E/);
  });
});

it('nothing is fetched unencrypted from another machine', async () => {
  const remote: FileToFetch = { ...file, url: 'http://192.0.2.1/model.onnx' };
  expect((await failure(download(remote, target, QUICK))).message).toMatch(/only https is/);
});
