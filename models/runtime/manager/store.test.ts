import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BUNDLE } from '../testing/builtWorker.ts';
import { ModelsCancelledError, ModelsError } from './errors.ts';
import { filesOf } from './files.ts';
import { ModelStore } from './store.ts';

let root: string;
let store: ModelStore;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'uscdf-store-')));
  mkdirSync(join(root, 'shipped'));
  cpSync(BUNDLE, join(root, 'shipped', 'coco80'), { recursive: true });
  store = new ModelStore({ folder: join(root, 'models'), shipped: join(root, 'shipped') });
});

afterEach(() => rmSync(root, { recursive: true }));

/** A sound bundle of another name, outside the store. */
function bundle(name = 'mine', more: object = {}): string {
  const folder = join(root, 'elsewhere', name);
  cpSync(BUNDLE, folder, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(folder, 'bundle.json'), 'utf8'));
  writeFileSync(join(folder, 'bundle.json'), JSON.stringify({ ...manifest, name, ...more }));
  return folder;
}

const names = async () => (await store.list()).map(({ name, origin }) => `${name} ${origin}`);

describe('the store', () => {
  it('lists what ships before anything was added', async () => {
    expect(await names()).toEqual(['coco80 shipped']);
    expect((await store.find('coco80'))?.manifest?.title).toMatch(/COCO/);
    expect(existsSync(store.folder)).toBe(false);
  });

  it('takes up a bundle where it stays, and forgets it without touching it', async () => {
    const folder = bundle();
    expect(await store.add(folder, { copy: false })).toMatchObject({ name: 'mine', origin: 'linked', folder });
    expect(await names()).toEqual(['coco80 shipped', 'mine linked']);
    expect(await store.findBundle('mine')).toBe(folder);
    await store.remove('mine');
    expect(await names()).toEqual(['coco80 shipped']);
    expect(existsSync(join(folder, 'bundle.json'))).toBe(true);
  });

  it('copies the files of a bundle and no others, and deletes its copy alone', async () => {
    const folder = bundle();
    writeFileSync(join(folder, 'private.txt'), 'not part of the bundle');
    const seen: number[] = [];
    const { folder: copy, manifest } = await store.add(folder, { copy: true, onProgress: (done) => seen.push(done) });
    expect(filesOf(manifest!).every((file) => existsSync(join(copy, file)))).toBe(true);
    expect(existsSync(join(copy, 'private.txt'))).toBe(false);
    expect(seen.at(-1)).toBe(1);
    rmSync(folder, { recursive: true });
    expect(await names()).toEqual(['coco80 shipped', 'mine copied']);
    expect(await store.remove('mine')).toMatchObject({ from: folder });
    expect(existsSync(copy)).toBe(false);
  });

  it('is the same for two programs at once', async () => {
    const other = new ModelStore({ folder: store.folder, shipped: join(root, 'shipped') });
    await Promise.all([store.add(bundle('a'), { copy: false }), other.add(bundle('b'), { copy: true })]);
    expect(await names()).toEqual(['coco80 shipped', 'a linked', 'b copied']);
  });

  it('takes up nothing that is not whole', async () => {
    const folder = bundle();
    appendFileSync(join(folder, 'mask_head.onnx'), 'x');
    const error = await store.add(folder, { copy: true }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ModelsError);
    expect(String(error)).toContain('mask_head.onnx');
    expect(await names()).toEqual(['coco80 shipped']);
    expect(existsSync(join(store.folder, 'entries'))).toBe(false);
  });

  it('leaves nothing behind where it is cancelled', async () => {
    const error = await store
      .add(bundle(), { copy: true, signal: AbortSignal.abort() })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ModelsCancelledError);
    const abort = new AbortController();
    const copying = store.add(bundle('later'), { copy: true, signal: abort.signal, onProgress: () => abort.abort() });
    expect(await copying.catch((thrown: unknown) => thrown)).toBeInstanceOf(ModelsCancelledError);
    expect(await names()).toEqual(['coco80 shipped']);
    expect(existsSync(join(store.folder, 'bundles'))).toBe(false);
  });

  it('keeps names apart', async () => {
    await expect(store.add(bundle('coco80'), { copy: false })).rejects.toThrow(/name of a model that ships/);
    await store.add(bundle(), { copy: false });
    await expect(store.add(bundle(), { copy: true })).rejects.toThrow(/There is a model "mine" already/);
  });

  it('shows what went wrong with a model since', async () => {
    await store.add(bundle('gone'), { copy: false });
    rmSync(join(root, 'elsewhere', 'gone'), { recursive: true });
    await store.add(bundle('renamed'), { copy: false });
    bundle('other');
    cpSync(join(root, 'elsewhere/other/bundle.json'), join(root, 'elsewhere/renamed/bundle.json'));
    const entries = join(store.folder, 'entries');
    writeFileSync(join(entries, 'broken.json'), '{');
    writeFileSync(join(entries, 'strange.json'), '{"format":1,"origin":"copied","folder":"../..","added":""}');
    writeFileSync(join(entries, '..NOT A NAME.json'), '{}');
    const problems = (await store.list()).map(({ name, problem }) => [name, problem ?? 'fine']);
    expect(problems).toEqual([
      ['coco80', 'fine'],
      ['broken', expect.stringContaining('add it again')],
      ['gone', expect.stringContaining('no model bundle at')],
      ['renamed', expect.stringContaining('is called "other" now')],
      ['strange', expect.stringContaining('add it again')],
    ]);
    for (const name of ['broken', 'gone', 'renamed', 'strange']) await store.remove(name);
    expect(await names()).toEqual(['coco80 shipped']);
  });

  it('deletes nothing outside itself, whatever an entry says', async () => {
    const folder = bundle('victim');
    mkdirSync(join(store.folder, 'entries'), { recursive: true });
    const entry = { format: 1, origin: 'copied', folder, added: '' };
    writeFileSync(join(store.folder, 'entries', 'victim.json'), JSON.stringify(entry));
    await store.remove('victim');
    expect(existsSync(join(folder, 'bundle.json'))).toBe(true);
  });

  it('removes neither what ships nor what is not there', async () => {
    await expect(store.remove('coco80')).rejects.toThrow(/ships with this program/);
    await expect(store.remove('nothing')).rejects.toThrow(/no model "nothing"/);
    await expect(store.remove('../entries')).rejects.toThrow(ModelsError);
  });

  it('says that its folder cannot be written', async () => {
    writeFileSync(join(root, 'models'), 'a file where the folder should be');
    await expect(store.add(bundle(), { copy: false })).rejects.toThrow(/cannot be written \(E.*Check the permissions/);
    await expect(store.add(bundle(), { copy: true })).rejects.toThrow(/not copied \(E/);
  });

  it('takes what is no name for a folder', async () => {
    expect(await store.findBundle(join(root, 'elsewhere'))).toBe(join(root, 'elsewhere'));
    expect(await store.find('../shipped/coco80')).toBeUndefined();
  });
});
