import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BUNDLE } from '../testing/builtWorker.ts';
import { TestHub } from '../testing/hub.ts';
import type { CatalogueEntry } from './catalogue.ts';
import { ModelsCancelledError } from './errors.ts';
import { fetchBundle, megabytes, planDownload } from './fetchBundle.ts';
import { ModelStore } from './store.ts';

/** The bundle that ships, published under another name. */
const FILES: Record<string, Buffer> = Object.fromEntries(
  readdirSync(BUNDLE).map((name) => [name, readFileSync(join(BUNDLE, name))]),
);
FILES['bundle.json'] = Buffer.from(FILES['bundle.json']!.toString().replace('"name": "coco80"', '"name": "published"'));

const ENTRY: CatalogueEntry = {
  name: 'published',
  title: 'Published',
  description: '',
  licence: 'MIT',
  aboutBytes: 8e6,
  manifest: 'segmenter',
  sources: [
    {
      repository: 'somebody/model',
      revision: 'main',
      licence: 'Apache-2.0',
      files: Object.keys(FILES).map((path) => ({ path, as: path })),
    },
  ],
};
const QUICK = { retryMs: 1, idleMs: 2000 };
const asPublished = async () => undefined;

let hub: TestHub;
let root: string;
let store: ModelStore;

beforeEach(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'uscdf-fetch-')));
  store = new ModelStore({ folder: join(root, 'models'), shipped: dirname(BUNDLE) });
  hub = await TestHub.start({ 'somebody/model': FILES });
});

afterEach(async () => {
  await hub.stop();
  rmSync(root, { recursive: true });
});

describe('a plan', () => {
  it('says size, licence, commit and hash of every file before any of them is fetched', async () => {
    const { bytes, sources } = await planDownload(ENTRY, { hub: hub.url });
    expect(bytes).toBe(Object.values(FILES).reduce((sum, file) => sum + file.byteLength, 0));
    const [source] = sources;
    expect(source).toMatchObject({
      commit: expect.stringMatching(/^[0-9a-f]{40}$/),
      licence: 'Apache-2.0',
      statedLicence: 'mit',
    });
    expect(source?.files.every(({ digest }) => /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(digest.value))).toBe(true);
    expect(hub.requests.every((line) => line.startsWith('GET /api/'))).toBe(true);
  });

  it.each([
    ['a repository that is not there', { repository: 'nobody/model' }, /status 404.*Look for it in a browser/],
    ['a file that is not there', { files: [{ path: 'new.onnx', as: 'new.onnx' }] }, /has no file new.onnx any more/],
  ])('says what is wrong with %s', async (_, change, words) => {
    const entry = { ...ENTRY, sources: [{ ...ENTRY.sources[0]!, ...change }] };
    await expect(planDownload(entry, { hub: hub.url })).rejects.toThrow(words);
  });

  it.each([
    ['no JSON', 'hello', /it is no JSON/],
    ['something else', '{"sha":"../../x"}', /is not the list of files/],
  ])('does not believe a hub that sends %s', async (_, body, words) => {
    hub.fault = (_path, _attempt, _request, response) => !!response.writeHead(200).end(body);
    await expect(planDownload(ENTRY, { hub: hub.url })).rejects.toThrow(words);
  });

  it('says that there is no hub', async () => {
    const { url } = hub;
    await hub.stop();
    await expect(planDownload(ENTRY, { hub: url })).rejects.toThrow(/cannot be reached \(ECONNREFUSED\)/);
    await expect(planDownload(ENTRY, { hub: 'http://192.0.2.1' })).rejects.toThrow(/only https is/);
    hub = await TestHub.start({});
  });
});

describe('fetching', () => {
  it('ends with a model of the store that says where it is from', async () => {
    const plan = await planDownload(ENTRY, { hub: hub.url });
    let last = 0;
    const model = await fetchBundle(plan, store, asPublished, {
      ...QUICK,
      onProgress: ({ doneBytes, totalBytes }) => {
        last = doneBytes / totalBytes;
      },
    });
    expect(last).toBe(1);
    expect(model).toMatchObject({
      name: 'published',
      origin: 'downloaded',
      from: expect.stringContaining('somebody/model@'),
    });
    expect(await store.findBundle('published')).toBe(model.folder);
    expect(readFileSync(join(model.folder, 'LICENCES.md'), 'utf8')).toMatch(/mit \(expected: Apache-2.0\)/);
    expect(readdirSync(join(store.folder, 'downloads'))).toEqual([]);
  });

  it('goes on after it was cancelled, without asking for what is here', async () => {
    const plan = await planDownload(ENTRY, { hub: hub.url });
    const abort = new AbortController();
    const options = { ...QUICK, signal: abort.signal };
    hub.fault = (path) => {
      if (!path.endsWith('mask_head.onnx')) return false;
      abort.abort();
      return true;
    };
    await expect(fetchBundle(plan, store, asPublished, options)).rejects.toThrow(ModelsCancelledError);
    hub.fault = () => false;
    const before = hub.requests.length;
    await fetchBundle(plan, store, asPublished, QUICK);
    expect(hub.requests.slice(before).filter((line) => line.includes('detector.onnx'))).toEqual([]);
    expect((await store.find('published'))?.problem).toBeUndefined();
  });

  it('takes up nothing where a file is not what was promised', async () => {
    const plan = await planDownload(ENTRY, { hub: hub.url });
    hub.fault = (path, _attempt, _request, response) => {
      if (!path.endsWith('/cdn/somebody/model/detector.onnx')) return false;
      const bytes = Buffer.from(FILES['detector.onnx']!);
      bytes[1000]! ^= 1;
      return !!response.writeHead(200).end(bytes);
    };
    await expect(fetchBundle(plan, store, asPublished, QUICK)).rejects.toThrow(
      /detector.onnx is not the file that the hub lists/,
    );
    expect(await store.find('published')).toBeUndefined();
    await store.remove('published');
    expect(readdirSync(join(store.folder, 'downloads'))).toEqual([]);
  });

  it('does not begin where the disk has no room, or where the name is taken', async () => {
    const plan = await planDownload(ENTRY, { hub: hub.url });
    const before = hub.requests.length;
    await expect(fetchBundle({ ...plan, bytes: 1e18 }, store, asPublished, QUICK)).rejects.toThrow(
      /needs 1000000000.0 GB more/,
    );
    const taken = { ...plan, entry: { ...ENTRY, name: 'coco80' } };
    await expect(fetchBundle(taken, store, asPublished, QUICK)).rejects.toThrow(/name of a model that ships/);
    expect(hub.requests).toHaveLength(before);
  });
});

it('sizes are written for people', () => {
  expect([999, 1_500_000, 7_000_000_000].map(megabytes)).toEqual(['1 kB', '1.5 MB', '7.0 GB']);
});
