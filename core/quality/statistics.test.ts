import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NewRecord } from '../datasets/format.ts';
import { RecordCell } from '../records/document.ts';
import { RecordModel } from '../records/recordModel.ts';
import { generatedRecords } from '../testing/generatedRecords.ts';
import { StatisticsCollector } from './statistics.ts';
import { statisticsText } from './statisticsText.ts';

const FINDING = { code: 'mask-count', severity: 'error' } as const;

function collected(records: readonly unknown[]): StatisticsCollector {
  const collector = new StatisticsCollector();
  for (const record of records) {
    const { record: source } = new RecordCell('jsonl', JSON.stringify(record), { line: 0, character: 0 });
    const model = new RecordModel(source);
    collector.add(model, model.image, model.id?.startsWith('a') ? [FINDING, FINDING] : []);
  }
  return collector;
}

describe('StatisticsCollector', () => {
  it('counts what the values themselves say', () => {
    fc.assert(
      fc.property(generatedRecords(), (records) => {
        const found = collected(records).result();
        const texts = records.flatMap(({ conversations }) => conversations.filter(({ from }) => from === 'gpt'));
        expect(found.records).toBe(records.length);
        expect(found.images).toEqual({ count: new Set(records.map(({ image }) => image)).size, exact: true });
        expect(found.phrases.count).toBe(texts.reduce((sum, { value }) => sum + value.split('<p>').length - 1, 0));
        const areas = records.flatMap(({ masks }) => masks.map((mask) => (mask as { area: number }).area));
        expect(found.masks).toMatchObject({ count: areas.length, empty: 0, unreadable: 0 });
        expect(found.masks.areas.reduce((sum, { count }) => sum + count, 0)).toBe(areas.length);
        expect(found.masks.sizes.small).toBe(areas.filter((area) => area < 1024).length);
        const denied = records.flatMap(({ negatives = [] }) => negatives);
        expect(found.negatives).toEqual({
          records: records.filter(({ negatives = [] }) => negatives.length > 0).length,
          referents: denied.length,
          distinct: { count: new Set(denied).size, exact: true },
        });
        const marked = records.filter(({ id }) => id.startsWith('a')).length;
        expect(found.findings).toEqual(marked === 0 ? [] : [{ ...FINDING, findings: 2 * marked, records: marked }]);
        for (const { task, records: count } of found.tasks) expect(count).toBe(records.filter(ofTask(task)).length);
      }),
    );
  });

  it('adds up from parts', () => {
    fc.assert(
      fc.property(generatedRecords(), generatedRecords(), (a, b) => {
        const sum = collected(a);
        sum.merge(structuredClone(collected(b).part()));
        expect(sum.result()).toEqual(collected([...a, ...b]).result());
      }),
    );
  });

  it('takes anything for a record', () => {
    const values = [null, 3, [], {}, { masks: [1, { size: [1, 1], counts: [1] }, { size: [2, 2], counts: [0, 4] }] }];
    const found = collected(values).result();
    expect(found).toMatchObject({ records: 5, masks: { count: 3, empty: 1, unreadable: 1, most: 3 } });
    expect(found.masks.areas[found.masks.areas.length - 1]).toEqual({ from: 0.3, to: 1, count: 1 });
    expect(found.tasks).toEqual([{ task: 'none', records: 5 }]);
  });
});

describe('statisticsText', () => {
  it('says it in a page', () => {
    const text = statisticsText(collected([{ masks: [{ size: [2, 2], counts: [0, 4] }] }]).result());
    expect(text).toContain('Records       1');
    expect(text).toMatch(/30 % to 100 % {3}1 {2}#{30}/);
    expect(text).toContain('small (below 32² pixels) 1');
    expect(text).toContain('Findings\n  none');
  });
});

function ofTask(task: string): (record: NewRecord) => boolean {
  return (record) => record.task === task;
}
