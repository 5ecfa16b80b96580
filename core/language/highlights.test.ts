import { describe, expect, it } from 'vitest';
import { type FileKind, UscdfDocument } from '../records/document.ts';
import { FILE_KINDS } from '../testing/fixtures.ts';
import { marked, textOf } from '../testing/marked.ts';
import { highlights } from './highlights.ts';

interface Fixture {
  readonly question?: string;
  readonly answer: string;
  readonly label?: string;
  readonly negatives?: readonly string[];
  /** The mask with this index is marked as a whole. */
  readonly mask?: number;
}

const MASKS = ['"counts": [0, 4]', '"counts": [1, 3]'];

function fixture(kind: FileKind, { question, answer, label, negatives, mask }: Fixture) {
  const masks = [
    { size: [2, 2], counts: [0, 4], ...(label !== undefined && { label }) },
    { size: [2, 2], counts: [1, 3] },
  ];
  const conversations = [
    { from: 'human', value: `<image>\n${question ?? 'Please describe "this" image.'}` },
    { from: 'gpt', value: answer },
  ];
  const record = { id: 'a', image: 'a.jpg', conversations, masks, ...(negatives && { negatives }) };
  const text = textOf(kind, [record]);
  if (mask === undefined) return marked(kind, text);
  const whole = new RegExp(`\\{[^{}]*${MASKS[mask]!.replace(/[[\]]/g, '\\$&')}[^{}]*\\}`);
  return marked(kind, text.replace(whole, '⟦$&⟧'));
}

function kindsAt(kind: FileKind, given: Fixture): readonly string[] {
  const { document, cursor, ranges } = fixture(kind, given);
  const found = highlights(document, cursor);
  const inOrder = [...found].sort(
    (a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character,
  );
  expect(inOrder.map(({ range }) => range)).toEqual(ranges);
  return inOrder.map((each) => `${each.kind} ${document.text(each.range).slice(0, 6)}`);
}

describe.each(FILE_KINDS)('highlights in a %s', (kind) => {
  it('mark each name of a thing in its record, without articles', () => {
    const found = kindsAt(kind, {
      question: 'Please segment the ⟦dog⟧, the cat, and the zebra in this image.',
      answer: "Sure, <p> the ⟦d‸og⟧ </p> [SEG] and <p> cat </p> [SEG]. But I don't see any zebra in this image.",
      label: '⟦dog⟧',
      negatives: ['zebra'],
    });
    expect([...found].sort()).toEqual(['read dog', 'text dog', 'write dog']);
  });

  it('mark what is denied in the question, the clause, and the list', () => {
    const found = kindsAt(kind, {
      question: 'Please segment the dog and the ⟦zeb‸ra⟧ in this image.',
      answer: "Sure, it is <p> dog </p> [SEG]. But I don't see any ⟦zebra⟧ in this image.",
      negatives: ['the ⟦zebra⟧'],
    });
    expect(found).toEqual(['read zebra', 'read zebra', 'read zebra']);
  });

  it('mark at [SEG] its phrase, the tags, and the mask', () => {
    const found = kindsAt(kind, {
      answer: 'A <p> cat </p> [SEG] by\n⟦<p>⟧ ⟦a dog⟧ ⟦</p>⟧ ⟦[‸SEG]⟧.',
      mask: 1,
    });
    expect([...found].sort()).toEqual(['read a dog', 'text </p>', 'text <p>', 'write [SEG]', 'write {"size']);
  });

  it('mark at a mask its [SEG]', () => {
    const found = kindsAt(kind, { answer: '⟦<p>⟧ ⟦dog⟧ ⟦</p>⟧ ⟦[SEG]⟧', label: 'hou‸nd', mask: 0 });
    expect(found).toHaveLength(5);
  });

  it('mark a tag and its partner', () => {
    expect(kindsAt(kind, { answer: 'A ⟦<p>⟧ dog ⟦<‸/p>⟧ [SEG].' })).toEqual(['text <p>', 'text </p>']);
  });

  it('mark nothing at other words, nor in a record that does not parse', () => {
    expect(kindsAt(kind, { answer: 'H‸ere is <p> dog </p> [SEG].' })).toEqual([]);
    const { document, cursor } = fixture(kind, { answer: '<p> d‸og </p> [SEG]' });
    const broken = new UscdfDocument(kind, document.text().replace(/^(---\n)?(\s*\[?\s*)/, '$1$2}{'));
    expect(broken.cells[0]!.record.problems).toHaveLength(1);
    expect(highlights(broken, cursor)).toEqual([]);
  });
});
