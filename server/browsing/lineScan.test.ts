import { closeSync, fstatSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { streamRecords } from '../recordStream.ts';
import { LineScan } from './lineScan.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'uscdf-scan-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Place {
  readonly offset: number;
  readonly line: number;
}

function scanned(path: string, chunkBytes: number): readonly (Place & { readonly length: number })[] {
  const handle = openSync(path, 'r');
  const places: (Place & { readonly length: number })[] = [];
  const scan = new LineScan(
    handle,
    fstatSync(handle).size,
    (offset, length, line) => places.push({ offset, length, line }),
    chunkBytes,
  );
  while (scan.step());
  closeSync(handle);
  return places;
}

async function streamed(path: string): Promise<readonly Place[]> {
  const places: Place[] = [];
  for await (const { byteOffset, line } of streamRecords(path)) places.push({ offset: byteOffset, line });
  return places;
}

function fileOf(content: string | Uint8Array): string {
  const path = join(folder, 'a.uscdf.jsonl');
  writeFileSync(path, content);
  return path;
}

describe('a scan for lines', () => {
  it('finds what begins at which byte and line, whatever ends the lines', () => {
    const path = fileOf('\ufeff{"a":1}\r\n\r\n  \n {"b":2}\r{"c":3}\n\n{"d":4}');
    for (const chunk of [3, 4, 7, 1 << 20])
      expect(scanned(path, chunk)).toEqual([
        { offset: 3, length: 7, line: 0 },
        { offset: 17, length: 8, line: 3 },
        { offset: 26, length: 7, line: 4 },
        { offset: 35, length: 7, line: 6 },
      ]);
  });

  it('finds nothing in an empty file and in one of blanks', () => {
    for (const content of ['', '\n\n', '\ufeff', ' \t\r\n\u00a0\n']) expect(scanned(fileOf(content), 4)).toEqual([]);
  });

  it('finds the records that a stream of the same file finds', async () => {
    const piece = fc.constantFrom(
      '{"a":1}',
      '\n',
      '\r',
      '\r\n',
      ' ',
      '\u00a0',
      '\u2028',
      'é',
      '\ufeff',
      '\t',
      'x'.repeat(40),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 30 }), fc.integer({ min: 3, max: 60 }), async (pieces, chunk) => {
        const path = fileOf(pieces.join(''));
        expect(scanned(path, chunk).map(({ offset, line }) => ({ offset, line }))).toEqual(await streamed(path));
      }),
      { numRuns: 1_000 },
    );
  });
});
