import { describe, expect, it } from 'vitest';
import { RecordCell } from '../records/document.ts';
import { checkRecord } from '../rules/checkRecord.ts';
import { recordAround } from '../testing/fixtures.ts';
import { processorMs } from '../testing/processorMs.ts';
import { fixRecord, smallestEdit } from './fixRecord.ts';

const OPTIONS = { scopes: ['turn', 'record'], kinds: ['safe', 'suggested'] } as const;

const recordOf = (answer: string, more = {}) =>
  new RecordCell('jsonl', JSON.stringify(recordAround(answer, more)), { line: 0, character: 0 }).record;

function answerOf(source: string): string {
  return JSON.parse(source).conversations[1].value;
}

describe('fixing a record', () => {
  it.each([
    ['<p>I cannot see any dog, cat in this image.', "Sorry, I don't see any dog and cat in this image."],
    ["<p> dog I don't see any cat in this image.", "dog. Sorry, I don't see any cat in this image."],
    ['But I do not see any cat in this image..', "Sorry, I don't see any cat in this image."],
  ])('takes %j to an end in one go', (answer, fixed) => {
    const once = fixRecord('jsonl', recordOf(answer, { masks: [] }).source, OPTIONS).source;
    expect(fixRecord('jsonl', once, OPTIONS).source).toBe(once);
    expect(answerOf(once)).toContain(fixed);
  });

  it.each([
    'Sure, it is a dog <p> </p> [SEG].',
    '<p> the <p></p> [SEG] dog </p> [SEG]',
    'A <p> a <p> dog </p> </p> [SEG]',
  ])('has no two edits of one fix that touch: %j', (answer) => {
    const record = recordOf(answer);
    const fixes = checkRecord(record, OPTIONS).flatMap((finding) => finding.fixes());
    expect(fixes.length).toBeGreaterThan(0);
    for (const { title, edits } of fixes) {
      const spans = [...(record.edit(edits) ?? [])].sort((a, b) => a.start - b.start);
      spans.forEach(({ start }, i) => {
        if (i > 0) expect(start, title).toBeGreaterThanOrEqual(spans[i - 1]!.end);
      });
    }
  });

  it('costs little where thousands of findings can be fixed', () => {
    const { source } = recordOf('<P>dog< / p >(SEG) '.repeat(3_000), { masks: [] });
    const started = processorMs();
    expect(fixRecord('jsonl', source, OPTIONS).fixed).toBeGreaterThan(3_000);
    expect(processorMs() - started).toBeLessThan(5_000);
  });
});

describe('the smallest edit', () => {
  it.each([
    ['a 🐴 b', 'a 🐶 b'],
    ['🐴🐶', '🐶🐴'],
    ['x🐴', 'x'],
    ['🐴', '🐴🐴'],
    ['\ud83d\ude00', '\ud83c\ude00'],
  ])('from %j to %j cuts no character in two', (before, after) => {
    const { start, end, newText } = smallestEdit(before, after)!;
    expect(before.slice(0, start) + newText + before.slice(end)).toBe(after);
    for (const part of [newText, before.slice(start, end)]) expect(part).not.toMatch(/\p{Cs}/u);
  });
});
