import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DraftStore } from './draftStore.ts';
import { acceptedDraft, keyOf, readStoredDraft } from './storedDraft.ts';
import { storedDraft } from './testing.ts';

let folder: string;
let logged: string[];
const open = () => new DraftStore(folder, (line) => logged.push(line));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'uscdf-drafts-'));
  logged = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('keeps drafts over a restart', async () => {
  const first = open();
  const key = await first.put(storedDraft('a'));
  await first.put(storedDraft('b'));
  const second = open();
  expect(second.count).toBe(0);
  await second.ready();
  expect(second.count).toBe(2);
  expect(second.has(key)).toBe(true);
  expect(await second.read(key)).toEqual(storedDraft('a'));
  await second.remove(key);
  const third = open();
  await third.ready();
  expect(third.summaries.map(({ key }) => key)).toEqual([keyOf(storedDraft('b'))]);
  expect(logged).toEqual([]);
});

it('replaces the draft that was asked for alike, and no other', async () => {
  const store = open();
  const key = await store.put(storedDraft('a'));
  expect(await store.put(storedDraft('a', { created: '2026-02-01T00:00:00.000Z', edited: true }))).toBe(key);
  await store.put(storedDraft('a', { asked: { kind: 'phrase', phrase: 'the dog' } }));
  await store.put(storedDraft('a', { asked: { kind: 'question', question: 'Please segment the dog in this image.' } }));
  await store.put(storedDraft('a', { document: 'file:///data/others.uscdf.jsonl' }));
  expect(store.count).toBe(4);
  expect((await store.read(key))?.edited).toBe(true);
  expect(readdirSync(folder)).toHaveLength(4);
});

it('lets drafts follow a document that is moved, by itself or with its folder', async () => {
  const store = open();
  const others = 'file:///data/scenes.uscdf.jsonl.old';
  await store.put(storedDraft('a'));
  await store.put(storedDraft('a', { document: others }));
  const keys = await store.move('file:///data/scenes.uscdf.jsonl', 'file:///data/new.uscdf.jsonl');
  expect([...keys]).toEqual([
    [keyOf(storedDraft('a')), keyOf(storedDraft('a', { document: 'file:///data/new.uscdf.jsonl' }))],
  ]);
  const documents = () => store.summaries.map(({ document }) => document).sort();
  expect(documents()).toEqual(['file:///data/new.uscdf.jsonl', others]);
  await store.move('file:///data', 'file:///archive');
  expect(documents()).toEqual(['file:///archive/new.uscdf.jsonl', 'file:///archive/scenes.uscdf.jsonl.old']);
  expect(readdirSync(folder)).toHaveLength(2);
});

it('passes over files that are no drafts, and leaves them', async () => {
  await open().put(storedDraft('a'));
  const [whole] = readdirSync(folder);
  const strangers = ['not JSON', 'null', '[]', '{"version":1}', JSON.stringify({ ...storedDraft('b'), version: 2 })];
  for (const [i, text] of strangers.entries()) writeFileSync(join(folder, `${i}.json`), text);
  // A copy under another name would never be taken away.
  writeFileSync(join(folder, 'copy.json'), JSON.stringify(storedDraft('a')));
  mkdirSync(join(folder, 'folder.json'));
  const store = open();
  await store.ready();
  expect(store.summaries.map(({ key }) => `${key}.json`)).toEqual([whole]);
  expect(logged).toHaveLength(strangers.length);
  expect(readdirSync(folder)).toHaveLength(strangers.length + 3);
});

it('knows when a draft is gone from the disk', async () => {
  const store = open();
  const key = await store.put(storedDraft('a'));
  rmSync(join(folder, `${key}.json`));
  expect(await store.read(key)).toBeUndefined();
  expect(store.count).toBe(0);
  await store.remove(key);
});

it('keeps a draft for the window where the disk refuses it', async () => {
  rmSync(folder, { recursive: true });
  writeFileSync(folder, 'a file where the folder should be');
  const store = open();
  await store.ready();
  const key = await store.put(storedDraft('a'));
  expect(logged.join()).toMatch(/could not be kept on disk/);
  expect(store.isKept(key)).toBe(false);
  rmSync(folder);
  await store.put(storedDraft('a'));
  expect(store.isKept(key)).toBe(true);
  expect(await store.read(key)).toEqual(storedDraft('a'));
  await store.remove(key);
  expect(await store.read(key)).toBeUndefined();
});

it('says in the accepted record who made it and whether a person changed it', () => {
  const provenance = { model: 'tiny@1.0.0', status: 'accepted', created: '2026-01-02T03:04:05.678Z' };
  expect(acceptedDraft(storedDraft('a')).provenance).toEqual(provenance);
  expect(acceptedDraft(storedDraft('a', { edited: true })).provenance).toEqual({ ...provenance, edited: true });
});

it('reads what it has written and nothing else', () => {
  const draft = storedDraft('a', { asked: { kind: 'phrase', phrase: 'the dog' } });
  expect(readStoredDraft(JSON.stringify(draft))).toEqual(draft);
  for (const text of ['', '{', '0', '"draft"', JSON.stringify({ ...draft, draft: { ...draft.draft, masks: [1] } })])
    expect(readStoredDraft(text)).toBeUndefined();
});
