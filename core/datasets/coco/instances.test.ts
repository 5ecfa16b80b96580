import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMask } from '../../masks/maskValue.ts';
import { encodeCounts } from '../../masks/runLengthMask.ts';
import { checkedRecord } from '../../testing/convertedRecords.ts';
import { generatedRecords } from '../../testing/generatedRecords.ts';
import { MemoryImages, readEvents, readRecords, writeRecords } from '../../testing/memoryDataset.ts';
import type { NewRecord } from '../format.ts';
import { cocoInstances } from './instances.ts';

const SQUARE = [1, 1, 5, 1, 5, 5, 1, 5];
const OTHER = [6, 6, 9, 6, 9, 9];
const CATEGORIES = [
  { id: 1, name: 'person' },
  { id: 18, name: 'dog' },
];

function file(annotations: readonly object[]): object {
  return {
    images: [{ id: 7, file_name: 'a.jpg', height: 10, width: 12 }],
    annotations: annotations.map((annotation, id) => ({ id, image_id: 7, category_id: 18, iscrowd: 0, ...annotation })),
    categories: CATEGORIES,
  };
}

const THREE = file([
  { category_id: 1, segmentation: [SQUARE] },
  { segmentation: [OTHER] },
  { category_id: 1, segmentation: [[2, 6, 5, 6, 5, 9]] },
]);

function answer(record: NewRecord | undefined): string | undefined {
  return record?.conversations[1]?.value;
}

describe('coco-instances', () => {
  it('names every instance, numbered where there are several', async () => {
    const [record] = await readRecords(cocoInstances, { 'i.json': THREE });
    expect(answer(record)).toBe(
      'Sure, the image contains <p> person-1 </p> [SEG], <p> dog </p> [SEG], and <p> person-2 </p> [SEG].',
    );
    expect(record).toMatchObject({ id: 'coco-7', image: 'a.jpg', width: 12, height: 10 });
    expect(record?.masks[1]).toEqual({ size: [10, 12], polygons: [OTHER], label: 'dog' });
    checkedRecord(record!);
  });

  it('names each class once, with all its instances', async () => {
    const [record] = await readRecords(cocoInstances, { 'i.json': THREE }, { set: ['text=classes'] });
    expect(answer(record)).toBe('Sure, <p> person </p> [SEG] and <p> dog </p> [SEG].');
    expect(record?.masks[0]).toEqual({ size: [10, 12], polygons: [SQUARE, [2, 6, 5, 6, 5, 9]], label: 'person' });
    checkedRecord(record!);
  });

  it.each([
    ['Two men play with a dog.', '<p> Two men </p> [SEG] play with <p> a dog </p> [SEG].'],
    ['A man walks the dog', 'A man walks <p> the dog </p> [SEG].'],
    ['A man walks the dog ,', 'A man walks <p> the dog </p> [SEG].'],
    ['A dog sitting in a dog house', '<p> A dog </p> [SEG] sitting in a dog house.'],
    ['People and two dogs.', '<p> People </p> [SEG] and two dogs.'],
    ['A dog house with people', 'A dog house with <p> people </p> [SEG].'],
  ])('grounds "%s" only where all instances are meant', async (caption, expected) => {
    const captions = { images: [{ id: 7, file_name: 'a.jpg' }], annotations: [{ id: 1, image_id: 7, caption }] };
    const [record] = await readRecords(
      cocoInstances,
      { 'i.json': THREE, 'c.json': captions },
      { set: ['text=captions'] },
    );
    expect(answer(record)).toBe(expected);
    checkedRecord(record!);
  });

  it('tells what it leaves out, and goes on', async () => {
    const events = await readEvents(cocoInstances, {
      'i.json': file([
        { segmentation: { size: [10, 12], counts: [120] }, iscrowd: 1 },
        { segmentation: [[1, 2, 3]] },
        { segmentation: [[1, 2, 3, 4, 5, 6, 7], SQUARE] },
        { category_id: 99, segmentation: [SQUARE] },
        { segmentation: { size: [10, 12], counts: [1, 2] } },
        { image_id: 8 },
      ]),
    });
    expect(
      events.map((event) =>
        event.kind === 'record' ? event.record.masks.length : [event.kind, event.from.item, event.code],
      ),
    ).toEqual([
      ['rejected', 'annotations[5]', 'no-image'],
      ['changed', 'annotations[0]', 'crowd'],
      ['rejected', 'annotations[1]', 'no-mask'],
      ['changed', 'annotations[2]', 'bad-polygon'],
      ['rejected', 'annotations[3]', 'no-category'],
      ['rejected', 'annotations[4]', 'no-mask'],
      1,
    ]);
  });

  it('gives phrases and pixels back', async () => {
    await fc.assert(
      fc.asyncProperty(generatedRecords(), async (records) => {
        const { files } = await writeRecords(cocoInstances, records);
        const back = await readRecords(cocoInstances, { 'i.json': files['']! });
        expect(back.map(pixels)).toEqual(records.filter(({ masks }) => masks.length > 0).map(pixels));
      }),
      { numRuns: 50 },
    );
  });

  it('converts the real photographs, each instance with its mask', async () => {
    const path = 'test/fixtures/datasets/coco/instances.json';
    const value = JSON.parse(readFileSync(path, 'utf8')) as {
      images: { id: number; file_name: string; width: number; height: number }[];
      annotations: { image_id: number; iscrowd: number }[];
    };
    const images = new MemoryImages(
      Object.fromEntries(value.images.map((image) => [image.file_name, [image.width, image.height]])),
    );
    const records = await readRecords(cocoInstances, { [path]: value }, { images });
    const kept = value.annotations.filter(({ iscrowd }) => iscrowd === 0);
    expect(records).toHaveLength(new Set(kept.map((annotation) => annotation.image_id)).size);
    expect(records.flatMap(({ masks }) => masks)).toHaveLength(kept.length);
    for (const record of records) checkedRecord(record, ['long-line']);
  });
});

/** Phrases, and masks by pixel. */
function pixels({ conversations, masks }: NewRecord): unknown {
  const phrases = [...conversations[1]!.value.matchAll(/<p> (.*?) <\/p>/g)].map((match) => match[1]);
  const runs = masks.map((mask) => {
    const read = readMask(mask);
    return read.ok ? encodeCounts(read.mask.counts) : read.message;
  });
  return { phrases, runs };
}
