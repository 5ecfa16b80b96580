import { describe, expect, it } from 'vitest';
import { comparePositions } from '../records/position.ts';
import { documentOf, FILE_KINDS, recordAround } from '../testing/fixtures.ts';
import { marked, textOf } from '../testing/marked.ts';
import { LanguageService } from './languageService.ts';

const service = new LanguageService();

/** The answer after formatting; fails where formatting it again would change it. */
function formatted(answer: string): string {
  const document = documentOf(recordAround(answer), 'uscdf');
  const edits = [...service.format(document)].sort((a, b) => comparePositions(b.range.start, a.range.start));
  for (const edit of edits) document.update(edit);
  expect(service.format(document)).toEqual([]);
  return document.cells[0]!.record.turns[1]!.text;
}

describe('the formatter', () => {
  it.each([
    ['<p>dog</p>[SEG]', '<p> dog </p> [SEG]'],
    [
      "<p> dog </p> [SEG]But I don't see any cat in this image.",
      "<p> dog </p> [SEG]. But I don't see any cat in this image.",
    ],
    [
      "I don't see any cat in this image.<p> dog </p> [SEG]",
      "But I don't see any cat in this image. <p> dog </p> [SEG]",
    ],
    ["But I don't see any cat in this image..", "Sorry, I don't see any cat in this image."],
    [
      "<p> dog </p> [SEG]  .But I don't see any cat in this image.",
      "<p> dog </p> [SEG]. But I don't see any cat in this image.",
    ],
    ['A <p> dog </p> [SEG]  .<p> cat </p> [SEG]', 'A <p> dog </p> [SEG]. <p> cat </p> [SEG]'],
    [
      "There is no dog, but I don't see any cat in this image.",
      "There is no dog. Sorry, I don't see any cat in this image.",
    ],
    [
      "I don't see any cat in this image., But I can't see any bus in this image.",
      "Sorry, I don't see any cat in this image. Sorry, I don't see any bus in this image.",
    ],
    ["<p>But I don't see any cat in this image</p>[SEG]", "<p> But I don't see any cat in this image </p> [SEG]"],
  ])('writes %j canonically, and leaves that as it is', (answer, canonical) => {
    expect(formatted(answer)).toBe(canonical);
  });

  it.each(FILE_KINDS)('leaves a %s record that does not parse alone', (kind) => {
    const document = documentOf(recordAround('<p>dog</p>[SEG]'), kind);
    document.update({ range: { start: { line: 0, character: 0 }, end: { line: 0, character: 2 } }, newText: '' });
    expect(service.format(document)).toEqual([]);
  });

  /** `‸` and the range mark what somebody selects; of the turns that say `<p>x</p>[SEG]` those in capitals are touched. */
  it.each<[string, readonly (readonly string[])[]]>([
    [
      'nothing but the turn of the cursor',
      [
        ['a', 'A⟦‸⟧'],
        ['a', 'a'],
      ],
    ],
    [
      'two turns of one record',
      [
        ['A⟦‸', 'A⟧'],
        ['a', 'a'],
      ],
    ],
    [
      'turns of two records',
      [
        ['a', 'A⟦‸'],
        ['A⟧', 'a'],
      ],
    ],
    [
      'no turn',
      [
        ['a', 'a'],
        ['a', 'a'],
      ],
    ],
  ])('formats of a range %s', (_, records) => {
    const loose = (mark: string) => `A <p>${mark.toLowerCase()}</p>[SEG].`;
    const conversations = (marks: readonly string[]) =>
      marks.flatMap((mark) => [
        { from: 'human', value: 'What is it?' },
        { from: 'gpt', value: loose(mark) },
      ]);
    for (const kind of FILE_KINDS) {
      const whole = records.map((marks, i) => ({ id: `r${i}`, conversations: conversations(marks) }));
      // Without a mark in a turn the first character of the file is selected.
      const text = textOf(kind, whole);
      const { document, ranges } = marked(kind, text.includes('⟦') ? text : `⟦‸⟧${text}`);
      const edits = [...service.format(document, ranges[0])].sort((a, b) =>
        comparePositions(b.range.start, a.range.start),
      );
      for (const edit of edits) document.update(edit);
      const found = document.cells.map(({ record }) =>
        record.turns.filter(({ role }) => role === 'gpt').map(({ text }) => text),
      );
      const expected = records.map((marks) =>
        marks.map((mark) => (mark.startsWith('A') ? 'A <p> a </p> [SEG].' : 'A <p>a</p>[SEG].')),
      );
      expect(found).toEqual(expected);
    }
  });
});
