import { describe, expect, it } from 'vitest';
import type { FileKind } from '../records/document.ts';
import { UscdfDocument } from '../records/document.ts';
import { comparePositions } from '../records/position.ts';
import { RecordModel } from '../records/recordModel.ts';
import { FILE_KINDS, recordAround } from '../testing/fixtures.ts';
import { type Marked, marked, markedRecords } from '../testing/marked.ts';
import { prepareRename, rename } from './rename.ts';

/** The records after a rename at the cursor, whose edits must be those of the marked ranges. */
function renamed({ document, cursor, ranges }: Marked, newName: string): readonly RecordModel[] {
  const edits = rename(document, cursor, newName);
  if (!edits.ok) throw new Error(edits.message);
  const sorted = [...edits.value].sort((a, b) => comparePositions(a.range.start, b.range.start));
  expect(sorted.map(({ range }) => range)).toEqual(ranges);
  const after = new UscdfDocument(document.kind, document.text());
  for (const edit of sorted.reverse()) after.update(edit);
  return after.cells.map((cell) => {
    expect(cell.record.problems).toEqual([]);
    return new RecordModel(cell.record);
  });
}

const asked = (question: string, answer: string, more: Readonly<Record<string, unknown>> = {}) =>
  recordAround(answer, {
    conversations: [
      { from: 'human', value: `<image>\n${question}` },
      { from: 'gpt', value: answer },
    ],
    ...more,
  });

/** Of a record whose words all stand in one piece. */
const ROOT = (kind: FileKind): Marked =>
  markedRecords(
    kind,
    asked(
      'Please segment the ⟦dog⟧ and the zebra in this image.',
      "Sure, <p> a ⟦d‸og⟧ </p> [SEG] and <p> the dog house </p> [SEG]. But I don't see any zebra in this image.",
      {
        id: 'root',
        masks: [
          { size: [2, 2], counts: [0, 4], label: '⟦dog⟧' },
          { size: [2, 2], counts: [0, 4], label: 'dog house' },
        ],
        negatives: ['zebra'],
      },
    ),
    asked('Please describe it.', '<p> the ⟦dog⟧ </p> [SEG] and <p> its ear </p> [SEG]', {
      id: 'part',
      target: 'the ⟦dog⟧',
      parent: 'root',
    }),
    asked('Please describe it.', '<p> the dog </p> [SEG]', { id: 'house', target: 'the dog house', parent: 'root' }),
    asked('Please describe it.', '<p> the dog </p> [SEG]', { id: 'other', target: 'the dog', parent: 'elsewhere' }),
  );

describe.each(FILE_KINDS)('rename in a %s', (kind) => {
  it('changes question, phrase, label, and the subtrees about it; articles stay', () => {
    const [root, part, house, other] = renamed(ROOT(kind), 'old puppy');
    expect(root!.turns.map(({ text }) => text)).toEqual([
      '<image>\nPlease segment the old puppy and the zebra in this image.',
      "Sure, <p> a old puppy </p> [SEG] and <p> the dog house </p> [SEG]. But I don't see any zebra in this image.",
    ]);
    expect(root!.masks).toMatchObject([{ label: 'old puppy' }, { label: 'dog house' }]);
    expect(part!.data['target']).toBe('the old puppy');
    expect(part!.turns[1]!.text).toBe('<p> the old puppy </p> [SEG] and <p> its ear </p> [SEG]');
    expect(house!.data['target']).toBe('the dog house');
    expect(other!.data['target']).toBe('the dog');
  });

  it('reaches the same places from a subtree', () => {
    const { document, ranges } = ROOT(kind);
    for (const { start } of ranges)
      expect(renamed({ document, ranges, cursor: start }, 'mare')[1]!.data['target']).toBe('the mare');
  });

  it('changes what is denied, in clauses and in the list', () => {
    const record = asked(
      'Please segment the dog and the ⟦zebra⟧ in this image.',
      "Sure, it is <p> dog </p> [SEG]. But I don't see any ⟦zeb‸ra⟧ in this image.",
      { negatives: ['the ⟦zebra⟧'] },
    );
    const [after] = renamed(markedRecords(kind, record), 'the giraffe');
    expect(after!.data['negatives']).toEqual(['the giraffe']);
    expect(after!.turns[1]!.text).toContain("But I don't see any giraffe in this image.");
  });

  it('takes an "and" inside a name for a part of it', () => {
    const record = asked(
      'Please segment the dog and the ⟦salt and pepper shaker⟧ in this image.',
      "Sure, it is <p> dog </p> [SEG]. But I don't see any ⟦salt and pep‸per shaker⟧ in this image.",
    );
    const [after] = renamed(markedRecords(kind, record), 'mill');
    expect(after!.turns[1]!.text).toContain("But I don't see any mill in this image.");
  });

  it('changes each question and each denial of a long conversation', () => {
    const conversations = [
      { from: 'human', value: '<image>\nPlease segment the ⟦dog⟧ in this image.' },
      { from: 'gpt', value: 'Sure, it is <p> ⟦dog⟧ </p> [SEG].' },
      { from: 'human', value: 'Can you segment the cat and the ⟦do‸g⟧ in this image?' },
      { from: 'gpt', value: "Sure, it is <p> ⟦dog⟧ </p> [SEG]. But I don't see any cat in this image." },
      { from: 'human', value: 'Please segment the ⟦dog⟧ in this image.' },
    ];
    const [after] = renamed(markedRecords(kind, recordAround('', { conversations })), 'fox');
    expect(after!.turns.filter(({ text }) => text.includes('fox'))).toHaveLength(5);
  });

  it('leaves a word large that begins a sentence', () => {
    const record = recordAround('<p> ⟦Dog⟧ </p> [SEG] here. A <p> ⟦do‸g⟧ </p> [SEG] there.');
    const [after] = renamed(markedRecords(kind, record), 'cat');
    expect(after!.turns[1]!.text).toBe('<p> Cat </p> [SEG] here. A <p> cat </p> [SEG] there.');
  });

  it('writes quotes and words that YAML would misread as they must be', () => {
    const record = (value: string) => recordAround(`<p> ⟦dog⟧ </p> [SEG] <p> ⟦d‸og⟧ </p> [SEG]`, { target: value });
    for (const name of ['8" monitor', 'no', "woman's bag: red", '#1 mug', 'back\\slash']) {
      const [after] = renamed(markedRecords(kind, record('⟦dog⟧')), name);
      expect(after!.data['target']).toBe(name);
      expect(after!.turns[1]!.text).toBe(`<p> ${name} </p> [SEG] <p> ${name} </p> [SEG]`);
    }
  });

  it.each([
    ['', /type a name/],
    ['  ', /type a name/],
    ['<p> cat', /tag or \[SEG\]/],
    ['cat [SEG]', /tag or \[SEG\]/],
    ['cat\ndog', /one line/],
    ['cat, dog', /comma/],
    ['cat.', /full stop/],
  ])('refuses the name %j', (name, message) => {
    const { document, cursor } = ROOT(kind);
    expect(rename(document, cursor, name)).toMatchObject({ ok: false, message: expect.stringMatching(message) });
  });

  it('offers the words without their article', () => {
    const { document, cursor, ranges } = markedRecords(
      kind,
      recordAround('Sure, it is <p> the ⟦brown d‸og⟧ </p> [SEG].'),
    );
    expect(prepareRename(document, cursor)).toEqual({
      ok: true,
      value: { range: ranges[0], placeholder: 'brown dog' },
    });
  });

  it.each(['Su‸re, it is <p> dog </p> [SEG].', 'Sure, it is <p> dog </p> [S‸EG].', 'Sure, it is <‸p> dog </p> [SEG].'])(
    'says where to put the cursor at %j',
    (answer) => {
      const { document, cursor } = markedRecords(kind, recordAround(answer));
      const refusal = { ok: false, message: expect.stringMatching(/put the cursor on the words of a phrase/) };
      expect(prepareRename(document, cursor)).toMatchObject(refusal);
      expect(rename(document, cursor, 'cat')).toMatchObject(refusal);
    },
  );
});

it('writes a value anew whose characters are escapes', () => {
  const answer = '{"from": "gpt", "value": "<p> ⟦caf\\u00e9 ch‸air⟧ </p> [SEG]"}';
  const text = `{"id": "a", "conversations": [${answer}], "target": ⟦"the caf\\u00e9 chair"⟧}`;
  const [after] = renamed(marked('jsonl', text), 'stool');
  expect(after!.data['target']).toBe('the stool');
  expect(after!.turns[0]!.text).toBe('<p> stool </p> [SEG]');
});
