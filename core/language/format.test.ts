import { describe, expect, it } from 'vitest';
import { comparePositions } from '../records/position.ts';
import { documentOf, FILE_KINDS, recordAround } from '../testing/fixtures.ts';
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
    ["<p>But I don't see any cat in this image</p>[SEG]", "<p> But I don't see any cat in this image </p> [SEG]"],
  ])('writes %j canonically, and leaves that as it is', (answer, canonical) => {
    expect(formatted(answer)).toBe(canonical);
  });

  it.each(FILE_KINDS)('leaves a %s record that does not parse alone', (kind) => {
    const document = documentOf(recordAround('<p>dog</p>[SEG]'), kind);
    document.update({ range: { start: { line: 0, character: 0 }, end: { line: 0, character: 2 } }, newText: '' });
    expect(service.format(document)).toEqual([]);
  });
});
