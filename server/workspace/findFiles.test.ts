import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findFile, findFiles, folderOf, MAX_FILES } from './findFiles.ts';
import type { Folder } from './messages.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'uscdf-find-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(name: string, text = ''): string {
  const path = join(root, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const folder = (name = '.'): Folder => ({ path: join(root, name), editor: name });

describe('the files of a workspace', () => {
  it('are those of ours that are not hidden, the small ones first', async () => {
    const large = write('large.uscdf.jsonl', '12345');
    const small = write('deep/er/small.uscdf', '1');
    const middle = write('deep/middle.USCDF.json', '123');
    for (const name of ['.git/a.uscdf', 'node_modules/b/b.uscdf', 'c.json', 'd.jsonl', 'uscdf']) write(name);
    const { files, complete } = await findFiles([folder()]);
    expect(files.map(({ path, size }) => [path, size])).toEqual([
      [small, 1],
      [middle, 3],
      [large, 5],
    ]);
    expect(complete).toBe(true);
  });

  it('are each in its innermost folder, once', async () => {
    write('a.uscdf');
    write('inner/b.uscdf');
    const { files } = await findFiles([folder(), folder('inner')]);
    expect(files.map(({ path, folder }) => [path.slice(root.length + 1), folder.editor])).toEqual([
      ['a.uscdf', '.'],
      ['inner/b.uscdf', 'inner'],
    ]);
  });

  it('are not looked for in links to folders, which may lead in a circle, nor in what is not there', async () => {
    write('a.uscdf');
    symlinkSync(root, join(root, 'circle'));
    mkdirSync(join(root, 'folder.uscdf'));
    const { files } = await findFiles([folder(), folder('gone')]);
    expect(files.map(({ path }) => path)).toEqual([join(root, 'a.uscdf')]);
  });

  it('end at a named limit', async () => {
    for (let i = 0; i <= MAX_FILES; i++) writeFileSync(join(root, `${i}.uscdf`), '');
    const { files, complete } = await findFiles([folder()]);
    expect(files).toHaveLength(MAX_FILES);
    expect(complete).toBe(false);
  }, 30_000);
});

describe('one file by its path', () => {
  it('is found where a folder holds it', async () => {
    const path = write('in/a.uscdf', '12');
    expect(await findFile(path, [folder()])).toMatchObject({ path, size: 2 });
    expect(await findFile(path, [folder('other')])).toBeUndefined();
    expect(await findFile(join(root, 'gone.uscdf'), [folder()])).toBeUndefined();
    expect(await findFile(write('a.json'), [folder()])).toBeUndefined();
    expect(await findFile(write('.hidden/a.uscdf'), [folder()])).toBeUndefined();
  });

  it('belongs to the innermost folder', () => {
    const folders = [folder(), folder('a'), folder('a/b')];
    expect(folderOf(join(root, 'a/b/c.uscdf'), folders)).toBe(folders[2]);
    expect(folderOf(join(root, 'a/c.uscdf'), folders)).toBe(folders[1]);
    expect(folderOf(join(root, 'ab/c.uscdf'), folders)).toBe(folders[0]);
    expect(folderOf(join(root, '..', 'c.uscdf'), folders)).toBeUndefined();
    expect(folderOf(root, folders)).toBeUndefined();
  });
});
