import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Result } from '../core/result.ts';
import { readTextFile, replaceTextFile, type TextFile } from './textFile.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'uscdf-text-'));
  path = join(folder, 'a.uscdf.jsonl');
  writeFileSync(path, '\ufeffone\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function read(): TextFile {
  const file = readTextFile(path);
  if (!file.ok) throw new Error(file.message);
  return file.value;
}
const refused = (result: Result<unknown>) => (result.ok ? undefined : result.message);

describe('replaceTextFile', () => {
  it('keeps the byte-order mark and the mode, and leaves nothing beside the file', () => {
    chmodSync(path, 0o640);
    expect(replaceTextFile(path, 'two\n', read())).toEqual({ ok: true, value: undefined });
    expect(readFileSync(path, 'utf8')).toBe('\ufefftwo\n');
    expect(readdirSync(folder)).toEqual(['a.uscdf.jsonl']);
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  it.each([
    ['grew', () => appendFileSync(path, 'a line more\n')],
    ['was written anew with the same length', () => writeFileSync(path, '\ufeffeno\n')],
    [
      'was replaced by another',
      () => {
        rmSync(path);
        writeFileSync(path, '\ufeffeno\n');
      },
    ],
  ])('leaves a file that %s since it was read', async (_, change) => {
    const file = read();
    // A file system's clock may be coarse.
    await new Promise((resolve) => setTimeout(resolve, 30));
    change();
    const changed = readFileSync(path, 'utf8');
    expect(refused(replaceTextFile(path, 'two\n', file))).toMatch(/changed by another program.*run this again/);
    expect(readFileSync(path, 'utf8')).toBe(changed);
    expect(readdirSync(folder)).toEqual(['a.uscdf.jsonl']);
  });

  it('does not bring back a file that is gone', () => {
    const file = read();
    rmSync(path);
    expect(refused(replaceTextFile(path, 'two\n', file))).toMatch(/is not there/);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('readTextFile', () => {
  it('opens nothing but files', () => {
    expect(refused(readTextFile(folder))).toMatch(/is a folder: name a file/);
    if (process.platform === 'win32') return;
    rmSync(path);
    execFileSync('mkfifo', [path]);
    expect(refused(readTextFile(path))).toMatch(/is a pipe or a device, not a file/);
    expect(refused(readTextFile('/dev/zero'))).toMatch(/is a pipe or a device, not a file/);
  });
});
