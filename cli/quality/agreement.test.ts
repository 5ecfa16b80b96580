import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agreementText } from '../../core/quality/agreementReport.ts';
import { generatedRecord } from '../../core/testing/generatedRecords.ts';
import { compareAnnotators } from './agreement.ts';
import { TestWatch, testFolder, writeLines } from './testing.ts';

const records = fc
  .sample(generatedRecord(['referring']), { numRuns: 30, seed: 2 })
  .map((record, i) => ({ ...record, id: `r${i}`, image: `${i}.jpg` }));

async function compared(first: readonly unknown[], second: readonly unknown[], by: 'id' | 'question' = 'id') {
  const folder = testFolder();
  const [a, b] = [writeLines(folder, 'a.uscdf.jsonl', first), writeLines(folder, 'b.uscdf.jsonl', second)];
  return compareAnnotators([a], [b], by, new TestWatch());
}

describe('compareAnnotators', () => {
  it('agrees fully with a copy, whatever its order', async () => {
    const report = await compared(records, [...records].reverse());
    const phrases = records.reduce((sum, { masks }) => sum + masks.length, 0);
    expect(report).toMatchObject({
      records: { compared: 30, onlyFirst: 0, onlySecond: 0 },
      phrases: { first: phrases, second: phrases, agreed: phrases, otherWords: 0, otherMask: 0 },
      agreement: 1,
      meanIou: 1,
      presence: { kappa: 1 },
    });
    expect(agreementText(report)).not.toContain('Worst first');
  });

  it('finds partners by image and question, and names the worst first', async () => {
    const changed = records.slice(0, 20).map((record, i) => ({
      ...record,
      id: `other${i}`,
      ...(i === 7 && {
        conversations: [record.conversations[0]!, { from: 'gpt', value: 'Sorry, none of it is there.' }],
        masks: [],
      }),
    }));
    expect((await compared(records, changed)).records.compared).toBe(0);
    const report = await compared(records, changed, 'question');
    expect(report.records).toEqual({ compared: 20, onlyFirst: 10, onlySecond: 0 });
    expect(report.worst[0]).toMatchObject({ record: 'r7', agreement: 0, second: 0, meanIou: null });
    expect(report.worst[1]?.agreement).toBe(1);
    const text = agreementText(report);
    expect(text).toMatch(/a\.uscdf\.jsonl:8 \[r7\] +0\.000/);
  });
});
