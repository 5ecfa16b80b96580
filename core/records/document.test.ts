import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FileKind, UscdfDocument } from './document.ts';
import { LineOffsets } from './lineStore.ts';

const record = (id: string) =>
  `{"id": "${id}", "image": "a.jpg", "conversations": [{"from": "human", "value": "<image>\\nHi"}], "masks": []}`;

const SEEDS: Record<FileKind, string> = {
  jsonl: `${record('a')}\n${record('b')}\r\n\n${record('c')}`,
  json: `[\n  ${record('a')},\n  ${record('b')}, ${record('c')}\n]\n`,
  uscdf:
    '---\nid: a\n---\nUser: <IMAGE>\nHi\nAssistant: <p> x </p> [SEG]\n---\nid: b\n---\nUser: one\r\nAssistant: two\n',
};

const PIECES = [
  '{',
  '}',
  '[',
  ']',
  ',',
  '"',
  '\\',
  '\n',
  '\r\n',
  '\r',
  '---',
  '---\n',
  'User:',
  'Assistant:',
  ' ',
  'x',
  'id: ',
  '<p>',
  '[SEG]',
];

const summary = (document: UscdfDocument) => ({
  cells: document.cells.map((cell) => ({ source: cell.source, range: cell.range, problems: cell.record.problems })),
  problems: document.problems,
});

describe('a document', () => {
  it('finds the records of each kind', () => {
    for (const kind of ['jsonl', 'json', 'uscdf'] as const) {
      const document = new UscdfDocument(kind, SEEDS[kind]);
      expect(document.cells).toHaveLength(kind === 'uscdf' ? 2 : 3);
      expect(document.cells.flatMap((cell) => cell.record.problems)).toEqual([]);
      expect(document.problems).toEqual([]);
      for (const cell of document.cells) expect(document.text(cell.range)).toBe(cell.source);
    }
  });

  it.each(['jsonl', 'json', 'uscdf'] as const)('equals a fresh one after any edits of a %s file', (kind) => {
    const at = fc.double({ min: 0, max: 1, noNaN: true });
    const edit = fc.record({
      at,
      length: fc.nat(12),
      newText: fc.array(fc.constantFrom(...PIECES), { maxLength: 3 }).map((p) => p.join('')),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 8 }), (edits) => {
        let text = SEEDS[kind];
        const document = new UscdfDocument(kind, text);
        summary(document);
        for (const { at, length, newText } of edits) {
          const start = Math.floor(at * text.length);
          const end = Math.min(text.length, start + length);
          const insideEnding = (i: number) => text[i - 1] === '\r' && text[i] === '\n';
          if (insideEnding(start) || insideEnding(end)) continue;
          document.update({ range: new LineOffsets(text).range({ start, end }), newText });
          text = text.slice(0, start) + newText + text.slice(end);
          expect(document.text()).toBe(text);
          expect(summary(document)).toEqual(summary(new UscdfDocument(kind, text)));
        }
      }),
      { numRuns: 3_000 },
    );
  });
});
