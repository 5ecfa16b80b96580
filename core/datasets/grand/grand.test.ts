import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readMask } from '../../masks/maskValue.ts';
import { area } from '../../masks/runLengthMask.ts';
import { checkedRecord } from '../../testing/convertedRecords.ts';
import { MemoryImages, readEvents, readRecords } from '../../testing/memoryDataset.ts';
import type { NewRecord, ReadEvent } from '../format.ts';
import { grand } from './grand.ts';
import { phrasePlace } from './phrasePlace.ts';

const FOLDER = 'test/fixtures/datasets/grand';
const sample = (name: string) => JSON.parse(readFileSync(`${FOLDER}/${name}.json`, 'utf8')) as unknown;
const images = new MemoryImages({ 'sa_302406.jpg': [2250, 1500], 'sa_310343.jpg': [2250, 1500] });

const left = { size: [2, 3], counts: '024' };
const right = { size: [2, 3], counts: '42' };
/** An annotation as it is published, with masks; `sa_1.jpg` has 3 × 2 pixels. */
const annotation = {
  objects: [
    {
      id: 3,
      bbox: [0, 0, 1, 2],
      labels: ['car_(automobile)', 'van'],
      attributes: ['istant: a red car.'],
      segmentation: left,
    },
    { id: 5, bbox: [2, 0, 3, 2], labels: ['hot-air_balloon'], attributes: 'a balloon', segmentation: right },
  ],
  floating_objects: [{ id: 9, bbox: [0, 0, 3, 2], labels: ['sky'], attributes: null }],
  short_captions: [
    { caption: 'A car.', details: [{ phrase: 'a car', tokens_positive: [0, 5], id: 3, bbox: [0, 0, 1, 2] }] },
  ],
  dense_caption: {
    caption: '"The driver\'s car, and \u{1F388} balloons, under the sky."',
    details: [
      { phrase: 'balloons', tokens_positive: null, ids: [3, 5], bbox: [] },
      { phrase: 'the drivers car', tokens_positive: [0, 15], ids: [3], bbox: [] },
      { phrase: 'the sky', tokens_positive: [30, 37], ids: [9], bbox: [] },
      { phrase: 'a tree', tokens_positive: null, ids: [5], bbox: [] },
      { phrase: 'the', tokens_positive: null, ids: [77], bbox: [] },
    ],
  },
};
const read = (value: unknown, set: readonly string[] = []) =>
  readEvents(grand, { 'part/sa_1.json': value }, { paths: ['part'], set });
const recordsOf = (events: readonly ReadEvent[]) =>
  events.flatMap((event) => (event.kind === 'record' ? [event.record] : []));
const codesOf = (events: readonly ReadEvent[]) =>
  events.flatMap((event) => (event.kind === 'record' ? [] : [event.code]));
const answersOf = ({ conversations }: NewRecord) =>
  conversations.filter(({ from }) => from === 'gpt').map(({ value }) => value);
const areas = ({ masks }: NewRecord) =>
  masks.map((mask) => {
    const reading = readMask(mask);
    return reading.ok ? area(reading.mask) : reading.message;
  });

describe('grand', () => {
  it('reads short and dense captions: phrases found again, several objects in one mask', async () => {
    const events = await read({ 'sa_1.jpg': annotation });
    const [short, dense] = recordsOf(events);
    expect(short).toMatchObject({ id: 'grand-sa_1-short-1', image: 'sa_1.jpg', width: 3, height: 2, task: 'gcg' });
    expect(answersOf(short!)).toEqual(['<p> A car </p> [SEG].']);
    expect(short?.masks).toMatchObject([{ ...left, label: 'car' }]);
    expect(answersOf(dense!)).toEqual([
      "<p> The driver's car </p> [SEG], and \u{1F388} <p> balloons </p> [SEG], under <p> the sky </p> [SEG].",
    ]);
    expect(areas(dense!)).toEqual([2, 4, 6]);
    expect(dense?.masks).toMatchObject([{ label: 'car' }, { label: 'car' }, { label: 'sky', source: 'box' }]);
    expect(codesOf(events)).toEqual(['no-mask', 'phrase-not-found', 'box']);
    for (const record of [short!, dense!]) checkedRecord(record);
  });

  it('reads one kind of text alone', async () => {
    const ids = async (text: string) =>
      recordsOf(await read({ 'sa_1.jpg': annotation }, [`text=${text}`])).map(({ id }) => id);
    expect(await ids('short')).toEqual(['grand-sa_1-short-1']);
    expect(await ids('dense')).toEqual(['grand-sa_1-dense']);
    expect(codesOf(await read({ sa_1: { objects: [] } }, ['text=dense']))).toEqual(['no-caption']);
  });

  it('asks for the expressions, without what a language model put before them', async () => {
    const [record] = recordsOf(await read({ sa_1: annotation }, ['text=referring']));
    expect(record).toMatchObject({ image: 'sa_1.jpg', task: 'referring', masks: [left, right] });
    expect(answersOf(record!)).toEqual([
      'Sure, it is <p> a red car </p> [SEG].',
      'Sure, it is <p> a balloon </p> [SEG].',
    ]);
    checkedRecord(record!);
  });

  it('reads the prepared form: ten at most, the same words joined, null masks told', async () => {
    const list = [
      { attribute: 'a dog', id: 1, bbox: [0, 0, 1, 2], segmentation: left },
      { attribute: 'A dog', id: 2, bbox: [2, 0, 3, 2], segmentation: right },
      { attribute: 'a cat', id: 3, segmentation: null },
    ];
    const files = {
      'GranD/anno_files.txt': 'sa_1.json\r\n',
      'GranD/referring_expression/sa_1.json': { 'sa_1.jpg': list },
      'GranD/referring_expression/sa_2.json': { 'sa_2.jpg': list },
      'GranD/object_level/sa_1.json': {},
    };
    const events = await readEvents(grand, files, { paths: ['GranD'] });
    expect(codesOf(events)).toEqual(['no-mask']);
    expect(recordsOf(events).map((record) => [record.id, areas(record)])).toEqual([['grand-sa_1-referring', [4]]]);
    const many = Array.from({ length: 12 }, (_, i) => ({ attribute: `dog number ${i}`, segmentation: left }));
    const [ten] = recordsOf(await read({ 'sa_1.jpg': many }));
    expect(ten?.masks).toHaveLength(10);
    expect(recordsOf(await read({ 'sa_1.jpg': many }))).toEqual([ten]);
    expect(recordsOf(await read({ 'sa_1.jpg': many }, ['expressions=3']))[0]?.masks).toHaveLength(3);
  });

  it('reads captions with masks of their own, as GLaMM prepares them', async () => {
    const details = [
      { phrase: 'A dog', tokens_positive: [0, 5], segmentation: left },
      { phrase: 'a cat', tokens_positive: [10, 15], id: 4, segmentation: null },
    ];
    const events = await read({ 'sa_1.jpg': { short_captions: [{ caption: 'A dog and a cat.', details }] } });
    expect(codesOf(events)).toEqual(['no-mask']);
    expect(answersOf(recordsOf(events)[0]!)).toEqual(['<p> A dog </p> [SEG] and a cat.']);
  });

  it('gives a phrase the masks of those of its objects that have one', async () => {
    const dense = { caption: 'All.', details: [{ phrase: 'All', ids: [5, 9] }] };
    const events = await read({ 'sa_1.jpg': { ...annotation, short_captions: [], dense_caption: dense } });
    expect(codesOf(events)).toEqual(['mask-part']);
    expect(areas(recordsOf(events)[0]!)).toEqual([2]);
  });

  // Counted from the JSON alone with Python: phrases of `relationships` that stand in each caption with an object, the
  // longer of two that overlap; and different first sentences about objects.
  it.each([
    ['level_3_dense_caption/sa_310343', [1, 3], 4],
    ['level_4_extra_context/sa_310343', [1, 3], 4],
    ['level_4_extra_context/sa_302406', [1, 4], 15],
  ])('reads %s, a real file of an earlier level, with boxes for masks', async (name, masks, expressions) => {
    const events = await readEvents(grand, { 'a.json': sample(name) }, { images });
    const records = recordsOf(events);
    expect(records.map((record) => record.masks.length)).toEqual(masks);
    expect(new Set(codesOf(events))).toEqual(new Set(['box', 'overlap']));
    for (const record of records) checkedRecord(record, ['mask-duplicate']);
    const set = ['text=referring', 'expressions=100'];
    const [referring] = await readRecords(grand, { 'a.json': sample(name) }, { images, set });
    expect(referring?.masks).toHaveLength(expressions);
    checkedRecord(referring!, ['mask-duplicate']);
  });

  it('needs the photograph for boxes, and leaves them out where that is asked for', async () => {
    const value = { 'a.json': sample('level_4_extra_context/sa_310343') };
    expect(new Set(codesOf(await readEvents(grand, value)))).toEqual(new Set(['no-size']));
    expect(new Set(codesOf(await readEvents(grand, value, { images, set: ['boxes=reject'] })))).toEqual(
      new Set(['boxes']),
    );
  });

  it('goes on behind files that are none', async () => {
    const files = { 'part/a.json': '{', 'part/b.json': { 'b.jpg': 1 }, 'part/c.json': { 'c.jpg': annotation } };
    const events = await readEvents(grand, files, { paths: ['part'], set: ['text=short'] });
    expect(events.map((event) => (event.kind === 'record' ? event.record.image : event.code))).toEqual([
      'broken-file',
      'no-annotation',
      'c.jpg',
    ]);
    await expect(readEvents(grand, { 'part/a.txt': '' }, { paths: ['part'] })).rejects.toThrow(/no JSON file below/);
  });
});

describe('the place of a phrase', () => {
  it.each([
    ['as given', 'A dog, a dog.', 'a dog', [7, 12], [7, 12]],
    ['found where the offsets are wrong', 'A dog, a cat.', 'a cat', [0, 5], [7, 12]],
    ['in code points', '\u{1F415} and a cat.', 'a cat', undefined, [6, 11]],
    ['without the punctuation of the caption', "The woman's t-shirt.", 'the womans tshirt', [0, 17], [0, 19]],
    ['nowhere', 'A dog.', 'a cat', undefined, undefined],
    ['not inside a word', 'A catalogue.', 'a cat', undefined, undefined],
  ] as const)('%s', (_, caption, phrase, given, offsets) => {
    expect(phrasePlace(caption, phrase, given)?.offsets).toEqual(offsets);
  });
});
