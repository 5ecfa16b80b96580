import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { encode as encodePng } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { decodeLabelMap } from '../../masks/labelMap.ts';
import { readMask } from '../../masks/maskValue.ts';
import { boundingBox } from '../../masks/runLengthMask.ts';
import { checkedRecord } from '../../testing/convertedRecords.ts';
import { MemoryImages, readEvents, readRecords, writeRecords } from '../../testing/memoryDataset.ts';
import type { NewRecord } from '../format.ts';
import { dci } from './dci.ts';
import { osprey } from './osprey.ts';
import { visualGenome } from './visualGenome.ts';

const FOLDER = 'test/fixtures/datasets/regions';
const read = (name: string) => JSON.parse(readFileSync(`${FOLDER}/${name}`, 'utf8')) as unknown;
const answers = ({ conversations }: NewRecord) =>
  conversations.flatMap(({ from, value }) => (from === 'gpt' ? [value] : []));
const codes = (events: Awaited<ReturnType<typeof readEvents>>) =>
  events.map((event) => (event.kind === 'record' ? 'record' : event.code));

describe('visual-genome', () => {
  const regions = [
    { region_id: 1382, image_id: 1, x: 2, y: 3, width: 4, height: 5, phrase: ' the clock is  green in colour' },
    { region_id: 1383, image_id: 1, x: 0, y: 0, width: 90, height: 2, phrase: 'shade along the street.' },
    { region_id: 1384, image_id: 1, x: 20, y: 20, width: 5, height: 5, phrase: 'outside' },
    { region_id: 1385, image_id: 1, x: 0, y: 0, width: 5, height: 5, phrase: '' },
  ];
  const files = {
    'vg/region_descriptions.json': [{ id: 1, regions }],
    'vg/image_data.json': [
      { image_id: 1, width: 16, height: 12, url: 'https://cs.stanford.edu/people/rak248/VG_100K_2/1.jpg' },
    ],
  };

  it('makes a record of each region, whose box stands under "regions"', async () => {
    const events = await readEvents(visualGenome, files, { paths: ['vg'] });
    expect(codes(events)).toEqual(['record', 'record', 'bad-box', 'no-caption']);
    const records = events.flatMap((event) => (event.kind === 'record' ? [event.record] : []));
    expect(records.map(answers)).toEqual([['the clock is green in colour'], ['shade along the street.']]);
    expect(records[0]).toMatchObject({
      id: 'visual-genome-1382',
      image: 'VG_100K_2/1.jpg',
      width: 16,
      height: 12,
      task: 'region',
      masks: [],
    });
    const boxes = records.map((record) => {
      const mask = readMask((record['regions'] as unknown[])[0]);
      return mask.ok ? boundingBox(mask.mask) : mask.message;
    });
    // The second box is cut at the image's right edge.
    expect(boxes).toEqual([
      [2, 3, 4, 5],
      [0, 0, 16, 2],
    ]);
    for (const record of records) checkedRecord(record);
  });

  it("reads COCO's form, and needs a size", async () => {
    const coco = {
      images: [{ id: 7, file_name: 'a.jpg', width: 8, height: 8 }],
      annotations: [{ id: 70, image_id: 7, bbox: [1, 1, 2, 2], caption: 'a dog' }],
    };
    const [record] = await readRecords(visualGenome, { 'train.json': coco });
    expect(record).toMatchObject({
      id: 'visual-genome-70',
      image: 'a.jpg',
      regions: [{ bbox: [1, 1, 2, 2], source: 'box' }],
    });
    checkedRecord(record!);
    // MDETR's files: one "image" for each expression.
    const mdetr = {
      images: [
        {
          id: 0,
          file_name: 'COCO_train2014_1.jpg',
          width: 8,
          height: 8,
          caption: 'the lady on the left',
          original_id: 1,
        },
      ],
      annotations: [{ id: 5, image_id: 0, bbox: [1, 1, 2, 2], tokens_positive: [[0, 8]] }],
    };
    const [expression] = await readRecords(visualGenome, { 'finetune_refcoco_train.json': mdetr });
    expect(answers(expression!)).toEqual(['the lady on the left']);
    checkedRecord(expression!);
    const alone = { 'region_descriptions.json': [{ id: 1, regions: regions.slice(0, 1) }] };
    expect(codes(await readEvents(visualGenome, alone))).toEqual(['no-size']);
    const images = new MemoryImages({ '1.jpg': [20, 20] });
    expect(codes(await readEvents(visualGenome, alone, { images }))).toEqual(['record']);
  });

  it('gives descriptions and boxes back', async () => {
    const number = fc.integer({ min: 0, max: 50 });
    const region = fc.record({
      x: number,
      y: number,
      width: fc.integer({ min: 1, max: 9 }),
      height: fc.integer({ min: 1, max: 9 }),
      phrase: fc.constantFrom('a dog', 'die Straße', '狗'),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(region, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 }),
        async (lists) => {
          const images = new MemoryImages(Object.fromEntries(lists.map((_, i) => [`${i}.jpg`, [60, 60] as const])));
          const value = lists.map((list, i) => ({
            id: i,
            regions: list.map((each, k) => ({ ...each, region_id: i * 10 + k })),
          }));
          const records = await readRecords(visualGenome, { 'region_descriptions.json': value }, { images });
          const { files: out, losses } = await writeRecords(visualGenome, records);
          expect(losses).toEqual([]);
          const written = JSON.parse(new TextDecoder().decode(out[''])) as { regions: Record<string, unknown>[] }[];
          expect(
            written.map(({ regions: all }) =>
              all.map(({ x, y, width, height, phrase }) => ({ x, y, width, height, phrase })),
            ),
          ).toEqual(lists);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('osprey', () => {
  const [item] = read('osprey_like.json') as [Record<string, unknown> & { annotation: unknown[] }];

  it('grounds what the answers say of regions, once each', async () => {
    const [record] = await readRecords(osprey, { 'osprey.json': [item] });
    expect(record!.conversations.map(({ value }) => value)).toEqual([
      '<image>\nWhat is region1 resting on?',
      '<p> region1 </p> [SEG] is resting on <p> region2 </p> [SEG].',
    ]);
    expect(record!.masks).toHaveLength(item.annotation.length);
    // Polygons stay polygons, runs stay runs.
    expect(record!.masks).toMatchObject([
      { label: 'region1', polygons: expect.any(Array) as unknown },
      { label: 'region2', counts: expect.any(String) as unknown },
    ]);
    checkedRecord(record!);
  });

  it('keeps regions that only questions speak of, and reads descriptions', async () => {
    const asked = {
      ...item,
      conversations: [
        { from: 'human', value: '<image>\nWhat is <region2><mask><pos>?' },
        { from: 'gpt', value: 'A couch, and <region3> is not known.' },
        { from: 'human', value: 'And <region1>?' },
        { from: 'gpt', value: '<region1> is a dog; <region1> sleeps.' },
      ],
    };
    const events = await readEvents(osprey, { 'a.json': [asked] });
    expect(codes(events)).toEqual(['no-region', 'record']);
    const [record] = events.flatMap((event) => (event.kind === 'record' ? [event.record] : []));
    expect(record!.conversations.map(({ value }) => value)).toEqual([
      '<image>\nWhat is region2?',
      'A couch, and region3 is not known.',
      'And region1?',
      '<p> region1 </p> [SEG] is a dog; region1 sleeps.',
    ]);
    expect(record!['regions']).toMatchObject([{ label: 'region2' }]);
    checkedRecord(record!);
    const described = { ...item, conversations: undefined, description: ['<region1>: A black dog.', 'A couch.'] };
    const [descriptions] = await readRecords(osprey, { 'a.json': [described] });
    expect(answers(descriptions!)).toEqual([
      '<p> region1 </p> [SEG]: A black dog.',
      '<p> region2 </p> [SEG]: A couch.',
    ]);
    checkedRecord(descriptions!);
  });

  it('tells what it cannot use', async () => {
    const question = { question_id: 1, image: 'a.jpg', text: 'What?', annotation: { bbox: [0, 0, 1, 1] } };
    const silent = { ...item, conversations: [{ from: 'human', value: 'What is <region1>?' }] };
    const empty = { ...item, annotation: [{ segmentation: [] }] };
    expect(codes(await readEvents(osprey, { 'a.json': [question, silent, empty] }))).toEqual([
      'no-regions',
      'no-answer',
      'no-mask',
      'no-region',
      'no-mask',
    ]);
  });
});

describe('dci', () => {
  const sample = read('dci_like.json') as {
    mask_data: Record<string, { outer_mask: string; caption?: string; area: number }>;
  };
  const pixels = (key: string) => {
    const map = decodeLabelMap(Uint8Array.from(Buffer.from(sample.mask_data[key]!.outer_mask, 'base64')));
    return map.ok ? map.value.values.filter((value) => value !== 0).length : -1;
  };

  it('reads the masks in their tree, without the poor ones', async () => {
    const records = await readRecords(dci, { 'd/000000491525.json': sample }, { paths: ['d'], set: ['parts=1'] });
    expect(records.map(({ id, target, parent }) => [id, target, parent])).toEqual([
      ['dci-000000491525', undefined, undefined],
      ['dci-000000491525-0', 'Couch', 'dci-000000491525'],
      ['dci-000000491525-1', 'Man', 'dci-000000491525-0'],
    ]);
    const grounded = records.map((record) => answers(record)[0]!.replace(/^.*?(?=<p>)/, ''));
    expect(grounded).toEqual([
      '<p> Couch </p> [SEG]: A dark green patterned couch.',
      '<p> Man </p> [SEG]: A smiling man in a green shirt.',
      '<p> Dog </p> [SEG]: A black dog with a striped collar and a cap.',
    ]);
    expect(answers(records[1]!)[0]).toMatch(/^A dark green patterned couch\. \w/);
    expect(records.map(({ masks }) => (masks[0] as { area: number }).area)).toEqual(['0', '1', '2'].map(pixels));
    for (const record of records) checkedRecord(record);
  });

  it('tells which masks are in no record, since they lie alone in another', async () => {
    const events = await readEvents(dci, { 'd/000000491525.json': sample }, { paths: ['d'] });
    expect(events.map((event) => (event.kind === 'record' ? event.record.id : [event.from.item, event.code]))).toEqual([
      'dci-000000491525',
      ['000000491525, mask 0', 'few-parts'],
      ['000000491525, mask 1', 'few-parts'],
    ]);
  });

  it('gives a record of its own to masks with so many parts, which move up from masks that are left out', async () => {
    const mask = (x: number) => {
      const data = new Uint8Array(16);
      data[x] = 255;
      return Buffer.from(encodePng({ width: 4, height: 4, data, channels: 1, depth: 8 })).toString('base64');
    };
    const entry = (x: number, parent: number, label: string | undefined, quality = 0) => ({
      outer_mask: mask(x),
      parent,
      mask_quality: quality,
      ...(label !== undefined && { label, caption: '' }),
    });
    const value = {
      image: 'a.jpg',
      extra_caption: 'A street.',
      mask_data: {
        0: entry(0, -1, 'car'),
        1: entry(1, 0, 'door', 2),
        2: entry(2, 1, 'handle'),
        3: entry(3, 0, 'wheel'),
        4: entry(4, 0, 'wheel'),
        5: entry(5, -1, undefined),
        6: { ...entry(6, -1, 'sky'), outer_mask: 'no base64!' },
      },
    };
    const events = await readEvents(dci, { 'a.json': value });
    expect(codes(events)).toEqual(['no-mask', 'no-mask', 'record', 'record']);
    const records = events.flatMap((event) => (event.kind === 'record' ? [event.record] : []));
    expect(answers(records[0]!)[0]).toMatch(/^A street\. .*\. <p> Car <\/p> \[SEG\]\.$/);
    expect(answers(records[1]!)[0]).toMatch(
      /<p> Handle <\/p> \[SEG\]\. <p> Wheel-1 <\/p> \[SEG\]\. <p> Wheel-2 <\/p> \[SEG\]\.$/,
    );
    for (const record of records) checkedRecord(record);
    expect(codes(await readEvents(dci, { 'a.json': {} }))).toEqual(['no-masks']);
  });
});
