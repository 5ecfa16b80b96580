/** The rules that compare the records of a file. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RecordCell } from '../records/document.ts';
import { fileKeysOf } from '../records/fileRecords.ts';
import type { Resources } from '../records/recordModel.ts';
import { ok } from '../result.ts';
import { documentOfAll, FILE_KINDS, fileOf, recordAround } from '../testing/fixtures.ts';
import { checkRecord, type Finding } from './checkRecord.ts';

type Values = Readonly<Record<string, unknown>>;

interface Found {
  readonly cell: RecordCell;
  readonly finding: Finding;
}

function findingsOf(records: readonly Values[], kind: (typeof FILE_KINDS)[number], resources?: Resources): Found[] {
  const document = documentOfAll(records, kind);
  const file = fileOf(document);
  return document.cells.flatMap((cell) =>
    checkRecord(cell.record, { scopes: ['file'], file, ...(resources && { resources }) }).map((finding) => ({
      cell,
      finding,
    })),
  );
}

const textAt = ({ record }: { readonly record: { readonly source: string } }, span: Finding['span']) =>
  record.source.slice(span.start, span.end);

const root = recordAround('There is <p> a small dog </p> [SEG] and <p> the woman in red </p> [SEG].', {
  id: 'root',
  task: 'mgsc',
});
const child = (more: Values, answer = 'A dog.') =>
  recordAround(answer, { id: 'child', task: 'mgsc', parent: 'root', target: 'a small dog', ...more });

describe.each(FILE_KINDS)('in a %s file', (kind) => {
  const inQuotes = (text: string) => (kind === 'uscdf' ? text : `"${text}"`);

  it('duplicate-id stands at the later ids and points at the first', () => {
    const records = ['a', 'b', 'a', 'a'].map((id) => recordAround('A dog.', { id }));
    const found = findingsOf(records, kind);
    expect(found.map(({ finding }) => finding.code)).toEqual(['duplicate-id', 'duplicate-id']);
    const first = documentOfAll(records, kind).cells[0]!;
    for (const { cell, finding } of found) {
      expect(textAt(cell, finding.span)).toBe(inQuotes('a'));
      const [related] = finding.related;
      expect(textAt(related!.elsewhere!, related!.span)).toBe(inQuotes('a'));
      expect(related!.elsewhere!.rangeOf(related!.span)).toEqual(first.rangeOf(first.record.locate(['id'])));
    }
  });

  it('unknown-parent stands at the parent that is not there', () => {
    const [found] = findingsOf([root, child({ parent: 'rot' })], kind);
    expect(textAt(found!.cell, found!.finding.span)).toBe(inQuotes('rot'));
    expect(found!.finding.message).toBe(
      'No record of this file has the id "rot", so nobody finds what this record is a part of: write the id of the root record.',
    );
    expect(findingsOf([child({}), root], kind)).toEqual([]);
  });

  it('unknown-parent stands at the target that is no phrase, and points at the nearest one', () => {
    const nearest = (target: string) => {
      const [found] = findingsOf([root, child({ target })], kind);
      expect(textAt(found!.cell, found!.finding.span)).toBe(inQuotes(target));
      const [related] = found!.finding.related;
      return textAt(related!.elsewhere!, related!.span).trim();
    };
    expect(nearest('a smal dog')).toBe('a small dog');
    expect(nearest('the red woman')).toBe('the woman in red');
    expect(nearest('a bicycle')).toBe(inQuotes('root'));
    expect(findingsOf([root, child({ target: 'The  small dog' })], kind)).toEqual([]);
  });
});

describe('unknown-parent', () => {
  const messages = (records: readonly Values[]) => findingsOf(records, 'jsonl').map(({ finding }) => finding.message);

  it('asks an mgsc record for the other of the two keys', () => {
    const { target: _, ...noTarget } = child({});
    const { parent: __, ...noParent } = child({});
    expect(messages([root, noTarget])[0]).toContain('add "target"');
    expect(messages([root, noParent])[0]).toContain('add "parent"');
    // A misspelt key is one mistake, and `schema` says it; other tasks may use the keys as they like.
    expect(messages([root, { ...noTarget, taget: 'a small dog' }])).toEqual([]);
    expect(messages([root, { ...noTarget, task: 'gcg' }])).toEqual([]);
  });

  it('keeps quiet where the parent itself is broken', () => {
    const broken = {
      ...root,
      conversations: [
        { from: 'human', value: '<image>\nHi' },
        { from: 'gpt', value: '<p> a' },
      ],
    };
    expect(messages([broken, child({ target: 'a cat' })])).toEqual([]);
    expect(messages([{ ...root, conversations: 7 }, child({ target: 'a cat' })])).toEqual([]);
  });

  it('keeps quiet about an id that a record which does not parse may have', () => {
    const lost = (text: string) => {
      const document = documentOfAll([root, child({})], 'jsonl');
      const range = document.cells[0]!.range;
      document.update({ range, newText: text });
      const file = fileOf(document);
      return document.cells.flatMap((cell) => checkRecord(cell.record, { scopes: ['file'], file }));
    };
    expect(lost('{"id": "root", ')).toEqual([]);
    expect(lost('{"id": "other"}').map(({ code }) => code)).toEqual(['unknown-parent']);
  });

  it('does not take a record for its own parent', () => {
    expect(messages([child({ parent: 'child' })])).toEqual([
      'This record names itself as its parent: write the id of the root record that it is a part of.',
    ]);
  });
});

describe('mask-outside-parent', () => {
  const mask = (start: number, length: number) => ({ size: [10, 10], counts: [start, length, 100 - start - length] });
  const big = { width: 10, height: 10 };
  const parent = { ...root, ...big, masks: [mask(0, 40), mask(60, 40)] };
  const part = (masks: unknown, more: Values = {}) =>
    child({ ...big, masks, ...more }, 'It has <p> a collar </p> [SEG].');
  const found = (records: readonly Values[], resources?: Resources) => findingsOf(records, 'jsonl', resources);
  const codes = (records: readonly Values[]) => found(records).map(({ finding }) => finding.code);

  it('asks for half of the area, no more', () => {
    expect(codes([parent, part([mask(30, 20)])])).toEqual([]);
    const [outside] = found([parent, part([mask(30, 21)])]);
    expect(outside!.finding.message).toBe(
      'This mask has only 47 % of its area inside the mask of "a small dog" in the parent record, whose parts this record describes: draw it again, or correct `target`.',
    );
    expect(textAt(outside!.cell, outside!.finding.span)).toBe(
      JSON.stringify(mask(30, 21)).replaceAll(',', ', ').replaceAll(':', ': '),
    );
    const [related] = outside!.finding.related;
    expect(textAt(related!.elsewhere!, related!.span)).toBe(' a small dog ');
  });

  it('takes the masks of all phrases with these words together', () => {
    const twice = recordAround('<p> a dog </p> [SEG] beside <p> the dog </p> [SEG].', {
      ...big,
      id: 'root',
      masks: [mask(0, 40), mask(60, 40)],
    });
    expect(codes([twice, part([mask(70, 20)], { target: 'dog' })])).toEqual([]);
    expect(codes([twice, part([mask(40, 20)], { target: 'dog' })])).toEqual(['mask-outside-parent']);
  });

  it('keeps quiet where another finding explains it', () => {
    const outside = part([mask(50, 10)]);
    expect(codes([parent, outside])).toEqual(['mask-outside-parent']);
    expect(codes([parent, { ...outside, task: 'gcg' }])).toEqual([]);
    expect(codes([{ ...parent, masks: [mask(0, 40)] }, outside])).toEqual([]);
    expect(codes([{ ...parent, masks: [mask(0, 40).size, mask(60, 40)] }, outside])).toEqual([]);
    expect(codes([{ ...parent, masks: [mask(0, 0), mask(60, 40)] }, outside])).toEqual([]);
    expect(codes([parent, part([{ size: [20, 5], counts: [50, 10, 40] }])])).toEqual([]);
    expect(codes([parent, part([mask(50, 0)])])).toEqual([]);
    expect(codes([parent, part([mask(50, 10), mask(50, 10)])])).toEqual([]);
  });

  it('reads the masks of sidecars', () => {
    const resources: Resources = {
      image: () => undefined,
      sidecar: (path) => ok(path === 'root.json' ? parent.masks : [mask(50, 10)]),
      labelMap: () => undefined,
    };
    const records = [{ ...parent, masks: 'root.json' }, part('child.json')];
    const [outside] = found(records, resources);
    expect(outside!.finding.message).toContain('Mask 1 has only 0 % of its area inside');
    expect(textAt(outside!.cell, outside!.finding.span)).toBe('"child.json"');
  });
});

it('finds nothing in a record without links whose id is the first: a pass over a large file skips it', () => {
  const id = fc.constantFrom('a', 'b', 'c', 7, undefined, '');
  const link = fc.constantFrom(undefined, undefined, 'a', 'd', 'a small dog');
  const any = fc.record({ id, parent: link, target: link, task: fc.constantFrom('mgsc', 'gcg', undefined) });
  fc.assert(
    fc.property(fc.array(any, { maxLength: 6 }), fc.constantFrom(...FILE_KINDS), (values, kind) => {
      const records = values.map((more) => {
        const record = recordAround('Here is <p> a small dog </p> [SEG].', more);
        return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
      });
      const document = documentOfAll(records, kind);
      const file = fileOf(document);
      const seen = new Set<string>();
      for (const { record } of document.cells) {
        const keys = fileKeysOf(record);
        const isFirst = keys.id === undefined || !seen.has(keys.id);
        if (keys.id !== undefined) seen.add(keys.id);
        if (!isFirst || keys.links) continue;
        expect(checkRecord(record, { scopes: ['file'], file })).toEqual([]);
      }
    }),
  );
});
