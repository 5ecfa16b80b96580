import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonRecord } from '../records/jsonRecord.ts';
import { RecordModel } from '../records/recordModel.ts';
import { checkRecord } from '../rules/checkRecord.ts';
import { RULE_CODES } from '../rules/codes.ts';
import { recordAround, tinyMask } from '../testing/fixtures.ts';
import { AREA_BINS, FactCollector, REVIEW_STATES, TASK_NAMES } from './facts.ts';
import { RecordTable } from './recordTable.ts';
import { summarise } from './summary.ts';
import { type BrowseFilter, type BrowseView, isWholeFile, SORTS, selectRecords, WHOLE_FILE } from './view.ts';

/** A table of records, read in blocks of so many. */
function tableOf(sources: readonly string[], block = 3): RecordTable {
  const table = new RecordTable();
  for (const [i] of sources.entries()) table.addPlace(0, 100 * i, 99, i);
  for (let from = 0; from < sources.length; from += block) {
    const collector = new FactCollector();
    for (const source of sources.slice(from, from + block)) {
      const record = new JsonRecord(source, true);
      collector.add(new RecordModel(record), checkRecord(record, { scopes: ['turn', 'record'] }));
    }
    table.addFacts(collector.block());
  }
  return table;
}

const line = (record: Readonly<Record<string, unknown>>): string => JSON.stringify(record);
const show = (filter: BrowseFilter, more: Partial<BrowseView> = {}): BrowseView => ({ ...WHOLE_FILE, filter, ...more });

const sources = [
  line(recordAround('<p> a dog </p> [SEG] runs.', { id: 'c', task: 'referring' })),
  '{"id": "broken", ',
  line(recordAround('No dog. But I don’t see any zebra in this image.', { id: 'a', provenance: { status: 'draft' } })),
  line(
    recordAround("<p> a dog </p> [SEG] and <p> a cat </p> [SEG]. But I don't see any zebra in this image.", {
      id: 'b',
      task: 'made-up',
      provenance: { status: 'accepted' },
    }),
  ),
  line({ ...recordAround('<p> a dog </p> [SEG] runs.', { id: 'ab', task: 'gcg' }), masks: [] }),
];

describe('a table of records', () => {
  const table = tableOf(sources, 2);
  const shown = (filter: BrowseFilter, more: Partial<BrowseView> = {}) => [
    ...selectRecords(table, show(filter, more), undefined),
  ];

  it('knows tasks, masks, phrases, negatives, reviews and findings', () => {
    expect(table.known).toBe(5);
    const { task, masks, phrases, negatives, review, errors } = table.columns;
    expect([...task.subarray(0, 5)].map((code) => TASK_NAMES[code])).toEqual([
      'referring',
      'none',
      'none',
      'other',
      'gcg',
    ]);
    expect([...masks.subarray(0, 5)]).toEqual([1, 0, 0, 2, 0]);
    expect([...phrases.subarray(0, 5)]).toEqual([1, 0, 0, 2, 1]);
    expect([...negatives.subarray(3, 5)]).toEqual([1, 0]);
    expect([...review.subarray(0, 5)].map((code) => REVIEW_STATES[code])).toEqual([
      ...['none', 'none', 'draft', 'accepted', 'none'],
    ]);
    expect([...errors.subarray(0, 5)].map((count) => count > 0)).toEqual([false, true, true, false, true]);
  });

  it('shows what a filter asks for, in the order of the file', () => {
    expect(shown({ task: 'referring' })).toEqual([0]);
    expect(shown({ task: 'other' })).toEqual([3]);
    expect(shown({ review: 'draft' })).toEqual([2]);
    expect(shown({ masks: { least: 1 } })).toEqual([0, 3]);
    expect(shown({ masks: { least: 1, most: 1 } })).toEqual([0]);
    expect(shown({ phrases: { most: 0 } })).toEqual([1, 2]);
    expect(shown({ finding: 'syntax' })).toEqual([1]);
    expect(shown({ finding: 'mask-count' })).toEqual([4]);
    expect(shown({ finding: 'no-such-rule' })).toEqual([]);
    expect(shown({ finding: 'none' })).toEqual([3]);
    expect(shown({ finding: 'any' })).toEqual([0, 1, 2, 4]);
    expect(shown({ finding: 'error' })).toEqual([1, 2, 4]);
    expect(shown({ masks: { least: 1 }, review: 'accepted' })).toEqual([3]);
  });

  it('sorts, and leaves equal ones in the order of the file', () => {
    expect(shown({}, { sort: 'masks' })).toEqual([1, 2, 4, 0, 3]);
    expect(shown({}, { sort: 'masks', descending: true })).toEqual([3, 0, 4, 2, 1]);
    // The broken record has no id.
    expect(shown({}, { sort: 'id' })).toEqual([1, 2, 4, 3, 0]);
    expect(shown({}, { sort: 'task' })).toEqual([1, 2, 0, 4, 3]);
  });

  it('shows only what a search has looked at and found', () => {
    const found = Uint8Array.from([1, 0, 1, 1, 1]);
    expect([...selectRecords(table, show({ text: 'dog' }), { found, known: 3 })]).toEqual([0, 2]);
  });

  it('finds a record by the byte that its line begins with', () => {
    expect(table.recordAt(0, 300)).toBe(3);
    expect(table.recordAt(0, 301)).toBeUndefined();
    expect(table.recordAt(1, 300)).toBeUndefined();
  });

  it('counts what is shown', () => {
    const all = summarise(table, undefined);
    expect(all).toMatchObject({ records: 5, denying: 2, withErrors: 3 });
    expect(all.masks.slice(0, 4)).toEqual([3, 1, 1, 0]);
    expect(all.findings[RULE_CODES.indexOf('mask-count')]).toBe(1);
    expect(all.areas.reduce((sum, count) => sum + count, 0)).toBe(3);
    const some = summarise(table, Uint32Array.from([0, 3]));
    expect(some).toMatchObject({ records: 2, denying: 1, withErrors: 0 });
    expect(some.review).toEqual([1, 0, 1, 0]);
  });
});

it('has a bit for each rule', () => {
  expect(RULE_CODES.length).toBeLessThanOrEqual(64);
});

it('needs no list for a whole file as it stands', () => {
  expect(isWholeFile(WHOLE_FILE)).toBe(true);
  expect(isWholeFile({ ...WHOLE_FILE, descending: true })).toBe(false);
  expect(isWholeFile(show({ denies: false }))).toBe(false);
});

/** What a record is like, in plain values, to filter it the long way. */
interface Plain {
  readonly task: (typeof TASK_NAMES)[number];
  readonly masks: number;
  readonly review: (typeof REVIEW_STATES)[number];
  readonly denies: boolean;
}

const plain: fc.Arbitrary<Plain> = fc.record({
  task: fc.constantFrom('none', 'gcg', 'referring', 'other'),
  masks: fc.nat(4),
  review: fc.constantFrom(...REVIEW_STATES),
  denies: fc.boolean(),
});

function sourceOf({ task, masks, review, denies }: Plain): string {
  const phrases = Array.from({ length: masks }, (_, i) => `<p> thing ${i} </p> [SEG]`).join(' and ');
  const answer = `${phrases || 'Nothing'}.${denies ? " But I don't see any zebra in this image." : ''}`;
  return line({
    ...recordAround(answer),
    ...(task !== 'none' && { task: task === 'other' ? 'dreaming' : task }),
    masks: Array.from({ length: masks }, (_, i) => tinyMask(i)),
    ...(review !== 'none' && { provenance: { status: review } }),
  });
}

const filter: fc.Arbitrary<BrowseFilter> = fc.record(
  {
    task: fc.constantFrom('none', 'gcg', 'other'),
    review: fc.constantFrom(...REVIEW_STATES),
    masks: fc.record({ least: fc.nat(3), most: fc.nat(4) }, { requiredKeys: [] }),
    denies: fc.boolean(),
  },
  { requiredKeys: [] },
);

it('agrees with filtering and sorting record by record', () => {
  fc.assert(
    fc.property(
      fc.array(plain, { maxLength: 30 }),
      filter,
      fc.constantFrom(...SORTS),
      fc.boolean(),
      fc.integer({ min: 1, max: 9 }),
      (records, wanted, sort, descending, block) => {
        const table = tableOf(records.map(sourceOf), block);
        const { task, review, masks, denies } = wanted;
        const expected = records.flatMap((each, i) => {
          const fits =
            (task === undefined || each.task === task) &&
            (review === undefined || each.review === review) &&
            each.masks >= (masks?.least ?? 0) &&
            each.masks <= (masks?.most ?? 99) &&
            (denies === undefined || each.denies === denies);
          return fits ? [i] : [];
        });
        const order = [...selectRecords(table, { filter: wanted, sort, descending }, undefined)];
        expect([...order].sort((a, b) => a - b)).toEqual(expected);
        if (sort === 'masks') {
          const counts = order.map((i) => records[i]!.masks);
          expect(counts).toEqual([...counts].sort((a, b) => (descending ? b - a : a - b)));
        }
        if (sort === 'file') expect(order).toEqual(descending ? expected.reverse() : expected);
      },
    ),
    { numRuns: 60 },
  );
});

it('keeps the bins of areas apart', () => {
  const mask = (pixels: number) => ({ size: [100, 100], counts: [0, pixels, 10_000 - pixels] });
  const record = line({ ...recordAround('<p> a </p> [SEG] and <p> b </p> [SEG]'), masks: [mask(5), mask(9_999)] });
  const table = tableOf([record]);
  const areas = [...table.columns.areas.subarray(0, AREA_BINS)];
  expect(areas).toEqual([1, 0, 0, 0, 0, 0, 1]);
  expect([...selectRecords(table, show({ area: 0 }), undefined)]).toEqual([0]);
  expect([...selectRecords(table, show({ area: 3 }), undefined)]).toEqual([]);
});
