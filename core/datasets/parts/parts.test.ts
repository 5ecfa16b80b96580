import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkedRecord } from '../../testing/convertedRecords.ts';
import { MemoryImages, readEvents, readRecords } from '../../testing/memoryDataset.ts';
import type { NewRecord } from '../format.ts';
import { paco } from './paco.ts';
import { pascalPart } from './pascalPart.ts';

const SINGLE = ['multi=0'];
const sample = JSON.parse(readFileSync('test/fixtures/datasets/paco/paco_lvis_like.json', 'utf8')) as {
  annotations: { area: number; segmentation: { counts: string } }[];
};
const runs = (counts: string, size = [2, 4]) => ({ size, counts });
const answers = ({ conversations }: NewRecord) =>
  conversations.flatMap(({ from, value }) => (from === 'gpt' ? [value] : []));
const phrases = (record: NewRecord) =>
  answers(record).flatMap((text) => [...text.matchAll(/<p> (.*?) <\/p>/g)].map((match) => match[1]!));

describe('paco', () => {
  const categories = [
    { id: 1, name: 'dog' },
    { id: 2, name: 'dog:head' },
    { id: 3, name: 'trash_can' },
    { id: 4, name: 'bucket_(pail):inner_side' },
    { id: 5, name: 'zebra' },
    { id: 6, name: 'car' },
  ];
  const annotation = (category: number, counts: string, image = 1) => ({
    image_id: image,
    category_id: category,
    segmentation: runs(counts),
  });

  it('reads the sample', async () => {
    const records = await readRecords(paco, { 'paco.json': sample }, { set: SINGLE });
    expect(records).toHaveLength(1);
    expect(records[0]!.masks).toEqual([{ ...sample.annotations[0]!.segmentation, label: 'dog' }]);
    expect(answers(records[0]!)).toEqual(['Sure, it is <p> dog </p> [SEG].']);
    checkedRecord(records[0]!);
  });

  it('says parts in two ways, cuts names, and has one mask for a class or numbers its instances', async () => {
    const images = Array.from({ length: 20 }, (_, i) => ({
      id: i,
      file_name: `train2017/${i}.jpg`,
      width: 4,
      height: 2,
    }));
    const annotations = images.flatMap(({ id }) => [
      annotation(2, '017', id),
      annotation(3, '116', id),
      annotation(2, '215', id),
      annotation(4, '314', id),
    ]);
    const files = { 'paco.json': { images, annotations, categories } };
    const records = await readRecords(paco, files, { set: SINGLE });
    const said = new Set(records.flatMap(phrases));
    expect([...said].sort()).toEqual([
      'bucket inner side',
      'dog head',
      'the head of the dog',
      'the inner side of the bucket',
      'trash can',
    ]);
    for (const record of records) {
      expect(record.masks).toHaveLength(3);
      expect(record.masks[0]).toMatchObject({ area: 2, label: 'dog:head' });
      expect(record.conversations.map(({ value }) => value).join()).not.toContain('the the');
      checkedRecord(record);
    }
    const numbered = await readRecords(paco, files, { set: [...SINGLE, 'same=number'] });
    expect(
      phrases(numbered[0]!)
        .slice(0, 2)
        .map((phrase) => phrase.slice(-2)),
    ).toEqual(['-1', '-2']);
    expect(numbered[0]!.masks).toHaveLength(4);
  });

  it('denies only what the set lists as absent, for it does not look for everything everywhere', async () => {
    const images = Array.from({ length: 60 }, (_, i) => ({
      id: i,
      file_name: `${i}.jpg`,
      width: 4,
      height: 2,
      neg_category_ids: i % 2 === 0 ? [5] : [],
    }));
    const annotations = images.flatMap(({ id }) => [annotation(1, '017', id), annotation(3, '116', id)]);
    const records = await readRecords(paco, { 'paco.json': { images, annotations, categories } }, { set: ['multi=1'] });
    const denied = records.filter(({ negatives }) => negatives !== undefined);
    expect(denied.length).toBeGreaterThan(5);
    for (const { negatives, provenance } of denied) {
      expect(negatives).toEqual(['zebra']);
      expect(Number(provenance?.['sourceId']) % 2).toBe(0);
    }
    for (const record of records) {
      expect([...phrases(record)].sort()).toEqual(['dog', 'trash can']);
      checkedRecord(record);
    }
  });
});

describe('pascal-part', () => {
  const file = (extra: object = {}) => ({
    images: [{ id: 2008000008, file_name: '2008_000008.jpg', width: 512, height: 512 }],
    annotations: [
      { image_id: 2008000008, category_id: 1, segmentation: runs('017') },
      { image_id: 2008000008, category_id: 2, segmentation: runs('116') },
    ],
    categories: [
      { id: 1, name: 'horse:head' },
      { id: 2, name: 'bus:license plate' },
    ],
    ...extra,
  });

  it("takes the masks' size where the photograph is not there, for the file says 512 × 512", async () => {
    const [record] = await readRecords(pascalPart, { 'a.json': file() }, { set: SINGLE });
    expect(record).toMatchObject({ width: 4, height: 2, image: '2008_000008.jpg' });
    expect(phrases(record!).map((phrase) => phrase.replace(/^the (.*) of the (.*)$/, '$2 $1'))).toEqual([
      'horse head',
      'bus license plate',
    ]);
    checkedRecord(record!);
  });

  it('tells what it cannot use', async () => {
    const codes = async (value: unknown, images = new MemoryImages()) =>
      (await readEvents(pascalPart, { 'a.json': value }, { images })).map((event) =>
        event.kind === 'record' ? 'record' : event.code,
      );
    expect(await codes(file(), new MemoryImages({ '2008_000008.jpg': [5, 2] }))).toEqual([
      'other-size',
      'other-size',
      'no-instances',
    ]);
    expect(await codes(file({ categories: [{ id: 1, name: 'horse:head' }] }))).toEqual(['no-category', 'record']);
    expect(await codes(file({ annotations: [{ image_id: 7 }] }))).toEqual(['no-image', 'no-instances']);
    await expect(codes(file({ categories: [] }))).rejects.toThrow('no categories');
  });
});
