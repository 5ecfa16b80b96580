import { expect, it } from 'vitest';
import { UscdfDocument } from '../records/document.ts';
import { applyEdits } from '../records/position.ts';
import { documentOf, FILE_KINDS, recordAround } from '../testing/fixtures.ts';
import { checkRecord } from './checkRecord.ts';

const mask = { size: [1, 12_000], counts: [...Array.from({ length: 5_999 }, () => 1), 6_001] };
const record = (more: Readonly<Record<string, unknown>> = {}) =>
  recordAround('Sure, it is <p> dog </p> [SEG].', { width: 12_000, height: 1, masks: [mask], ...more });
const check = (document: UscdfDocument) => {
  const { record: source } = document.cells[0]!;
  return { source, findings: checkRecord(source, { scopes: ['turn', 'record', 'pixels'] }) };
};

it.each(FILE_KINDS)('a long record of a %s file is a finding in JSONL only', (kind) => {
  const { findings } = check(documentOf(record(), kind));
  expect(findings.map(({ code }) => code)).toEqual(kind === 'jsonl' ? ['long-line'] : []);
});

it('points at the key, and counts the characters', () => {
  const { source, findings } = check(documentOf(record(), 'jsonl'));
  expect(source.source.slice(findings[0]!.span.start, findings[0]!.span.end)).toBe('"masks"');
  expect(findings[0]!.message).toContain(`${source.source.length.toLocaleString('en')} characters`);
});

it('says nothing about a line that is short, or long without masks', () => {
  const of = (more: Readonly<Record<string, unknown>>) =>
    check(documentOf(record(more), 'jsonl')).findings.map(({ code }) => code);
  expect(of({ masks: [{ size: [1, 12_000], counts: [1, 11_999] }] })).toEqual([]);
  expect(of({ masks: 'a.masks.json', note: 'x'.repeat(12_000) })).toEqual([]);
});

it('its fix moves the masks as they are written into a file of their own', () => {
  const text = documentOf(record({ id: 'äa/b:c' }), 'jsonl')
    .text()
    .replace('"counts": [1, 1', '"counts": [1.0,1');
  const { source, findings } = check(new UscdfDocument('jsonl', text));
  const [fix] = findings[0]!.fixes();
  const [file] = fix!.files!;
  expect(file!.path).toMatch(/^masks\/a-b-c-[0-9a-f]{8}\.masks\.json$/);
  expect(file!.text).toContain('"counts": [1.0,1, 1');
  expect(JSON.parse(file!.text)).toEqual([mask]);
  const after = applyEdits(source.source, source.edit(fix!.edits)!);
  expect(JSON.parse(after)).toEqual({ ...record({ id: 'äa/b:c' }), masks: file!.path });
  expect(findings[0]!.fixKind).toBe('manual');
});

it('names the file after any id', () => {
  const pathOf = (id: unknown) =>
    check(documentOf(record({ id }), 'jsonl'))
      .findings.find(({ code }) => code === 'long-line')!
      .fixes()[0]!.files![0]!.path;
  expect(pathOf('..')).toMatch(/^masks\/record-[0-9a-f]{8}\.masks\.json$/);
  expect(pathOf('猫')).toMatch(/^masks\/record-/);
  expect(pathOf(17)).toMatch(/^masks\/record-/);
  expect(pathOf('../../etc')).toMatch(/^masks\/[A-Za-z0-9-]+\.masks\.json$/);
  expect(pathOf('con')).toMatch(/^masks\/con-/);
});
