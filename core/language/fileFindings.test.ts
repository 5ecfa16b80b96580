import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FileKind, UscdfDocument } from '../records/document.ts';
import type { Range, TextEdit } from '../records/position.ts';
import type { Resources } from '../records/recordModel.ts';
import { documentOfAll, FILE_KINDS, recordAround } from '../testing/fixtures.ts';
import type { IdleHost } from './fileFindings.ts';
import { DEFAULT_SETTINGS, LanguageService } from './languageService.ts';

const NOTHING: Resources = { image: () => undefined, sidecar: () => undefined, labelMap: () => undefined };
const patient: IdleHost = { load: async () => true, pause: () => undefined };

const mask = (start: number) => ({ size: [4, 4], counts: [start, 4, 12 - start] });
const of = (id: string, more: Readonly<Record<string, unknown>> = {}) =>
  recordAround('Here is <p> a dog </p> [SEG].', { id, width: 4, height: 4, masks: [mask(0)], task: 'mgsc', ...more });

/** Two families, whose ids and phrases an edit can confuse. */
const RECORDS = [
  of('a'),
  of('b', { parent: 'a', target: 'a dog' }),
  of('c', { parent: 'a', target: 'a dog', masks: [mask(9)] }),
  of('d'),
  of('e', { parent: 'd', target: 'a cat' }),
];

/** What a person sees of the findings of scope `file`. */
async function shown(document: UscdfDocument, service: LanguageService): Promise<unknown> {
  for (const cell of document.cells) service.checkPixels(cell.record, NOTHING);
  await service.checkFile(document, NOTHING, patient);
  return service.diagnostics(document, NOTHING);
}

const fileCodes = (document: UscdfDocument, service: LanguageService) =>
  service
    .diagnostics(document, NOTHING)
    .filter(({ code }) => ['duplicate-id', 'unknown-parent', 'mask-outside-parent'].includes(code))
    .map(
      ({ code, range, related }) => `${code} ${range.start.line} -> ${related.map((each) => each.range.start.line)}`,
    );

const entryOf = (kind: FileKind, key: string, value: string) =>
  kind === 'uscdf' ? `${key}: ${value}\n` : `"${key}": "${value}"`;

/** The place of the nth text in a document; `undefined` where there is none. */
function placeOf(document: UscdfDocument, needle: string, n: number): Range | undefined {
  const places: Range[] = [];
  for (let line = 0; line < document.lineCount; line++) {
    const text = document.line(line);
    for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1))
      places.push({ start: { line, character: at }, end: { line, character: at + needle.length } });
  }
  return places.length === 0 ? undefined : places[n % places.length];
}

const NEEDLES = [
  '"a"',
  '"b"',
  '"d"',
  ' a\n',
  ' d\n',
  'id',
  'parent',
  'a dog',
  'mgsc',
  '{',
  '}',
  '---',
  'counts',
  '0',
  ',',
];
const PIECES = ['"a"', '"b"', '"d"', ' a', 'id', 'parent', 'a dog', 'mgsc', '{', '', '\n', 'x', '9', ','];
const anyEdit = fc.tuple(fc.constantFrom(...NEEDLES), fc.nat(30), fc.constantFrom(...PIECES));

describe.each(FILE_KINDS)('the findings between the records of a %s file', (kind) => {
  it('stand at their records and point into the others', async () => {
    const document = documentOfAll([...RECORDS, of('a')], kind);
    const service = new LanguageService();
    expect(fileCodes(document, service)).toEqual([]);
    expect(await service.checkFile(document, NOTHING, patient)).toBe(true);
    const lineOf = (index: number, path: string) => {
      const cell = document.cells[index]!;
      return cell.rangeOf(cell.record.locate(path === 'text' ? ['conversations', 1, 'value'] : [path])).start.line;
    };
    const maskLine = document.cells[2]!.rangeOf(document.cells[2]!.record.locate(['masks', 0])).start.line;
    expect(fileCodes(document, service)).toEqual([
      `mask-outside-parent ${maskLine} -> ${lineOf(0, 'text')}`,
      `unknown-parent ${lineOf(4, 'target')} -> ${lineOf(3, 'id')}`,
      `duplicate-id ${lineOf(5, 'id')} -> ${lineOf(0, 'id')}`,
    ]);
    expect(await service.checkFile(document, NOTHING, patient)).toBe(false);
  });

  it('go when what they are about goes, and come with it', async () => {
    const document = documentOfAll(RECORDS, kind);
    const service = new LanguageService();
    await service.checkFile(document, NOTHING, patient);
    const counts = [fileCodes(document, service).length];
    for (const [from, to] of [
      ['d', 'a'],
      ['a', 'f'],
    ] as const) {
      const range = placeOf(document, entryOf(kind, 'id', from).trimEnd(), 0)!;
      document.update({ range, newText: entryOf(kind, 'id', to).trimEnd() });
      expect(await service.checkFile(document, NOTHING, patient)).toBe(true);
      counts.push(fileCodes(document, service).length);
    }
    // A strange target and a strange mask; then two records with one id and a parent that is gone, beside the strange
    // mask; then each id once again.
    expect(counts).toEqual([2, 3, 2]);
  });

  it('equal those of a fresh service after any edits', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyEdit, { minLength: 1, maxLength: 8 }), async (edits) => {
        const document = documentOfAll([...RECORDS, of('d', { split: 'x' }), of('d', { split: 'y' })], kind);
        const service = new LanguageService();
        await shown(document, service);
        for (const [needle, n, newText] of edits) {
          const range = placeOf(document, needle.trimEnd(), n);
          if (range !== undefined) document.update({ range, newText } satisfies TextEdit);
          const fresh = new UscdfDocument(kind, document.text());
          expect(await shown(document, service)).toEqual(await shown(fresh, new LanguageService()));
        }
      }),
      { numRuns: 80 },
    );
  });
});

it('forgets them when the settings change, and obeys these', async () => {
  const document = documentOfAll([of('a'), of('a')], 'jsonl');
  const service = new LanguageService();
  await service.checkFile(document, NOTHING, patient);
  expect(fileCodes(document, service)).toHaveLength(1);
  service.configure({ ...DEFAULT_SETTINGS, severities: { 'duplicate-id': 'off' } });
  expect(fileCodes(document, service)).toHaveLength(0);
  await service.checkFile(document, NOTHING, patient);
  expect(fileCodes(document, service)).toHaveLength(0);
});

it('keeps what it knew where a request comes in between and ends the check', async () => {
  const document = documentOfAll([of('a'), of('a'), of('a')], 'jsonl');
  const service = new LanguageService();
  let left = 2;
  const hasty: IdleHost = { load: async () => true, pause: () => (left-- > 0 ? undefined : Promise.resolve(false)) };
  expect(await service.checkFile(document, NOTHING, hasty)).toBe(false);
  expect(fileCodes(document, service)).toHaveLength(0);
  const slow: IdleHost = { load: async () => true, pause: () => Promise.resolve(true) };
  expect(await service.checkFile(document, NOTHING, slow)).toBe(true);
  expect(fileCodes(document, service)).toHaveLength(2);
});
