import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RecordFile } from './recordFile.ts';

let folder: string;
let path: string;
let opened: RecordFile[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'uscdf-records-'));
  path = join(folder, 'new', 'out.uscdf.jsonl');
  opened = [];
});
afterEach(() => {
  for (const file of opened) file.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(): RecordFile {
  const file = RecordFile.open(path);
  if (!file.ok) throw new Error(file.message);
  opened.push(file.value);
  return file.value;
}
const image = (name: string) => join(folder, name);
const add = (file: RecordFile, id: string) => file.append(image(`${id}.jpg`), { id });
const text = () => readFileSync(path, 'utf8');
const STOPPED = { ok: false, message: expect.stringMatching(/Another program has changed .* run the same command/) };

describe('RecordFile', () => {
  it('stops where another run writes to the same file, and overwrites nothing', () => {
    const [first, second] = [open(), open()];
    expect(add(first, 'a').ok).toBe(true);
    expect(add(second, 'b')).toEqual(STOPPED);
    expect(add(second, 'c')).toEqual(STOPPED);
    expect(add(first, 'd').ok).toBe(true);
    expect(text()).toBe('{"id": "a"}\n{"id": "d"}\n');
  });

  it.each([
    ['appends', () => appendFileSync(path, '{"id": "mine"}\n'), '{"id": "a"}\n{"id": "mine"}\n'],
    ['shortens', () => truncateSync(path, 5), '{"id"'],
    [
      'replaces the file',
      () => {
        writeFileSync(`${path}.tmp`, '{"id": "x"}\n');
        renameSync(`${path}.tmp`, path);
      },
      '{"id": "x"}\n',
    ],
    ['removes the file', () => rmSync(path), undefined],
  ])('stops where an editor %s', (_, change, left) => {
    const file = open();
    expect(add(file, 'a').ok).toBe(true);
    change();
    expect(add(file, 'b')).toEqual(STOPPED);
    expect(existsSync(path) ? text() : undefined).toBe(left);
  });

  it('takes an empty file that it made away again, but not one that was there', () => {
    open().close();
    opened = [];
    expect(existsSync(path)).toBe(false);
    writeFileSync(path, '');
    open().close();
    opened = [];
    expect(existsSync(path)).toBe(true);
  });

  it('knows which images have records of another task or prompt only', () => {
    const file = open();
    const ask = (name: string, task: string, value: string) => ({
      id: name,
      image: `../${name}`,
      task,
      conversations: [{ from: 'human', value }],
    });
    file.append(image('a.jpg'), ask('a.jpg', 'gcg', '<image>\nDescribe.'));
    file.append(image('b.jpg'), ask('b.jpg', 'referring', '<image>\nPlease segment the dog in this image.'));
    const again = open();
    for (const each of [file, again]) {
      expect(each.hasOtherOnly(image('a.jpg'), 'gcg', undefined)).toBe(false);
      expect(each.hasOtherOnly(image('a.jpg'), 'panoptic', undefined)).toBe(true);
      expect(each.hasOtherOnly(image('b.jpg'), 'referring', 'the dog ')).toBe(false);
      expect(each.hasOtherOnly(image('b.jpg'), 'referring', 'the cat')).toBe(true);
      expect(each.hasOtherOnly(image('c.jpg'), 'gcg', undefined)).toBe(false);
    }
  });
});
