import { describe, expect, it } from 'vitest';
import { UscdfDocument } from '../records/document.ts';
import { RecordModel } from '../records/recordModel.ts';
import { documentOf, documentOfAll, FILE_KINDS, recordAround, tinyMask } from '../testing/fixtures.ts';
import { editedText, errorCodes } from '../testing/shaping.ts';
import { acceptDraft, type DraftToAccept } from './acceptDraft.ts';

const DRAFT: DraftToAccept = {
  task: 'referring',
  question: 'Please segment the dog and the zebra in this image.',
  answer: "Sure, it is <p> the dog </p> [SEG]. But I don't see any zebra in this image.",
  image: 'example.jpg',
  width: 2,
  height: 2,
  masks: [{ ...tinyMask(1), label: 'dog' }],
  negatives: ['zebra'],
  provenance: { model: 'tiny@1.0.0', status: 'accepted' },
};
const WAITING = {
  ...recordAround(''),
  conversations: [{ from: 'human', value: `<image>\n${DRAFT.question}` }],
};

/** The document after a draft was accepted at a record; the message where it is refused. */
function accepted(document: UscdfDocument, draft: DraftToAccept, record = 0): UscdfDocument | string {
  const start = document.cells[record]?.start ?? { line: 0, character: 0 };
  const result = acceptDraft(document, start, draft);
  if (!result.ok) return result.message;
  return new UscdfDocument(document.kind, editedText(document.text(), result.value));
}

function records(document: UscdfDocument | string): readonly Readonly<Record<string, unknown>>[] {
  if (typeof document === 'string') throw new Error(document);
  return document.cells.map((cell) => new RecordModel(cell.record).data);
}

describe.each(FILE_KINDS)('accepting a draft into a .%s', (kind) => {
  it('answers the record that waits, and leaves its neighbours as they are', () => {
    const before = recordAround('Sure, it is <p> cow </p> [SEG].', { id: 'before' });
    const document = documentOfAll([before, WAITING], kind);
    const after = accepted(document, DRAFT, 1);
    const [first, second, ...others] = records(after);
    expect(others).toEqual([]);
    expect(first).toEqual(before);
    expect(second).toMatchObject({ masks: [{ label: 'dog' }], negatives: ['zebra'], provenance: DRAFT.provenance });
    const turns = (after as UscdfDocument).cells[1]!.record.turns;
    expect(turns.map(({ role, text }) => [role, text]).at(-1)).toEqual(['gpt', DRAFT.answer]);
    expect(errorCodes(after as UscdfDocument, 1)).toEqual([]);
  });

  it('is a record of its own where the draft answers another question', () => {
    const document = documentOfAll([WAITING, { ...WAITING, id: 'last' }], kind);
    const after = records(accepted(document, { ...DRAFT, apart: true }));
    expect(after.map(({ id }) => id)).toEqual(['example', 'example-2', 'last']);
    expect(after[0]).toEqual(records(document)[0]);
    expect(after[1]).toMatchObject({ task: 'referring', negatives: ['zebra'], provenance: DRAFT.provenance });
    expect(after[1]).not.toHaveProperty('apart');
  });

  it('is a part behind the record that holds its phrase', () => {
    const root = recordAround('There is <p> a small dog </p> [SEG].', { id: 'root', task: 'mgsc' });
    const document = documentOfAll([root, { ...root, id: 'other' }], kind);
    const part = { ...DRAFT, task: 'mgsc', answer: 'It has <p> a collar </p> [SEG].', negatives: [] };
    const after = records(accepted(document, { ...part, target: 'a small dog', parent: 'root' }));
    expect(after.map(({ id }) => id)).toEqual(['root', 'example', 'other']);
    expect(after[1]).toMatchObject({ task: 'mgsc', target: 'a small dog', parent: 'root' });
    expect(after[1]).not.toHaveProperty('negatives');
    expect(after[0]).toEqual(root);
  });

  it('is the first record of an empty file', () => {
    const [first] = records(accepted(new UscdfDocument(kind, ''), DRAFT));
    expect(first).toMatchObject({ id: 'example', image: 'example.jpg', task: 'referring' });
  });
});

describe('the only record of a .json that is no list', () => {
  const single = () => new UscdfDocument('json', `${JSON.stringify(recordAround('It is <p> cow </p> [SEG].'))}\n`);

  it('gets a further question and answer', () => {
    const [record] = records(accepted(single(), DRAFT));
    expect(record!['conversations']).toHaveLength(4);
    expect(record!['masks']).toHaveLength(2);
  });

  it.each([{ apart: true }, { target: 'cow', parent: 'example' }])('says what to do for a draft with %j', (more) => {
    expect(accepted(single(), { ...DRAFT, ...more })).toMatch(/put \[ and \] around/);
  });
});

it('adds to the negatives that are there, and none of them twice', () => {
  const document = documentOf({ ...WAITING, negatives: ['bus'] }, 'jsonl');
  const after = accepted(document, { ...DRAFT, negatives: ['bus', 'zebra'] });
  expect(records(after)[0]!['negatives']).toEqual(['bus', 'zebra']);
  const known = documentOf({ ...WAITING, negatives: ['zebra', 'bus'] }, 'jsonl');
  expect(records(accepted(known, DRAFT))[0]!['negatives']).toEqual(['zebra', 'bus']);
});
