import { appendFileSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFile } from '../../core/records/writeRecord.ts';
import { FILE_KINDS, recordAround } from '../../core/testing/fixtures.ts';
import { MAX_LINE_BYTES } from '../../server/recordStream.ts';
import { idOfLine, indexRecords } from './indexRecords.ts';
import { listRecords } from './recordList.ts';
import { RecordReader } from './recordReader.ts';
import type { IndexTask } from './task.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'uscdf-index-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the id of a line', () => {
  it.each([
    ['{"id": "a b", "image": "x"}', 'a b'],
    ['{"id":"a"}', 'a'],
    ['{"id": "a\\"b"}', 'a"b'],
    ['{"image": "x", "id": "late"}', 'late'],
    ['{"id": 3}', undefined],
    ['{"id":', undefined],
    ['[]', undefined],
  ])('%s is %j', (line, id) => expect(idOfLine(line)).toBe(id));
});

describe('a list of records', () => {
  it.each(FILE_KINDS)('leads back to each of them (%s)', async (kind) => {
    const path = join(folder, `a.uscdf${kind === 'uscdf' ? '' : `.${kind}`}`);
    const ids = ['first', 'ü', 'third'];
    const text = writeFile(
      kind,
      ids.map((id) => recordAround('A dog.', { id })),
    );
    if (!text.ok) throw new Error(text.message);
    writeFileSync(path, text.value);
    const list = await listRecords(
      [path],
      () => statSync(path).size,
      indexRecords,
      () => undefined,
    );
    expect(list.ids).toEqual(ids);
    const reader = new RecordReader();
    for (const id of ids) {
      const read = await reader.read(list.find(id)!);
      expect(read.ok && read.value.id).toBe(id);
    }
    await reader.close();
  });

  it('keeps the first of records with one id, and names the others with their lines', async () => {
    const path = join(folder, 'a.uscdf.jsonl');
    const line = (id: string) => `${JSON.stringify(recordAround('A dog.', { id }))}\n`;
    writeFileSync(path, [line('a'), line('b'), line('a'), '{"broken\n', line('c')].join(''));
    const half = Math.floor(statSync(path).size / 2);
    const parts = (task: IndexTask) => indexRecords(task);
    const list = await listRecords(
      [path],
      () => statSync(path).size,
      parts,
      () => undefined,
    );
    expect(list.ids).toEqual(['a', 'b', 'c']);
    expect(list.place(2)).toMatchObject({ path, line: 4 });
    expect(list.problems.map(({ place }) => place.line).sort()).toEqual([2, 3]);
    const second = await indexRecords({ kind: 'index', path, start: half, end: statSync(path).size });
    expect(second.index!.ids).toEqual(['c']);
  });

  it('loses nothing but a line that is too long to be held', async () => {
    const path = join(folder, 'a.uscdf.jsonl');
    writeFileSync(path, '{"id": "before"}\n{"id": "long", "pad": "');
    // A hole in the file: it reads as zeros and takes no room on the disk.
    truncateSync(path, MAX_LINE_BYTES + 4e7);
    appendFileSync(path, '"}\n{"id": "after"}\n');
    const said: string[] = [];
    const list = await listRecords(
      [path],
      () => statSync(path).size,
      indexRecords,
      (message) => said.push(message),
    );
    expect(list.ids).toEqual(['before', 'after']);
    expect(list.place(1)).toMatchObject({ path, line: 2 });
    expect(said).toEqual([expect.stringMatching(/the line that begins at byte 17 is longer than 400 MB/)]);
  }, 60_000);

  it('says why a file cannot be read', async () => {
    await expect(
      indexRecords({ kind: 'index', path: join(folder, 'no.uscdf.jsonl'), start: 0, end: 0 }),
    ).rejects.toThrow();
    const whole = await indexRecords({ kind: 'index', path: join(folder, 'no.uscdf'), start: 0, end: 0 });
    expect(whole.failure).toMatch(/is not there: check the path/);
  });
});
