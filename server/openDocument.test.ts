import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentOfAll, FILE_KINDS, recordAround } from '../core/testing/fixtures.ts';
import { OpenDocument } from './openDocument.ts';

const COUNT = 200;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'uscdf-open-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A document of records whose images are not there. */
function openDocument(): OpenDocument {
  const records = Array.from({ length: COUNT }, (_, i) =>
    JSON.stringify(recordAround('A <p> dog </p> [SEG].', { id: `r${i}`, image: `${i}.jpg` })),
  );
  return new OpenDocument(pathToFileURL(join(folder, 'a.uscdf.jsonl')).href, 'uscdf-jsonl', 1, records.join('\n'));
}

const checkedOf = ({ document, service }: OpenDocument): number =>
  document.cells.filter(({ record }) => service.pixelsChecked(record)).length;

describe('the check of pixels', () => {
  it('stops when a newer version comes, and goes on from there', async () => {
    const open = openDocument();
    const { version } = open;
    let looks = 0;
    const news = await open.checkPixels(() => {
      if (++looks === 20) open.version++;
      return open.version !== version;
    });
    expect(news).toBe(true);
    const checked = checkedOf(open);
    expect(checked).toBeGreaterThan(0);
    expect(checked).toBeLessThan(20);
    expect(await open.checkPixels(() => false)).toBe(true);
    expect(checkedOf(open)).toBe(COUNT);
    expect(await open.checkPixels(() => false)).toBe(false);
  });

  it('lets others work in between', async () => {
    const open = openDocument();
    let turns = 0;
    const ticking = setInterval(() => turns++, 1);
    await open.checkPixels(() => false);
    clearInterval(ticking);
    expect(turns).toBeGreaterThan(0);
  });
});

describe.each(FILE_KINDS)('the comparison of the records of a %s file', (kind) => {
  const languages = { jsonl: 'uscdf-jsonl', json: 'uscdf-json', uscdf: 'uscdf' } as const;
  const text = documentOfAll(
    ['a', 'b', 'a'].map((id) => recordAround('A dog.', { id, image: 'https://example.org/a.jpg' })),
    kind,
  ).text();
  const codes = (open: OpenDocument) => open.service.diagnostics(open.document, open.resources).map(({ code }) => code);

  it('finds what is there, and again after an edit', async () => {
    const open = new OpenDocument('untitled:a', languages[kind], 1, text);
    expect(codes(open)).toEqual([]);
    expect(await open.checkFile(() => false)).toBe(true);
    expect(codes(open)).toEqual(['duplicate-id']);
    const [first] = open.document.cells;
    const range = first!.rangeOf(first!.record.locate(['id']));
    open.document.update({ range, newText: kind === 'uscdf' ? 'c' : '"c"' });
    expect(await open.checkFile(() => false)).toBe(true);
    expect(codes(open)).toEqual([]);
  });

  it('stops where it is no longer wanted', async () => {
    const open = new OpenDocument('untitled:a', languages[kind], 1, text);
    expect(await open.checkFile(() => true)).toBe(false);
    expect(codes(open)).toEqual([]);
  });
});
