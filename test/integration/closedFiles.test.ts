/** A file on disk has the findings that it has when it is open, whatever it holds. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decodeText } from '../../cli/textFile.ts';
import type { Diagnostic } from '../../core/language/ranges.ts';
import { OpenDocument } from '../../server/openDocument.ts';
import { checkFile } from '../../server/workspace/checkFile.ts';
import { anyAnswer, anyBrokenFile, anyBytes, anyKind, anyPieces } from './anyText.ts';
import { ENDING, LANGUAGE } from './photoFolder.ts';

const RUNS = 400;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'uscdf-closed-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sorted = (diagnostics: readonly Diagnostic[]) =>
  diagnostics
    .map(({ range, code, severity, message, page, related }) =>
      JSON.stringify([range.start, range.end, code, severity, message, page, related]),
    )
    .sort();

/** The findings of a document that stays open until everything about it is known. */
async function whenOpen(path: string, language: string, text: string): Promise<readonly Diagnostic[]> {
  const open = new OpenDocument(pathToFileURL(path).href, language, 1, text);
  await open.checkPixels(() => false);
  await open.checkFile(() => false);
  return open.service.diagnostics(open.document, open.resources);
}

it.each([
  ['random bytes', fc.record({ kind: anyKind, bytes: anyBytes })],
  ['pieces of the grammars', fc.record({ kind: anyKind, bytes: anyPieces })],
  ['valid files after accidents', fc.record({ kind: anyKind, bytes: anyBrokenFile })],
  ['answers of any pieces', anyAnswer],
])(
  '%s',
  async (_, inputs) => {
    const property = fc.asyncProperty(inputs, async ({ kind, bytes }) => {
      const path = join(folder, `a${ENDING[kind]}`);
      writeFileSync(path, bytes);
      const { text, invalidAt } = decodeText(bytes);
      const found = await checkFile(path, kind, { severities: {}, pixels: true });
      // An editor hands out text, in which bytes that are no UTF-8 are lost already.
      const ofText = found.filter(({ message }) => !message.includes('no UTF-8'));
      expect(found.length - ofText.length).toBe(invalidAt === undefined ? 0 : 1);
      expect(sorted(ofText)).toEqual(sorted(await whenOpen(path, LANGUAGE[kind], text)));
    });
    await fc.assert(property, { numRuns: RUNS, seed: 1 });
  },
  120_000,
);
