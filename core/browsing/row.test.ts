import { describe, expect, it } from 'vitest';
import { decodeCounts } from '../masks/counts.ts';
import { JsonRecord } from '../records/jsonRecord.ts';
import { checkRecord } from '../rules/checkRecord.ts';
import { recordAround } from '../testing/fixtures.ts';
import { brokenRow, browsedRow } from './row.ts';

const place = { record: 4, file: '/data/a.uscdf.jsonl', line: 7 };
const rowOf = (record: Readonly<Record<string, unknown>>) => {
  const source = new JsonRecord(JSON.stringify(record), true);
  return browsedRow(place, source, checkRecord(source, { scopes: ['turn', 'record'] }), undefined);
};

describe('a row', () => {
  it('has the words of the answer without their tags, phrases in the colours of their masks', () => {
    const { parts, maskCount, phraseCount, negatives } = rowOf(
      recordAround("Sure, <p> a dog </p> [SEG] and <p> a cat </p> [SEG]. But I don't see any zebra in this image."),
    );
    expect(parts.slice(0, 4)).toEqual([
      { text: 'Sure, ' },
      { text: 'a dog', phrase: true, color: 0 },
      { text: ' and ' },
      { text: 'a cat', phrase: true, color: 1 },
    ]);
    expect({ maskCount, phraseCount, negatives }).toEqual({ maskCount: 2, phraseCount: 2, negatives: 1 });
  });

  it('has the words of the question where there is no answer', () => {
    const question = { from: 'human', value: '<image>\nPlease segment the dog in this image.' };
    const asked = rowOf({ id: 'a', image: 'a.jpg', conversations: [question], masks: [] });
    expect(asked).toMatchObject({ isAsked: true, parts: [{ text: 'Please segment the dog in this image.' }] });
    expect(rowOf({ id: 'a', image: 'a.jpg', conversations: [], masks: [] })).toMatchObject({ parts: [] });
    expect(rowOf(recordAround('<p> a dog </p> [SEG]')).isAsked).toBeUndefined();
  });

  it('cuts what is longer than a tile', () => {
    const { parts } = rowOf(recordAround(`${'word '.repeat(1_000)}<p> a dog </p> [SEG]`));
    const text = parts.map((part) => part.text).join('');
    expect(text.length).toBeLessThan(300);
    expect(text.endsWith('…')).toBe(true);
  });

  it('has masks of a thumbnail’s size, the larger ones first', () => {
    const mask = (pixels: number) => ({ size: [600, 800], counts: [0, pixels, 480_000 - pixels] });
    const record = { ...recordAround('<p> a </p> [SEG] and <p> b </p> [SEG]'), masks: [mask(100), mask(240_000)] };
    const { size, masks } = rowOf(record);
    expect(size).toEqual([168, 224]);
    expect(masks.map(({ color }) => color)).toEqual([1, 0]);
    for (const { counts } of masks) {
      const runs = decodeCounts(counts);
      expect(runs.ok && runs.value.reduce((sum, run) => sum + run, 0)).toBe(168 * 224);
    }
  });

  it('names the worst findings first, and how many there are', () => {
    const { findings, errors, findingCount } = rowOf({
      ...recordAround('<p> a dog </p> [SEG]', { provenance: { status: 'draft', model: 'm' } }),
      masks: [],
    });
    expect(findings[0]).toMatchObject({ code: 'mask-count', severity: 'error' });
    expect(findings.map(({ code }) => code)).toContain('draft');
    expect(errors).toBe(1);
    expect(findingCount).toBe(findings.length);
  });

  it('says of a record that cannot be read why', () => {
    expect(brokenRow(place, 'It ends too early.')).toMatchObject({
      id: 'record 5',
      line: 7,
      errors: 1,
      findings: [{ code: 'syntax', severity: 'error', message: 'It ends too early.' }],
    });
  });
});
