import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { area, iou } from '../../masks/runLengthMask.ts';
import { pairGcg, readGcgTruth } from '../../metrics/evaluate/official/gcg.ts';
import type { CaptionWork } from '../../metrics/evaluate/work.ts';
import { checkedRecord } from '../../testing/convertedRecords.ts';
import { generatedRecords } from '../../testing/generatedRecords.ts';
import { keptOf } from '../../testing/keptRecord.ts';
import { MemoryImages, readEvents, readRecords, writeRecords } from '../../testing/memoryDataset.ts';
import { gcgEval } from './evaluation.ts';
import { gcgPrediction } from './prediction.ts';

const FOLDER = 'test/fixtures/datasets/gcg';
const sample = (name: string) => JSON.parse(readFileSync(`${FOLDER}/gcg_coco_${name}_gt.json`, 'utf8')) as unknown;
const images = new MemoryImages({ '000000491525.jpg': [640, 480] });

const left = { size: [2, 3], counts: '024' };
const right = { size: [2, 3], counts: '42' };
/** Files of one image with these masks and labels. */
function files(caption: string, labels: readonly string[], masks: readonly unknown[], image: object = {}) {
  const shown = { id: 'a', file_name: 'a.jpg', height: 2, width: 3, ...image };
  const annotations = masks.map((segmentation, i) => ({ id: i + 1, image_id: 'a', category_id: 1, segmentation }));
  return {
    'val_mask_gt.json': { images: [shown], annotations },
    'val_caption_gt.json': { images: [shown], annotations: [{ id: 1, image_id: 'a', caption, labels }] },
  };
}
const told = async (...parts: Parameters<typeof files>) =>
  (await readEvents(gcgEval, files(...parts))).map((event) =>
    event.kind === 'record' ? event.record.conversations[1]?.value : event.code,
  );

describe('gcg-eval', () => {
  it('reads the sample: one image, its three masks by its three labels', async () => {
    const [record, ...more] = await readRecords(
      gcgEval,
      { 'val_gcg_coco_mask_gt.json': sample('mask'), 'val_gcg_coco_caption_gt.json': sample('caption') },
      { images },
    );
    expect(more).toEqual([]);
    expect(record).toMatchObject({ id: 'gcg-000000491525', task: 'gcg', width: 640, height: 480 });
    expect(record?.conversations[1]?.value).toBe(
      '<p> A man in a green shirt </p> [SEG] hugs <p> a black dog </p> [SEG] on <p> a patterned couch </p> [SEG].',
    );
    expect(record?.masks).toHaveLength(3);
    checkedRecord(record!);
  });

  it('tells the two files by what they hold where their names do not', async () => {
    const read = await readRecords(gcgEval, { 'a.json': sample('caption'), 'b.json': sample('mask') }, { images });
    expect(read).toHaveLength(1);
  });

  it.each([
    ['val_mask_gt.json', /their captions are missing: name val_caption_gt\.json/],
    ['val_caption_gt.json', /their masks are missing: name val_mask_gt\.json/],
  ] as const)('says what is missing beside %s', async (name, message) => {
    const both: Readonly<Record<string, unknown>> = files('A dog.', ['A dog'], [left]);
    await expect(readEvents(gcgEval, { [name]: both[name] })).rejects.toThrow(message);
  });

  it('follows the order of the labels, so that the second dog is the second dog', async () => {
    const parts = ['A dog, a cat and a dog.', ['a cat', 'a dog'], [left, right]] as const;
    expect(await told(...parts)).toEqual(['A dog, <p> a cat </p> [SEG] and <p> a dog </p> [SEG].']);
  });

  it('joins masks of a label that the caption has once', async () => {
    const parts = ['Two dogs.', ['Two dogs', 'two dogs'], [left, right]] as const;
    expect(await told(...parts)).toEqual(['same-phrase', '<p> Two dogs </p> [SEG].']);
  });

  it('says what it leaves out', async () => {
    expect(await told('A dog.', ['A dog', 'a cat'], [left])).toEqual(['count-mismatch']);
    expect(await told('A dog.', ['a cat'], [left])).toEqual(['phrase-not-found', 'no-phrase']);
    expect(await told('A dog and a cat.', ['A dog', 'a cat'], [left, {}])).toEqual([
      'no-mask',
      '<p> A dog </p> [SEG] and a cat.',
    ]);
    expect(await told(' ', ['a cat'], [left])).toEqual(['no-caption']);
    const { 'val_mask_gt.json': masks, 'val_caption_gt.json': captions } = files('A dog.', ['A dog'], [left]);
    const other = { ...masks, images: [...masks.images, { id: 'b', file_name: 'b.jpg' }] };
    const two = { ...captions, annotations: [...captions.annotations, { image_id: 'a', caption: 'One dog.' }] };
    const events = await readEvents(gcgEval, { 'val_mask_gt.json': other, 'val_caption_gt.json': two });
    expect(events.map((event) => (event.kind === 'record' ? 'record' : event.code))).toEqual([
      'more-captions',
      'record',
      'no-caption',
    ]);
  });

  it('puts height and width right that are exchanged, by the masks', async () => {
    const swapped = files('A dog.', ['A dog'], [left], { height: 3, width: 2 });
    const events = await readEvents(gcgEval, swapped);
    expect(events).toMatchObject([{ code: 'size-swapped' }, { record: { height: 2, width: 3 } }]);
    for (const event of events) if (event.kind === 'record') checkedRecord(event.record);
  });

  it('draws polygons at the size of the photograph', async () => {
    const [record] = await readRecords(gcgEval, files('A dog.', ['A dog'], [[[0, 0, 2, 0, 2, 2, 0, 2]]]));
    expect(record?.masks).toMatchObject([{ size: [2, 3], polygons: [[0, 0, 2, 0, 2, 2, 0, 2]] }]);
  });

  it('refuses polygons whose photograph has no known size', async () => {
    const unknown = { height: undefined, width: undefined };
    const parts = ['A dog.', ['A dog'], [[[0, 0, 2, 0, 2, 2]]]] as const;
    expect(await told(...parts, unknown)).toEqual(['no-mask', 'no-phrase']);
  });

  const mgsc = [
    {
      id: 'root',
      image: 'a.jpg',
      task: 'mgsc',
      conversations: [
        { from: 'human', value: '<image>\nDescribe the image.' },
        { from: 'gpt', value: '<p> A dog </p> [SEG] sits.' },
      ],
      masks: [left],
    },
    {
      id: 'part',
      image: 'a.jpg',
      task: 'mgsc',
      target: 'A dog',
      parent: 'root',
      conversations: [
        { from: 'human', value: '<image>\nDescribe the dog.' },
        { from: 'gpt', value: 'It has <p> a tail </p> [SEG].' },
      ],
      masks: [right],
    },
  ];

  it('writes and reads the six files of MGSC, a subtree with its root', async () => {
    const { files: written, losses } = await writeRecords(gcgEval, mgsc, { set: ['set=mgsc', 'ids=record'] });
    expect(losses).toEqual([]);
    expect(Object.keys(written).sort()).toEqual(
      ['all', 'root', 'subtree'].flatMap((set) => [`${set}_mgsc_caption_gt.json`, `${set}_mgsc_mask_gt.json`]),
    );
    const named = Object.fromEntries(Object.entries(written).map(([name, bytes]) => [`gt/${name}`, bytes]));
    const back = await readRecords(gcgEval, named, { paths: ['gt'] });
    expect(back).toMatchObject([
      { id: 'mgsc-root', task: 'mgsc', masks: [{ counts: '024' }] },
      { id: 'mgsc-part', target: 'A dog', parent: 'mgsc-root', masks: [{ counts: '42' }] },
    ]);
    for (const record of back) checkedRecord(record);
    const roots = await readRecords(gcgEval, named, {
      paths: ['gt/root_mgsc_mask_gt.json', 'gt/root_mgsc_caption_gt.json'],
    });
    expect(roots.map(({ id }) => id)).toEqual(['mgsc-root']);
  });

  it('names a second caption of a photograph by its record', async () => {
    const { losses } = await writeRecords(gcgEval, mgsc, { set: ['set=mgsc'] });
    expect(losses.map(({ code }) => code)).toEqual(['same-image']);
  });

  it('says what has no place in its files', async () => {
    const [root] = mgsc;
    const gone = { ...root!, conversations: [root!.conversations[0], { from: 'gpt', value: 'A dog.' }], masks: [] };
    const twice = {
      ...root!,
      conversations: [root!.conversations[0], { from: 'gpt', value: '<p> Two dogs </p> [SEG] [SEG].' }],
      masks: [left, right],
    };
    const { files: written, losses } = await writeRecords(gcgEval, [gone, twice]);
    expect(losses.map(({ code }) => code)).toEqual(['no-masks', 'several-seg']);
    const [back] = await readRecords(gcgEval, written);
    const truth = readGcgTruth(parsed(written['val_gcg_coco_mask_gt.json']!), undefined);
    expect(back?.masks).toHaveLength(1);
    expect(truth.ok && truth.value[0]?.annotations[0]?.['area']).toBe(4);
  });

  it('gives captions, phrases and pixels back, and is scored as perfect by the official reading', async () => {
    await fc.assert(
      fc.asyncProperty(generatedRecords(['gcg', 'reasoning']), async (records) => {
        const { files: written, losses } = await writeRecords(gcgEval, records);
        expect(losses).toEqual([]);
        const back = await readRecords(gcgEval, written);
        expect(back.map(keptOf)).toEqual(records.map(keptOf));
        for (const record of back) checkedRecord(record);
        const predictions = (await writeRecords(gcgPrediction, records)).files;
        const truth = readGcgTruth(
          parsed(written['val_gcg_coco_mask_gt.json']!),
          parsed(written['val_gcg_coco_caption_gt.json']!),
        );
        const pairs = (truth.ok ? truth.value : []).map((image) =>
          pairGcg(image, { place: PLACE, value: parsed(predictions[`${image.id}.json`]!) }, FILES),
        );
        expect(pairs).toHaveLength(records.length);
        for (const { work, problems } of pairs) {
          const { masks, texts } = work as CaptionWork;
          expect(problems).toEqual([]);
          expect(texts?.references).toEqual([texts?.hypothesis]);
          expect(masks?.labels).toEqual(masks?.phrases);
          expect(masks?.truth.map(({ area: own }) => own)).toEqual(masks?.truth.map(({ mask }) => area(mask)));
          expect(masks?.truth.map(({ mask }, i) => iou(mask, masks.predictions[i]!.mask))).toEqual(
            masks?.truth.map(() => 1),
          );
        }
      }),
      { numRuns: 40 },
    );
  });
});

const PLACE = { file: 'a.json', line: 0 };
const FILES = { set: 'gcg', reference: PLACE } as const;

function parsed(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes));
}
