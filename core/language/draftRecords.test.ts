import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UscdfDocument } from '../records/document.ts';
import { documentOfAll, FILE_KINDS, recordAround } from '../testing/fixtures.ts';
import { draftContext, findRecord, undecidedRecords } from './draftRecords.ts';

const ANSWER = 'There is <p> a dog </p> [SEG] by <p> a tree </p> [SEG].';
const question = (value: string) => [{ from: 'human', value: `<image>\n${value}` }];
const answered = (id: string, more = {}) => recordAround(ANSWER, { id, ...more });
const waiting = (id: string, more = {}) => ({
  ...answered(id),
  masks: [],
  conversations: question('Describe the image.'),
  ...more,
});
const drafted = (id: string) => answered(id, { provenance: { model: 'tiny@1', status: 'draft' } });

describe.each(FILE_KINDS)('records of a .%s', (kind) => {
  const document = (...records: readonly Readonly<Record<string, unknown>>[]) => documentOfAll(records, kind);

  it('wait where they have no answer, and are undecided where they say so', () => {
    const { waiting: without, drafts } = undecidedRecords(
      document(answered('a'), waiting('b'), drafted('c'), waiting('d'), answered('e')),
    );
    expect(without.map(({ record, id }) => [record, id])).toEqual([
      [1, 'b'],
      [3, 'd'],
    ]);
    expect(drafts.map(({ record, id }) => [record, id])).toEqual([[2, 'c']]);
  });

  it('tell what a draft would be about', () => {
    const context = draftContext(document(waiting('a'), answered('b')), 1, 1);
    expect(context).toMatchObject({
      id: 'b',
      image: 'example.jpg',
      waits: false,
      phrase: 'a tree',
      question: undefined,
    });
    expect(draftContext(document(waiting('a')), 0)).toMatchObject({ waits: true, phrase: undefined });
    expect(draftContext(document(waiting('a')), 7)).toMatchObject({
      name: undefined,
      position: undefined,
      waits: false,
    });
  });

  it('are found again wherever they stand', () => {
    const { name } = draftContext(document(answered('a'), waiting('b')), 1);
    expect(findRecord(document(answered('a'), waiting('b')), name!)).toBe(1);
    expect(findRecord(document(waiting('new'), waiting('b'), answered('a')), name!)).toBe(1);
    expect(findRecord(document(waiting('b')), name!)).toBe(0);
    expect(findRecord(document(answered('a')), name!)).toBeUndefined();
  });

  it('are found by their id where they have changed, and their fingerprint tells', () => {
    const before = document(waiting('a'));
    const name = draftContext(before, 0).name!;
    for (const change of [{ image: 'other.jpg' }, { task: 'gcg' }, { conversations: question('Describe the dog.') }]) {
      const after = document(answered('x'), waiting('a', change));
      expect(findRecord(after, name)).toBe(1);
      expect(draftContext(after, 1).name!.fingerprint).not.toBe(name.fingerprint);
    }
    expect(draftContext(document(waiting('a', { masks: [], width: 9 })), 0).name).toEqual(name);
  });

  it('that share an id are told apart by what they say, then by their place', () => {
    const other = { conversations: question('Describe the dog.') };
    const name = draftContext(document(waiting('a', other), waiting('a')), 1).name!;
    expect(findRecord(document(waiting('a'), waiting('a', other)), name)).toBe(0);
    expect(findRecord(document(waiting('a', other), answered('a'), answered('b')), name)).toBe(1);
  });
});

it('finds a record without an id by what it says alone', () => {
  const { id: _, ...nameless }: Readonly<Record<string, unknown>> = waiting('a');
  const document = documentOfAll([answered('b'), nameless], 'jsonl');
  const name = draftContext(document, 1).name!;
  expect(name).not.toHaveProperty('id');
  expect(findRecord(documentOfAll([nameless, answered('b')], 'jsonl'), name)).toBe(0);
  expect(findRecord(documentOfAll([answered('b')], 'jsonl'), name)).toBeUndefined();
});

it('never throws, whatever the text', () => {
  const name = { record: 0, id: 'a', fingerprint: '' };
  fc.assert(
    fc.property(fc.constantFrom(...FILE_KINDS), fc.string({ unit: 'binary', maxLength: 80 }), (kind, text) => {
      const document = new UscdfDocument(kind, text);
      undecidedRecords(document);
      findRecord(document, name);
      expect(draftContext(document, 0, 0).phrase).toBeUndefined();
    }),
  );
});
