import { describe, expect, it } from 'vitest';
import { LineOffsets } from '../records/lineStore.ts';
import { applyEdits, type Range, type TextEdit } from '../records/position.ts';
import { FILE_KINDS, recordAround } from '../testing/fixtures.ts';
import { type Marked, markedRecords, textOf } from '../testing/marked.ts';
import { LanguageService } from './languageService.ts';

const QUESTION = { from: 'human', value: '<image>\nPlease segment the 🐶, the cat, and the zebra in this image.' };

const answered = (answer: string, more: Readonly<Record<string, unknown>> = {}) => ({
  ...recordAround(answer, { masks: [{ size: [2, 2], counts: [0, 4] }], ...more }),
  conversations: [QUESTION, { from: 'gpt', value: answer }],
});

function applied({ document }: Marked, edits: readonly TextEdit[]): string {
  const text = document.text();
  const offsets = new LineOffsets(text);
  return applyEdits(
    text,
    edits.map(({ range, newText }) => ({
      start: offsets.offset(range.start),
      end: offsets.offset(range.end),
      newText,
    })),
  );
}

function actionsAt(fixture: Marked, range: Range = { start: fixture.cursor, end: fixture.cursor }) {
  return new LanguageService().codeActions(fixture.document, range, undefined);
}

describe.each(FILE_KINDS)('the findings of a %s', (kind) => {
  it('stand at the words they are about, in the order of the text', () => {
    const { document, ranges } = markedRecords(
      kind,
      answered('‸Sure, it is ⟦<P>⟧ 🐶 </p> [SEG].\n⟦But I do not see any cat and zebra in this image.⟧'),
      answered("Sure, it is ⟦<p>🐶</p>[SEG]⟧. But I don't see any cat and zebra in this image.", { id: 'b' }),
    );
    const found = new LanguageService().diagnostics(document, undefined);
    expect(found.map(({ code }) => code)).toEqual(['malformed-token', 'negative-phrasing', 'phrase-spacing']);
    expect(found.map(({ range }) => range)).toEqual(ranges);
  });
});

describe.each(FILE_KINDS)('the quick fixes of a %s', (kind) => {
  const near = 'Sure, it is "<p> 🐶 </p> [SEG]".\nBut I do not se‸e any cat and zebra in this image.';
  const exact = near.replace('do not se‸e', "don't see");

  it('change the words of the finding at the cursor, and no other byte', () => {
    const fixture = markedRecords(kind, answered(near), answered(near.replace('‸', ''), { id: 'b' }));
    const [first] = actionsAt(fixture);
    expect(first).toMatchObject({ kind: 'quickfix', code: 'negative-phrasing', isPreferred: true });
    const expected = textOf(kind, [answered(exact), answered(near.replace('‸', ''), { id: 'b' })]);
    expect(applied(fixture, first!.edits)).toBe(expected);
  });

  it('of a whole rule change every record', () => {
    const fixture = markedRecords(kind, answered(near), answered(near.replace('‸', ''), { id: 'b' }));
    const all = actionsAt(fixture).find(({ title }) => title.startsWith('Fix all'));
    expect(all).toMatchObject({ kind: 'fixAll', code: 'negative-phrasing', edits: [] });
    const edits = new LanguageService().fixAllOf(fixture.document, 'negative-phrasing', undefined);
    expect(applied(fixture, edits)).toBe(textOf(kind, [answered(exact), answered(exact, { id: 'b' })]));
  });

  it('of a whole rule are offered where one record holds several findings, and not for a single one', () => {
    const titles = (answer: string) => actionsAt(markedRecords(kind, answered(answer))).map(({ title }) => title);
    const all = 'Fix all phrase-spacing findings of this file';
    const clause = "But I don't see any zebra in this image.";
    expect(titles(`Sure, <p>‸🐶</p> [SEG] and <p>cat</p> [SEG]. ${clause}`)).toContain(all);
    expect(titles(`Sure, <p>‸🐶</p> [SEG] and <p> cat </p> [SEG]. ${clause}`)).not.toContain(all);
  });

  it('silence the rule for the record of the cursor alone', () => {
    const fixture = markedRecords(kind, answered(near), answered(near.replace('‸', ''), { id: 'b' }));
    const silence = actionsAt(fixture).find(({ title }) => title.startsWith('Silence'));
    const { document } = fixture;
    const before = new LanguageService().diagnostics(document, undefined);
    expect(before).toHaveLength(2);
    const [edit, ...others] = silence!.edits;
    expect(others).toEqual([]);
    document.update(edit!);
    const left = new LanguageService().diagnostics(document, undefined);
    expect(left.map(({ code }) => code)).toEqual(['negative-phrasing']);
    expect(document.cells[1]!.range.start.line).toBeLessThanOrEqual(left[0]!.range.start.line);
  });

  it('are none beside the finding', () => {
    expect(actionsAt(markedRecords(kind, answered(near.replace('‸', '').replace('it is', 'it ‸is'))))).toEqual([]);
  });
});
