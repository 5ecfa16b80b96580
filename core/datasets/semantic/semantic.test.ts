import fc from 'fast-check';
import { encode as encodePng } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { readMask } from '../../masks/maskValue.ts';
import { area, encodeCounts } from '../../masks/runLengthMask.ts';
import { checkedRecord } from '../../testing/convertedRecords.ts';
import { generatedRecords } from '../../testing/generatedRecords.ts';
import { MemoryImages, readEvents, readRecords, writeRecords } from '../../testing/memoryDataset.ts';
import { ADE20K } from '../classNames/ade20k.ts';
import { COCO_STUFF_182 } from '../classNames/cocoStuff.ts';
import type { NewRecord } from '../format.ts';
import { Random } from '../random.ts';
import { ade20k } from './ade20k.ts';
import { cocoStuff } from './cocoStuff.ts';
import { mapillary } from './mapillary.ts';

const SINGLE = ['multi=0'];

/** A grey PNG of 8 bits. */
function png(rows: readonly (readonly number[])[]): Uint8Array {
  const data = Uint8Array.from(rows.flat());
  return encodePng({ width: rows[0]!.length, height: rows.length, data, channels: 1, depth: 8 });
}

const answers = ({ conversations }: NewRecord) =>
  conversations.flatMap(({ from, value }) => (from === 'gpt' ? [value] : []));
const areas = ({ masks }: NewRecord) => masks.map((mask) => (mask as { area: number }).area);

describe('ade20k', () => {
  const map = png([
    [0, 1, 1, 3],
    [0, 1, 150, 3],
    [255, 1, 150, 3],
  ]);
  const files = { 'ade/annotations/training/a.png': map, 'ade/images/training/a.jpg': '' };
  const images = new MemoryImages({ 'a.jpg': [4, 3], 'ade/annotations/training/a.png': [4, 3] });

  it('asks for each class; 0 and 255 are none, and a value is one more than the place in the list', async () => {
    const [record] = await readRecords(ade20k, files, { paths: ['ade'], images, set: SINGLE });
    expect(answers(record!)).toEqual(['wall', 'sky', 'flag'].map((name) => `Sure, it is <p> ${name} </p> [SEG].`));
    expect(areas(record!)).toEqual([4, 3, 2]);
    expect(record).toMatchObject({ id: 'ade20k-a', image: 'a.jpg', width: 4, height: 3, task: 'semantic' });
    checkedRecord(record!);
  });

  it("points to the set's own PNG where masks=file is set", async () => {
    const [record] = await readRecords(ade20k, files, { paths: ['ade'], images, set: [...SINGLE, 'masks=file'] });
    expect(record!.masks).toEqual([
      { size: [3, 4], file: 'ade/annotations/training/a.png', value: 1, label: 'wall', bbox: [1, 0, 2, 3], area: 4 },
      { size: [3, 4], file: 'ade/annotations/training/a.png', value: 3, label: 'sky', bbox: [3, 0, 1, 3], area: 3 },
      { size: [3, 4], file: 'ade/annotations/training/a.png', value: 150, label: 'flag', bbox: [2, 1, 1, 2], area: 2 },
    ]);
  });

  it('takes so many classes as are wanted, the same again for the same seed', async () => {
    const read = () => readRecords(ade20k, files, { paths: ['ade'], images, set: [...SINGLE, 'classes=2'] });
    const [first, second] = [await read(), await read()];
    expect(first[0]!.masks).toHaveLength(2);
    expect(second).toEqual(first);
  });

  it('tells what it cannot use', async () => {
    const codes = async (content: unknown, reading = {}) =>
      (await readEvents(ade20k, { 'x/a.png': content }, { paths: ['x'], ...reading })).map((event) =>
        event.kind === 'record' ? 'record' : event.code,
      );
    expect(await codes('no picture')).toEqual(['no-label-map']);
    expect(await codes(png([[0, 0]]))).toEqual(['no-class']);
    expect(await codes(png([[1, 200]]))).toEqual(['unknown-value', 'record']);
    expect(await codes(map, { images: new MemoryImages({ 'a.jpg': [5, 3] }) })).toEqual(['other-size']);
    await expect(readEvents(ade20k, { 'x/a.txt': '' }, { paths: ['x'] })).rejects.toThrow('no label map');
  });

  it.each(['ceiling', 'painting', 'light', 'base', 'plaything'])('does not deny %s where it is', async (name) => {
    const value = ADE20K.indexOf(name) + 1;
    const maps = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [`ade/annotations/${i}.png`, png([[value, 1]])]),
    );
    const records = await readRecords(ade20k, maps, { paths: ['ade'], set: ['multi=1', 'most-negatives=20'] });
    const denied = records.flatMap(({ negatives }) => negatives ?? []);
    expect(new Set(denied).size).toBeGreaterThan(80);
    expect(denied).not.toContain(name);
  });

  it('asks for several and absent classes in the share that is wanted, each class once, and denies nothing that is there', async () => {
    const random = new Random(1, 'maps');
    const many: Record<string, Uint8Array> = {};
    const present = new Map<string, readonly number[]>();
    for (let i = 0; i < 200; i++) {
      const values = random.sample(
        ADE20K.map((_, at) => at + 1),
        6,
      );
      present.set(`ade20k-${i}`, values);
      many[`ade/annotations/${i}.png`] = png([values, values]);
    }
    const records = await readRecords(ade20k, many, { paths: ['ade'] });
    expect(records).toHaveLength(200);
    let [turns, several] = [0, 0];
    for (const record of records) {
      const names = present.get(record.id)!.map((value) => ADE20K[value - 1]!);
      expect(record.masks.map((mask) => (mask as { label: string }).label).sort()).toEqual([...names].sort());
      for (const negative of record.negatives ?? []) expect(names).not.toContain(negative);
      turns += answers(record).length;
      several += answers(record).filter((text) => /^Sorry|But I don't|\[SEG\].*\[SEG\]/.test(text)).length;
      checkedRecord(record);
    }
    // 30 % of the samples of 6 classes each; those that take others along leave fewer turns, and the last has no others.
    expect(several / turns).toBeGreaterThan(0.24);
    expect(several / turns).toBeLessThan(0.36);
  });
});

describe('coco-stuff', () => {
  const map = png([
    [0, 91, 157, 255],
    [0, 91, 95, 170],
  ]);
  const files = { 'maps/val2017/000000000139.png': map };

  it('has 182 classes, of which 28 have a hyphen', () => {
    expect(new Set(COCO_STUFF_182).size).toBe(182);
    expect(COCO_STUFF_182.filter((name) => name.includes('-'))).toHaveLength(28);
    expect([0, 91, 156, 181].map((value) => COCO_STUFF_182[value])).toEqual(['person', 'banner', 'sky', 'wood']);
  });

  it('leaves classes with a hyphen out, as the loaders do, or puts them in words', async () => {
    const images = new MemoryImages({ 'val2017/000000000139.jpg': [4, 2] });
    const [record] = await readRecords(cocoStuff, files, { paths: ['maps'], images, set: SINGLE });
    expect(answers(record!)).toEqual(
      ['person', 'banner', 'skyscraper'].map((name) => `Sure, it is <p> ${name} </p> [SEG].`),
    );
    expect(areas(record!)).toEqual([2, 2, 1]);
    expect(record!.image).toBe('val2017/000000000139.jpg');
    const [all] = await readRecords(cocoStuff, files, { paths: ['maps'], set: [...SINGLE, 'hyphens=words'] });
    expect(all!.masks.map((mask) => (mask as { label: string }).label)).toEqual([
      'person',
      'banner',
      'building',
      'skyscraper',
      'brick wall',
    ]);
    for (const each of [record!, all!]) checkedRecord(each);
  });

  it('has words for the 171 classes that are used, all different', async () => {
    const unused = [11, 25, 28, 29, 44, 65, 67, 68, 70, 82, 90];
    const row = COCO_STUFF_182.map((_, value) => value).filter((value) => !unused.includes(value));
    const [record] = await readRecords(
      cocoStuff,
      { 'maps/a.png': png([row]) },
      { paths: ['maps'], set: [...SINGLE, 'hyphens=words'] },
    );
    const labels = record!.masks.map((mask) => (mask as { label: string }).label);
    expect(new Set(labels).size).toBe(171);
    expect(labels.filter((label) => label.includes('-'))).toEqual([]);
  });
});

describe('mapillary', () => {
  const config = {
    labels: [
      { name: 'animal--bird', readable: 'Bird' },
      { name: 'construction--barrier--curb', readable: 'Curb' },
      { name: 'void--unlabeled', readable: 'Unlabeled' },
    ],
  };
  const files = {
    'm/config_v2.0.json': config,
    'm/training/v2.0/labels/x.png': png([[0, 1, 2, 1]]),
    'm/training/v2.0/panoptic/x.png': png([[0, 1, 2, 1]]),
  };

  it('names classes by the configuration in the folder, or above it', async () => {
    for (const paths of [['m'], ['m/training/v2.0/labels'], ['m/config_v2.0.json', 'm/training']]) {
      const records = await readRecords(mapillary, files, { paths, set: SINGLE });
      expect(records).toHaveLength(1);
      expect(answers(records[0]!)).toEqual(['bird', 'curb'].map((name) => `Sure, it is <p> ${name} </p> [SEG].`));
      expect(areas(records[0]!)).toEqual([1, 2]);
      checkedRecord(records[0]!);
    }
    await expect(readEvents(mapillary, { 'm/labels/x.png': png([[0]]) }, { paths: ['m'] })).rejects.toThrow(
      'config_v2.0.json',
    );
  });
});

describe('label maps', () => {
  it.each([
    ['ade20k', ade20k, ADE20K],
    ['coco-stuff', cocoStuff, COCO_STUFF_182.filter((name) => !name.includes('-'))],
    ['mapillary', mapillary, undefined],
  ] as const)('of %s give classes and pixels back', async (_, format, classes) => {
    await fc.assert(
      fc.asyncProperty(generatedRecords(['panoptic']), async (records) => {
        const random = new Random(7, 'names');
        const renamed = records.map((record) =>
          withNames(record, classes === undefined ? undefined : random.sample(classes, 5)),
        );
        const { files: out, losses } = await writeRecords(format, renamed);
        expect(losses.map(({ code }) => code)).toEqual(records.map(() => 'text'));
        const folder = Object.fromEntries(Object.entries(out).map(([name, bytes]) => [`out/${name}`, bytes]));
        const back = await readRecords(format, folder, { paths: ['out'], set: SINGLE });
        const expected = new Map(renamed.map((record) => [record.id, pixelsByClass(record)]));
        expect(new Map(back.map((record) => [String(record.provenance?.['sourceId']), pixelsByClass(record)]))).toEqual(
          expected,
        );
      }),
      { numRuns: 30 },
    );
  });

  it('tells phrases that are no class, and masks that share pixels', async () => {
    const mask = (counts: string) => ({ size: [2, 2], counts });
    const record = {
      id: 'a',
      image: 'a.jpg',
      width: 2,
      height: 2,
      conversations: [
        { from: 'human', value: '<image>\nCan you segment all the objects in this image?' },
        {
          from: 'gpt',
          value: 'Sure, the image contains <p> wall </p> [SEG], <p> zebra </p> [SEG], and <p> sky </p> [SEG].',
        },
      ],
      masks: [mask('022'), mask('013'), mask('112')],
    };
    const { losses } = await writeRecords(ade20k, [record]);
    expect(losses.map(({ code }) => code)).toEqual(['no-class', 'overlap', 'text']);
  });
});

/** A panoptic record with other phrases, as many as it has. */
function withNames(record: NewRecord, names: readonly string[] | undefined): NewRecord {
  if (names === undefined) return record;
  let next = 0;
  const value = record.conversations[1]!.value.replace(/<p> [^<]* <\/p>/g, () => `<p> ${names[next++]} </p>`);
  return { ...record, conversations: [record.conversations[0]!, { from: 'gpt', value }] };
}

function pixelsByClass({ conversations, masks }: NewRecord): unknown {
  const phrases = conversations.flatMap(({ value }) =>
    [...value.matchAll(/<p> (.*?) <\/p>/g)].map((match) => match[1]!),
  );
  return masks
    .map((mask, i) => {
      const read = readMask(mask);
      return read.ok
        ? `${phrases[i]!.toLowerCase()} ${area(read.mask)} ${encodeCounts(read.mask.counts)}`
        : read.message;
    })
    .sort();
}
