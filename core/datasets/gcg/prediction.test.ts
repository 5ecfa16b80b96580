import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkedRecord } from '../../testing/convertedRecords.ts';
import { generatedRecords } from '../../testing/generatedRecords.ts';
import { keptOf } from '../../testing/keptRecord.ts';
import { MemoryImages, readEvents, readRecords, writeRecords } from '../../testing/memoryDataset.ts';
import { gcgPrediction } from './prediction.ts';

const PATH = 'test/fixtures/datasets/gcg/gcg_prediction.json';
const SAMPLE = JSON.parse(readFileSync(PATH, 'utf8')) as Record<string, unknown>;
const images = new MemoryImages({ '000000491525.jpg': [640, 480] });

const left = { size: [2, 3], counts: '024' };
const right = { size: [2, 3], counts: '42' };
const told = async (value: unknown) =>
  (await readEvents(gcgPrediction, { 'p/a.json': value })).map((event) =>
    event.kind === 'record' ? event.record.conversations[1]?.value : event.code,
  );

describe('gcg-prediction', () => {
  it('reads the sample: three phrases and three masks, the photograph by the image id', async () => {
    const [record] = await readRecords(gcgPrediction, { 'p/000000491525.json': SAMPLE }, { paths: ['p'], images });
    expect(record).toMatchObject({ id: 'gcg-000000491525', image: '000000491525.jpg', width: 640, height: 480 });
    expect(record?.conversations[1]?.value).toBe(
      '<p> A man in a green shirt </p> [SEG] hugs <p> a black dog </p> [SEG] on <p> a patterned couch </p> [SEG].',
    );
    expect(record?.masks).toHaveLength(3);
    checkedRecord(record!);
  });

  it('reads one that is wrapped in an outer key, and has its id from it or from the file', async () => {
    const { image_id: _, ...bare } = SAMPLE;
    const read = await readRecords(
      gcgPrediction,
      { 'p/7.json': bare, 'p/8.json': { '000000491525.jpg': bare } },
      { paths: ['p'], images },
    );
    expect(read.map(({ id, masks }) => [id, masks.length])).toEqual([
      ['gcg-7', 3],
      ['gcg-000000491525', 3],
    ]);
  });

  it('finds the photograph of MGSC, whose captions are counted behind its name', async () => {
    const value = { ...SAMPLE, image_id: '000000491525_2' };
    const [record] = await readRecords(gcgPrediction, { 'p.json': value }, { images, set: ['set=mgsc'] });
    expect(record).toMatchObject({ id: 'mgsc-000000491525_2', task: 'mgsc', image: '000000491525.jpg' });
    checkedRecord(record!);
  });

  it('pairs what there is, and says so; tokens in a caption count for nothing', async () => {
    const caption = '<p> A dog </p> [SEG] and a cat.';
    expect(await told({ image_id: 'a', caption, phrases: ['A dog', 'a cat'], pred_masks: [left] })).toEqual([
      'count-mismatch',
      '<p> A dog </p> [SEG] and a cat.',
    ]);
    expect(await told({ image_id: 'a', caption, phrases: ['A dog', 'a cow'], pred_masks: [left, right] })).toEqual([
      'phrase-not-found',
      '<p> A dog </p> [SEG] and a cat.',
    ]);
    expect(await told({ image_id: 'a', caption, phrases: ['A dog', 'a cat'], pred_masks: [{}, right] })).toEqual([
      'no-mask',
      'A dog and <p> a cat </p> [SEG].',
    ]);
  });

  it('keeps a prediction without masks, so that it is counted', async () => {
    const value = { image_id: 'a', caption: 'A dog sits.', phrases: [], pred_masks: [] };
    const [record] = await readRecords(gcgPrediction, { 'a.json': value });
    expect(record?.masks).toEqual([]);
    checkedRecord(record!);
    const { files } = await writeRecords(gcgPrediction, [record!]);
    expect(JSON.parse(new TextDecoder().decode(files['a.json']))).toMatchObject(value);
  });

  it('reads lists and lines of predictions too', async () => {
    const [a, b] = ['a', 'b'].map((image_id) => ({
      image_id,
      caption: 'A dog.',
      phrases: ['A dog'],
      pred_masks: [left],
    }));
    const lines = [a, b].map((each) => JSON.stringify(each)).join('\n');
    const read = await readRecords(gcgPrediction, { 'list.json': [a, b], 'lines.jsonl': lines });
    expect(read.map(({ id }) => id)).toEqual(['gcg-a', 'gcg-b', 'gcg-a', 'gcg-b']);
  });

  it('goes on behind files that are none', async () => {
    const events = await readEvents(gcgPrediction, {
      'p/a.json': '{"image_id": ',
      'p/b.json': [1],
      'p/c.json': { caption: 'A dog.', phrases: ['A dog'], pred_masks: [left] },
    });
    expect(events.map((event) => (event.kind === 'record' ? event.record.id : event.code))).toEqual([
      'broken-file',
      'no-prediction',
      'gcg-c',
    ]);
    await expect(readEvents(gcgPrediction, { 'p/a.txt': '' }, { paths: ['p'] })).rejects.toThrow(/no JSON file/);
  });

  it('gives captions, phrases and pixels back, a file a record', async () => {
    await fc.assert(
      fc.asyncProperty(generatedRecords(['gcg', 'reasoning']), async (records) => {
        const { files, losses } = await writeRecords(gcgPrediction, records);
        expect(losses).toEqual([]);
        expect(Object.keys(files)).toHaveLength(records.length);
        const named = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`p/${name}`, bytes]));
        const back = await readRecords(gcgPrediction, named, { paths: ['p'] });
        const kept = new Map(back.map((record) => [record.image, keptOf(record)]));
        expect(kept).toEqual(new Map(records.map((record) => [record.image, keptOf(record)])));
        for (const record of back) checkedRecord(record);
      }),
      { numRuns: 40 },
    );
  });
});
