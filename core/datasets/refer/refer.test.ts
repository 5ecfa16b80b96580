import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMask } from '../../masks/maskValue.ts';
import { area } from '../../masks/runLengthMask.ts';
import { checkedRecord } from '../../testing/convertedRecords.ts';
import { MemoryImages, readEvents, readRecords } from '../../testing/memoryDataset.ts';
import type { NewRecord } from '../format.ts';
import { grefcoco, refclef, refcoco } from './refer.ts';

const FOLDER = 'test/fixtures/datasets/refer';
const official = {
  json: readFileSync(`${FOLDER}/grefs(unc).json`, 'utf8'),
  pickle: new Uint8Array(readFileSync(`${FOLDER}/grefs(unc).p`)),
  instances: readFileSync(`${FOLDER}/grefcoco_instances.json`, 'utf8'),
};
const SINGLE = ['multi=0'];
const answer = (record: NewRecord | undefined) => record?.conversations[1]?.value;

const SQUARE = [1, 1, 5, 1, 5, 5, 1, 5];
const OTHER = [6, 6, 9, 6, 9, 9];
const INSTANCES = {
  images: [{ id: 7, file_name: 'COCO_train2014_000000000007.jpg', height: 10, width: 12 }],
  annotations: [
    { id: 70, image_id: 7, category_id: 1, segmentation: [SQUARE], area: 16 },
    { id: 71, image_id: 7, category_id: 18, segmentation: [OTHER], area: 4.5 },
    { id: 72, image_id: 7, category_id: 18, segmentation: [[1, 1, 1, 1, 1, 1]], area: 0 },
  ],
  categories: [
    { id: 1, name: 'person' },
    { id: 18, name: 'dog' },
    { id: 24, name: 'zebra' },
  ],
};
/** Expressions as people type them. */
const TYPED = [
  ...['man and woman', 'guy w/ hat', 'left', '2 us', 'the man and the dog and the cat', "lady's hand", 'dog -1'],
  ...['black and white cat', 'red or blue car', 'person in the photo on the left', 'all the people', 'person-1', '3'],
  ...['guy you can see', "man's back to us", 'the', "i don't see it", 'elephant, left', 'any dog', 'number 22', 'a'],
  ...['man with "hi" shirt', 'far right giraffe in this picture', 'not the man but the woman', 'everything', 'U'],
  ...['of the two men the left one', 'couple of people', 'what is the man holding', "the one that isn't blurry"],
  ...['person on far left: cut off', 'no hat guy', 'guy with no shirt', 'there is no man in this image', 'see the dog'],
  ...['man, woman, and dog', 'hot dog on the right and the left', 'the man in the image in this image', 'cat.'],
  ...['mr. smith', 'where the dog is', 'both dogs'],
];
let nextId = 0;
function ref(annotation: number, sents: readonly string[], more: object = {}): object {
  const ref_id = ++nextId;
  const sentences = sents.map((sent, i) => ({ sent_id: ref_id * 10 + i, sent, raw: sent, tokens: sent.split(' ') }));
  return { ref_id, ann_id: annotation, image_id: 7, category_id: 1, split: 'train', sentences, ...more };
}
const dataset = (refs: readonly unknown[]) => ({ 'd/refs(unc).json': refs, 'd/instances.json': INSTANCES });

describe('grefcoco', () => {
  it.each([
    ['JSON', { 'd/grefs(unc).json': official.json, 'd/instances.json': official.instances }],
    ['a pickle', { 'd/grefs(unc).p': official.pickle, 'd/instances.json': official.instances }],
  ])('reads the sample as %s', async (_, files) => {
    const records = await readRecords(grefcoco, files, { paths: ['d'], set: SINGLE });
    expect(records.map(answer)).toEqual([
      'Sure, it is <p> the man and his dog </p> [SEG].',
      "Sorry, I don't see any cat on the chair in this image.",
      'Sure, it is <p> couch </p> [SEG].',
    ]);
    expect(records.map(({ negatives }) => negatives)).toEqual([undefined, ['cat on the chair'], undefined]);
    expect(records[0]).toMatchObject({
      id: 'grefcoco-1-1',
      width: 640,
      height: 480,
      task: 'referring',
      provenance: { dataset: 'grefcoco', sourceId: '1/1', splitBy: 'unc', split: 'train' },
    });
    for (const record of records) checkedRecord(record);
  });

  it('gives an expression for several things all their pixels', async () => {
    const files = { 'refs.json': official.json, 'instances.json': official.instances };
    const [record] = await readRecords(grefcoco, files, { set: SINGLE });
    const { annotations } = JSON.parse(official.instances) as {
      annotations: { id: number; segmentation: number[][] }[];
    };
    const polygons = annotations.filter(({ id }) => [10051, 195884].includes(id)).flatMap((each) => each.segmentation);
    const mask = record?.masks[0] as { polygons: unknown[] };
    expect(mask.polygons).toHaveLength(polygons.length);
    const read = readMask(mask);
    // pycocotools: the area of the merged runs of both annotations.
    expect(read.ok && area(read.mask)).toBe(63128);
  });

  it('denies its own absent expressions first, and grounds what is there', async () => {
    const files = { 'refs.json': official.json, 'instances.json': official.instances };
    const records = await readRecords(grefcoco, files, { set: ['multi=1', 'empty=0', 'negatives=none'], seed: 3 });
    const texts = records.map((record) => record.conversations.map(({ value }) => value));
    for (const record of records) checkedRecord(record);
    // The couch stands in another split than the two others.
    expect(texts[0]?.[1]).toBe(
      "Sure, it is <p> the man and his dog </p> [SEG]. But I don't see any cat on the chair in this image.",
    );
    expect(records[1]?.masks).toHaveLength(1);
  });
});

describe('refcoco', () => {
  it('makes a record of each expression, with the mask of its annotation', async () => {
    const refs = [
      ref(70, ['man in red', 'the guy'], { ref_id: 3, file_name: 'COCO_train2014_000000000007_0.jpg' }),
      ref(71, ['dog'], { ref_id: 4 }),
    ];
    const images = new MemoryImages({ 'COCO_train2014_000000000007.jpg': [12, 10] });
    const records = await readRecords(refcoco, dataset(refs), { paths: ['d'], set: SINGLE, images });
    expect(records.map(answer)).toEqual([
      'Sure, it is <p> man in red </p> [SEG].',
      'Sure, it is <p> the guy </p> [SEG].',
      'Sure, it is <p> dog </p> [SEG].',
    ]);
    expect(records.map(({ masks }) => masks)).toEqual([
      [{ size: [10, 12], polygons: [SQUARE], label: 'person' }],
      [{ size: [10, 12], polygons: [SQUARE], label: 'person' }],
      [{ size: [10, 12], polygons: [OTHER], label: 'dog' }],
    ]);
    for (const record of records) checkedRecord(record);
  });

  it.each([
    ['first', 2],
    ['one', 2],
    ['each', 4],
  ])('takes sentences=%s', async (sentences, count) => {
    const refs = [ref(70, ['man in red', 'the guy', 'him']), ref(71, ['dog'])];
    const set = [...SINGLE, `sentences=${sentences}`];
    expect(await readRecords(refcoco, dataset(refs), { paths: ['d'], set })).toHaveLength(count);
  });

  it.each([
    ['train', ['train']],
    ['testA', ['testA', 'testAB']],
    ['testB', ['testAB', 'testBC']],
    ['testAB', ['testAB']],
    ['test', ['testA', 'testAB', 'testBC']],
    ['', ['train', 'val', 'testA', 'testAB', 'testBC']],
  ])('takes split=%s as the refer toolkit does', async (split, splits) => {
    const refs = ['train', 'val', 'testA', 'testAB', 'testBC'].map((each) => ref(70, [each], { split: each }));
    const records = await readRecords(refcoco, dataset(refs), { paths: ['d'], set: [...SINGLE, `split=${split}`] });
    expect(records.map(({ provenance }) => provenance?.['split'])).toEqual(splits);
  });

  it('takes words as typed where they are wanted, and keeps them otherwise', async () => {
    const refs = [ref(71, ['dog'], { sentences: [{ sent_id: 1, sent: 'rex the dog', raw: 'REX,\n the dog!' }] })];
    const [lower] = await readRecords(refcoco, dataset(refs), { paths: ['d'], set: SINGLE });
    expect(answer(lower)).toBe('Sure, it is <p> rex the dog </p> [SEG].');
    expect(lower?.provenance?.['raw']).toBe('REX, the dog!');
    const [typed] = await readRecords(refcoco, dataset(refs), { paths: ['d'], set: [...SINGLE, 'text=raw'] });
    expect(answer(typed)).toBe('Sure, it is <p> REX, the dog </p> [SEG].');
  });

  it('says which refs became no record, and goes on', async () => {
    const refs = [
      'x',
      ref(99, ['man']),
      ref(72, ['dog']),
      ref(70, ['man'], { image_id: 8 }),
      ref(70, ['', 'the', 'a <b> c', 'man.'], { ref_id: 5 }),
      ref(-1, ['of all the dogs the left one'], { ref_id: 7, no_target: true }),
      ref(70, ['man'], { ann_id: null, ref_id: 6 }),
    ];
    const events = await readEvents(refcoco, dataset(refs), { paths: ['d'], set: SINGLE });
    expect(events.map((event) => (event.kind === 'record' ? answer(event.record) : event.code))).toEqual([
      'no-ref',
      'no-image',
      'no-ref',
      'no-mask',
      'no-mask',
      'no-words',
      'no-words',
      'reserved-text',
      'Sure, it is <p> man </p> [SEG].',
      'no-denial',
    ]);
  });

  it.each([0, 1])('gives records without a finding whatever people typed, with multi=%i', async (multi) => {
    // A strip of its own for each, in one image; in the other image none of them is there.
    const strip = (i: number) => [[2 * i, 1, 2 * i + 2, 1, 2 * i + 2, 9, 2 * i, 9]];
    const instances = {
      images: [7, 8].map((id) => ({ id, file_name: `${id}.jpg`, height: 10, width: 2 * TYPED.length })),
      annotations: TYPED.map((_, i) => ({ id: i, image_id: 7, category_id: 1, segmentation: strip(i), area: 16 })),
      categories: INSTANCES.categories,
    };
    const refs = TYPED.flatMap((sent, i) => [ref(i, [sent]), ref(-1, [sent], { image_id: 8 })]);
    const files = { 'd/refs(unc).json': refs, 'd/instances.json': instances };
    const set = [`multi=${multi}`, 'negatives=classes'];
    const events = await readEvents(refcoco, files, { paths: ['d'], set, seed: 5 });
    const records = events.flatMap((event) => (event.kind === 'record' ? [event.record] : []));
    for (const record of records) checkedRecord(record);
    const left = events.flatMap((event) => (event.kind === 'record' ? [] : [event.code]));
    expect(records.length + left.length).toBe(2 * TYPED.length);
    expect(left.length).toBeLessThan(12);
    if (multi === 1) expect(records.filter(({ provenance }) => provenance?.['conversion']).length).toBeGreaterThan(50);
  });

  it.each([
    ['a folder', { 'clef/refs(unc).json': [ref(1, ['zebra eating grass'])] }, 'clef'],
    [
      'a pickle',
      {
        'clef.p': new TextEncoder().encode(
          "(lp0\n(dp1\nS'ref_id'\nI1\nsS'ann_id'\nI2\nsS'sentences'\n(lp2\n(dp3\nS'sent'\nS'zebra eating grass'\nsasa.",
        ),
      },
      'clef.p',
    ],
    ['refs in JSON', { 'clef.json': [ref(1, ['zebra eating grass'])] }, 'clef.json'],
    ["MGLMM's lists", { 'all.json': { refcoco: ['a man'], clef: ['the zebra eating grass'] } }, 'all.json'],
    ['lines', { 'clef.txt': 'left one\n\nzebra eating grass\n' }, 'clef.txt'],
    ['two files', { 'a.txt': 'sky\n', 'b.txt': 'zebra eating grass\n' }, 'a.txt, b.txt'],
  ])("denies another set's expressions, from %s", async (_, more, from) => {
    const files = { ...dataset([ref(70, ['man in red'])]), ...more };
    const set = ['multi=1', 'empty=0', `negatives-from=${from}`];
    const [record] = await readRecords(refcoco, files, { paths: ['d'], set });
    expect(answer(record)).toBe(
      "Sure, it is <p> man in red </p> [SEG]. But I don't see any zebra eating grass in this image.",
    );
    expect(record).toMatchObject({ negatives: ['zebra eating grass'], provenance: { conversion: 'multi-reference' } });
    checkedRecord(record!);
  });

  it('gives the same records whatever the order of the refs, and others for another seed', async () => {
    const refs = ['man in red', 'dog', 'zebra on the left', 'a bus'].map((sent, i) =>
      ref(70 + (i % 2), [sent, `the ${sent}`]),
    );
    const reading = async (items: readonly unknown[], seed: number) => {
      const records = await readRecords(refcoco, dataset(items), { paths: ['d'], set: ['multi=0.5'], seed });
      return [...records].sort((a, b) => (a.id < b.id ? -1 : 1));
    };
    const records = await reading(refs, 1);
    expect(await reading([...refs].reverse(), 1)).toEqual(records);
    expect(await reading(refs, 2)).not.toEqual(records);
  });

  it('says that a file of negatives is missing, or empty', async () => {
    const files = { ...dataset([ref(70, ['man'])]), 'none.txt': '\n' };
    const reading = (from: string) => readRecords(refcoco, files, { paths: ['d'], set: [`negatives-from=${from}`] });
    await expect(reading('gone.p')).rejects.toThrow('gone.p is not there');
    await expect(reading('none.txt')).rejects.toThrow('no expression was found');
  });

  it('never throws on what a refs file may hold', async () => {
    const keys = fc.constantFrom('ref_id', 'ann_id', 'image_id', 'sentences', 'split', 'no_target');
    const values = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(7, 70, [70, 71], [-1]));
    const sentences = fc.record({ sentences: fc.array(fc.jsonValue({ maxDepth: 1 }), { maxLength: 3 }) });
    const refs = fc
      .tuple(fc.dictionary(keys, values), sentences)
      .map(([one, other]) => ({ image_id: 7, ...other, ...one }));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(refs, fc.jsonValue()), { maxLength: 4 }), async (items) => {
        const events = await readEvents(refcoco, dataset(items), { paths: ['d'] });
        for (const event of events) if (event.kind === 'record') checkedRecord(event.record);
      }),
      { numRuns: 300 },
    );
  });

  it('says what is missing', async () => {
    const reading = (files: Record<string, unknown>, paths: string[], set: string[] = []) =>
      readRecords(refcoco, files, { paths, set });
    await expect(reading({ 'd/refs(google).p': '' }, ['d'])).rejects.toThrow(
      'd: no refs(unc) file is here; there are refs(google).p: choose with --set split-by=NAME.',
    );
    await expect(reading({ 'd/refs(unc).p': '' }, ['d'])).rejects.toThrow('there is no instances.json here');
    await expect(reading({ 'refs(unc).p': '' }, ['refs(unc).p'])).rejects.toThrow('name that file too');
    await expect(reading({ 'instances.json': INSTANCES }, ['instances.json'])).rejects.toThrow('name the refs file');
    const hostile = new TextEncoder().encode("cos\nsystem\n(S'true'\ntR.");
    const files = { 'd/refs(unc).p': hostile, 'd/instances.json': INSTANCES };
    await expect(reading(files, ['d'])).rejects.toThrow(/GLOBAL/);
  });
});

describe('refclef', () => {
  it('joins the runs of a mask', async () => {
    const runs = [
      { size: [2, 3], counts: '015' },
      { size: [2, 3], counts: '42' },
    ];
    const instances = {
      images: [{ id: 1, file_name: '1.jpg', height: 2, width: 3 }],
      annotations: [{ id: 5, image_id: 1, category_id: 0, segmentation: runs, area: 3 }],
      categories: [{ id: 0, name: 'sky-blue' }],
    };
    const files = { 'refs(unc).json': [ref(5, ['sky'], { image_id: 1 })], 'instances.json': instances };
    const [record] = await readRecords(refclef, files, { set: SINGLE });
    expect(record?.masks[0]).toMatchObject({ area: 3, label: 'sky-blue' });
    const read = readMask(record?.masks[0]);
    // Column by column: the first pixel, and the two of the last column.
    expect(read.ok && [...read.mask.counts]).toEqual([0, 1, 3, 2]);
    checkedRecord(record!);
  });
});
