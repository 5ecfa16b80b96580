import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { isLines } from '../../core/datasets/json/jsonItems.ts';
import { DiskDataset } from './diskDataset.ts';

const folder = mkdtempSync(join(tmpdir(), 'uscdf-dataset-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** More than a file is read at once. */
const LONG = 9 << 20;

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function linesOf(path: string): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const { text, line } of new DiskDataset().lines(path)) {
    expect(line).toBe(lines.length);
    lines.push(text);
  }
  return lines;
}

it('gives lines of any length, whatever ends them', async () => {
  const lines = ['a', '', 'ä'.repeat(LONG / 2), 'b\rc', '€'.repeat(LONG / 3), 'end'];
  expect(await linesOf(file('unix.txt', lines.join('\n')))).toEqual(lines);
  expect(await linesOf(file('windows.txt', `${lines.join('\r\n')}\r\n`))).toEqual(lines);
  expect(await linesOf(file('empty.txt', ''))).toEqual([]);
});

it('knows a list in one line from lines', async () => {
  const files = new DiskDataset();
  expect(await isLines(files, file('list.json', `[{"a": "${'x'.repeat(LONG)}"}]`))).toBe(false);
  expect(await isLines(files, file('lines.json', '{"a": 1}\n{"a": 2}\n'))).toBe(true);
  expect(await isLines(files, file('marked.json', '\ufeff{"a": 1}\r\n'))).toBe(true);
  expect(await isLines(files, file('object.json', '{\n"a": 1}'))).toBe(false);
  expect(await isLines(files, file('none.json', '[]'))).toBe(false);
  expect(await isLines(files, file('broken.json', '[{"a"'))).toBe(false);
});

it('says which file is no UTF-8, also where it is cut in the middle of a character', async () => {
  const bytes = Buffer.from(`["${'€'.repeat(LONG / 3)}"]`);
  const read = async (path: string) => {
    let count = 0;
    for await (const _ of new DiskDataset().entries(path)) count++;
    return count;
  };
  expect(await read(file('good.json', bytes))).toBe(1);
  bytes[bytes.length - 3] = 0xe4;
  await expect(read(file('bad.json', bytes))).rejects.toThrow(/bad\.json is not UTF-8 text: save it as UTF-8/);
});
