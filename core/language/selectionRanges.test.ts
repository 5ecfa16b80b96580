import { describe, expect, it } from 'vitest';
import type { FileKind } from '../records/document.ts';
import { contains, type Range } from '../records/position.ts';
import { FILE_KINDS } from '../testing/fixtures.ts';
import { marked, markedRecords } from '../testing/marked.ts';
import { selectionRanges } from './selectionRanges.ts';

/** The ranges at the cursor from the inside out, as the text they hold. */
function steps(kind: FileKind, ...records: readonly Readonly<Record<string, unknown>>[]): readonly string[] {
  const { document, cursor } = markedRecords(kind, ...records);
  return selectionRanges(document, [cursor])[0]!.map((range) => document.text(range));
}

const answered = (value: string) => ({
  id: 'a',
  image: 'a.jpg',
  conversations: [
    { from: 'human', value: '<image>\nPlease segment the dog and the cat in this image.' },
    { from: 'gpt', value },
  ],
  masks: [{ size: [2, 2], counts: [0, 4] }],
});

const sizeOf = ({ start, end }: Range): number => (end.line - start.line) * 1e6 + end.character - start.character;

describe.each(FILE_KINDS)('a selection in a %s', (kind) => {
  it('grows from the word over the phrase, its tags and its [SEG] to the sentence and the turn', () => {
    const text = "⟦Here. ⟦Sure, ⟦⟦<p> ⟦⟦br‸own⟧ dog⟧ </p>⟧ [SEG]⟧.⟧ But I don't see any cat in this image.⟧";
    const { document, cursor, ranges } = markedRecords(kind, answered(text));
    const found = selectionRanges(document, [cursor])[0]!;
    expect(found.slice(0, ranges.length)).toEqual([...ranges].reverse());
  });

  it('holds the sentence of a denial and each of its referents', () => {
    const found = steps(kind, answered("Sure, it is <p> dog </p> [SEG]. But I don't see any red c‸at in this image."));
    expect(found.slice(0, 3)).toEqual(['cat', 'red cat', "But I don't see any red cat in this image."]);
  });

  it('takes [SEG] before its phrase', () => {
    const found = steps(kind, answered('Sure, it is <p> dog </p> [S‸EG].'));
    expect(found.slice(0, 4)).toEqual(['SEG', '[SEG]', '<p> dog </p> [SEG]', 'Sure, it is <p> dog </p> [SEG].']);
  });

  it('grows from a value over its key to the record', () => {
    const found = steps(kind, { ...answered('Yes.'), provenance: { status: 'dr‸aft' } });
    expect(found[0]).toBe('draft');
    const keyed = found.findIndex((text) => /^"?status"?: "?draft"?$/.test(text));
    const object = found.findIndex((text) => /^\{\s*"status": "draft"\s*\}$/.test(text));
    const outer = found.findIndex((text) => /^"?provenance"?: /.test(text));
    expect(keyed).toBeGreaterThan(0);
    expect(object).toBeGreaterThan(keyed);
    expect(outer).toBeGreaterThan(object);
  });

  it('ends with the record and the file', () => {
    const { document, cursor } = markedRecords(kind, answered('Ye‸s.'), { ...answered('No.'), id: 'b' });
    const found = selectionRanges(document, [cursor])[0]!;
    expect(found.at(-1)).toEqual(document.wholeRange);
    expect(found.at(-2)).toEqual(document.cells[0]!.range);
  });

  it('nests strictly at every place of a file', () => {
    const { document } = markedRecords(
      kind,
      answered('Sure, "<p> brown dog </p> [SEG]"\nand\t<p> cat </p> [SEG]. ‸But I don\'t see any cow in this image.'),
      { ...answered('It’s 🐶. <p>x</p>[SEG]'), lint: { schema: 'off' }, negatives: ['cow'] },
    );
    const text = document.text();
    let checked = 0;
    for (let line = 0; line < document.lineCount; line++) {
      for (let character = 0; character <= document.line(line).length; character++) {
        const ranges = selectionRanges(document, [{ line, character }])[0]!;
        ranges.forEach((range, i) => {
          const outer = ranges[i + 1];
          if (outer === undefined) return;
          expect(document.text(outer)).toContain(document.text(range));
          expect(sizeOf(outer) === sizeOf(range) && outer.start.character === range.start.character).toBe(false);
          const from = (range: Range) => range.start.line * 1e6 + range.start.character;
          const to = (range: Range) => range.end.line * 1e6 + range.end.character;
          expect(from(outer)).toBeLessThanOrEqual(from(range));
          expect(to(outer)).toBeGreaterThanOrEqual(to(range));
        });
        checked += ranges.length;
      }
    }
    expect(checked).toBeGreaterThan(text.length * 2);
  });
});

describe('a selection before the first record of a line', () => {
  it.each<[FileKind, string]>([
    ['json', '‸[{"id": "a"}, {"id": "b"}]'],
    ['json', '[\n ‸ {"id": "a"}\n]'],
    ['jsonl', '‸  {"id": "a"}'],
    ['uscdf', '‸\n---\nid: a\n---\nUser: Hi.\n'],
  ])('holds the cursor in a %s', (kind, text) => {
    const { document, cursor } = marked(kind, text);
    for (const range of selectionRanges(document, [cursor])[0]!) expect(contains(range, cursor)).toBe(true);
  });
});

describe('a selection in a record that does not parse', () => {
  it.each<[FileKind, string, readonly string[]]>([
    ['jsonl', '{"id": "a b‸c", "image": \n', ['bc', 'a bc', '"a bc"']],
    ['uscdf', '---\nid: [a b‸c\n', ['bc', 'a bc']],
  ])('still grows from the word in a %s', (kind, text, expected) => {
    const { document, cursor } = marked(kind, text);
    const found = selectionRanges(document, [cursor])[0]!.map((range) => document.text(range));
    expect(found.slice(0, expected.length)).toEqual(expected);
    expect(found.at(-1)).toBe(document.text());
  });
});
