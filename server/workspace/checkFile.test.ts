import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAX_DIAGNOSTICS } from '../../core/language/languageService.ts';
import type { Diagnostic } from '../../core/language/ranges.ts';
import { type FileKind, UscdfDocument } from '../../core/records/document.ts';
import { writeFile } from '../../core/records/writeRecord.ts';
import type { Severities } from '../../core/rules/checkRecord.ts';
import { FILE_KINDS, recordAround } from '../../core/testing/fixtures.ts';
import { checkFile } from './checkFile.ts';

const ENDING: Readonly<Record<FileKind, string>> = { uscdf: '.uscdf', json: '.uscdf.json', jsonl: '.uscdf.jsonl' };

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'uscdf-check-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const options = { severities: {} as Severities, pixels: true };
const remote = { image: 'https://images.test/a.jpg' };

function write(kind: FileKind, bytes: string | Uint8Array): string {
  const path = join(folder, `a${ENDING[kind]}`);
  writeFileSync(path, bytes);
  return path;
}

function textOf(kind: FileKind, ...records: readonly Record<string, unknown>[]): string {
  const text = writeFile(kind, records);
  if (!text.ok) throw new Error(text.message);
  return text.value;
}

/** The words of a text that a finding is about, and its code. */
function found(
  kind: FileKind,
  text: string,
  diagnostics: readonly Diagnostic[],
): readonly (readonly [string, string])[] {
  const document = new UscdfDocument(kind, text);
  return diagnostics.map(({ code, range }) => [code, document.text(range).replaceAll('"', '')]);
}

describe.each(FILE_KINDS)('a closed %s file', (kind) => {
  const check = (text: string, more = {}) => checkFile(write(kind, text), kind, { ...options, ...more });

  it('has the findings of every scope at their words', async () => {
    const text = textOf(
      kind,
      recordAround('A <p> dog </p> [SEG].', { id: 'a', ...remote }),
      recordAround('A 🐶 <p></p> dog.', { id: 'a', image: 'gone.jpg' }),
      recordAround('A dog.', { id: 'b', parent: 'nobody', target: 'dog', task: 'mgsc', ...remote }),
    );
    const findings = found(kind, text, await check(text));
    expect(findings).toContainEqual(['empty-phrase', '<p></p>']);
    expect(findings).toContainEqual(['image-missing', 'gone.jpg']);
    expect(findings).toContainEqual(['duplicate-id', 'a']);
    expect(findings).toContainEqual(['unknown-parent', 'nobody']);
    const quick = found(kind, text, await check(text, { pixels: false }));
    expect(quick).toEqual(findings.filter(([code]) => code !== 'image-missing'));
    expect(found(kind, text, await check(text, { severities: { 'duplicate-id': 'off' } }))).toEqual(
      findings.filter(([code]) => code !== 'duplicate-id'),
    );
  });

  it('with a byte-order mark and CRLF has them at the same places', async () => {
    const text = textOf(kind, recordAround('A dog.', remote), recordAround('A <p></p> dog.', { id: 'b', ...remote }));
    const ranges = (diagnostics: readonly Diagnostic[]) => diagnostics.map(({ code, range }) => ({ code, range }));
    const plain = ranges(await check(text));
    expect(plain.map(({ code }) => code)).toEqual(['empty-phrase']);
    expect(ranges(await check(`\ufeff${text.replaceAll('\n', '\r\n')}`))).toEqual(plain);
  });

  it('that is empty has none, and one that is no text says so once', async () => {
    expect(await check('')).toEqual([]);
    const text = textOf(kind, recordAround('caf§', { id: '§', ...remote }));
    const [start = '', ...rest] = text.split('§');
    const bytes = Buffer.concat([Buffer.from(start), ...rest.flatMap((each) => [Buffer.of(0xe9), Buffer.from(each)])]);
    const findings = await checkFile(write(kind, bytes), kind, options);
    expect(findings.map(({ message }) => message)).toEqual([expect.stringContaining('UTF-8')]);
    expect(found(kind, text, findings)).toEqual([['syntax', '§']]);
  });

  it('with more findings than are shown counts the others', async () => {
    const many = Array.from({ length: MAX_DIAGNOSTICS + 7 }, (_, i) =>
      recordAround('A <p></p> dog.', { id: `${i}`, ...remote }),
    );
    const findings = await check(textOf(kind, ...many));
    expect(findings).toHaveLength(MAX_DIAGNOSTICS + 1);
    expect(findings.at(-1)).toMatchObject({ code: 'limit', message: expect.stringMatching(/^7 more findings/) });
  });

  // Lines are read one by one, so that a file of lines may have any size.
  const wholeOnly = kind === 'jsonl' ? [] : ['that no text can hold says what to do'];
  it.each(wholeOnly)('%s', async () => {
    const path = write(kind, '');
    // A hole: it takes no room on the disk.
    truncateSync(path, 600e6);
    const [notice, ...others] = await checkFile(path, kind, options);
    expect(others).toEqual([]);
    expect(notice!.message).toMatch(/^This file was not checked\. .*larger than 500 MB.*split it/);
  });

  it('that is not there says why it was not checked', async () => {
    const [notice, ...others] = await checkFile(join(folder, `gone${ENDING[kind]}`), kind, options);
    expect(others).toEqual([]);
    expect(notice).toMatchObject({ code: 'limit', severity: 'warning' });
    expect(notice!.message).toMatch(/^This file was not checked\. .*gone/);
  });
});
