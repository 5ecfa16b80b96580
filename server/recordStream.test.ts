import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UscdfDocument } from '../core/records/document.ts';
import { LineFile, RecordStreamError, type StreamedRecord, streamRecords } from './recordStream.ts';

let folder: string;
let path: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'uscdf-stream-'));
  path = join(folder, 'a.uscdf.jsonl');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function all(records: AsyncIterable<StreamedRecord>): Promise<StreamedRecord[]> {
  const list: StreamedRecord[] = [];
  for await (const record of records) list.push(record);
  return list;
}

/** What the document in memory finds in the same bytes. */
function expected(bytes: Uint8Array): unknown[] {
  const document = new UscdfDocument('jsonl', new TextDecoder().decode(bytes));
  return document.cells.map(({ source, start }) => ({ source, line: start.line, character: start.character }));
}
const placed = (records: readonly StreamedRecord[]) =>
  records.map(({ source, line, character }) => ({ source, line, character }));

/** Stretches of lines: records, all kinds of ending, blanks, letters of one to four bytes, bytes that are no UTF-8. */
const pieces = fc.constantFrom(
  '{"id": "a"}',
  'é',
  '€',
  '😀',
  ' ',
  '\t',
  '\u00a0',
  '\ufeff',
  '\n',
  '\r\n',
  '\r',
  '\n\n',
  'x',
);
const texts = fc.array(pieces, { maxLength: 40 }).map((parts) => Buffer.from(parts.join('')));
const anyBytes = fc
  .array(
    fc.oneof(
      texts,
      fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
    ),
    { maxLength: 8 },
  )
  .map((parts) => Buffer.concat(parts));
const blockSizes = fc.integer({ min: 1, max: 64 });

describe('streamRecords', () => {
  it('finds what the document finds, whatever the size of the blocks', async () => {
    await fc.assert(
      fc.asyncProperty(anyBytes, blockSizes, async (bytes, blockBytes) => {
        writeFileSync(path, bytes);
        const records = await all(streamRecords(path, { blockBytes }));
        expect(placed(records)).toEqual(expected(bytes));
      }),
      { numRuns: 300 },
    );
  });

  it('gives each line to one part of the file, with its number', async () => {
    await fc.assert(
      fc.asyncProperty(texts, fc.nat(), blockSizes, async (bytes, cut, blockBytes) => {
        writeFileSync(path, bytes);
        const middle = cut % (bytes.length + 1);
        const parts = [
          ...(await all(streamRecords(path, { end: middle, blockBytes }))),
          ...(await all(streamRecords(path, { start: middle, blockBytes }))),
        ];
        expect(parts).toEqual(await all(streamRecords(path)));
      }),
      { numRuns: 300 },
    );
  });

  it('reads a record again from its place', async () => {
    await fc.assert(
      fc.asyncProperty(anyBytes, async (bytes) => {
        writeFileSync(path, bytes);
        const file = await LineFile.open(path);
        try {
          for (const record of await all(streamRecords(path))) {
            expect(file.recordAt(record.byteOffset, record.line)).toEqual(record);
          }
        } finally {
          await file.close();
        }
      }),
      { numRuns: 200 },
    );
  });

  it('says where bytes are no UTF-8, and takes a replacement character for what it is', async () => {
    writeFileSync(
      path,
      Buffer.concat([Buffer.from('\ufeff\ufffdé\n  é\ufffd'), Buffer.from([0xff]), Buffer.from('\n"ok"')]),
    );
    expect((await all(streamRecords(path))).map(({ line, invalidAt }) => [line, invalidAt])).toEqual([
      [0, undefined],
      [1, 4],
      [2, undefined],
    ]);
  });

  it('reads a line of 40 MB', async () => {
    writeFileSync(path, `1\n"${'é'.repeat(20e6)}"\n2`);
    const records = await all(streamRecords(path));
    expect(records.map(({ line, source }) => [line, source.length])).toEqual([
      [0, 1],
      [1, 20e6 + 2],
      [2, 1],
    ]);
  });

  it('ends when it is told to', async () => {
    writeFileSync(path, '1\n2\n3\n');
    const stop = new AbortController();
    const seen: string[] = [];
    for await (const { source } of streamRecords(path, { signal: stop.signal })) {
      seen.push(source);
      if (source === '2') stop.abort();
    }
    expect(seen).toEqual(['1', '2']);
  });

  it('refuses what is no file with a sentence', async () => {
    await expect(all(streamRecords(folder))).rejects.toThrow(/is a folder: name a file/);
    await expect(all(streamRecords(join(folder, 'none')))).rejects.toThrow(RecordStreamError);
  });
});
