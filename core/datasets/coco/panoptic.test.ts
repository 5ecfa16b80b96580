import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMask } from '../../masks/maskValue.ts';
import { encodeCounts } from '../../masks/runLengthMask.ts';
import { checkedRecord } from '../../testing/convertedRecords.ts';
import { generatedRecords } from '../../testing/generatedRecords.ts';
import { readEvents, readRecords, writeRecords } from '../../testing/memoryDataset.ts';
import { CLASS_NAMES } from '../classNames/index.ts';
import type { NewRecord } from '../format.ts';
import { cocoPanoptic } from './panoptic.ts';
import { panopticCategory, panopticWords } from './panopticNames.ts';

const FOLDER = 'test/fixtures/datasets/coco-panoptic';
interface Official {
  images: { id: number }[];
  annotations: {
    image_id: number;
    segments_info: { id: number; category_id: number; area: number; bbox: number[]; iscrowd: number }[];
  }[];
  categories: { id: number; name: string; isthing: number }[];
}
const official = JSON.parse(readFileSync(`${FOLDER}/panoptic.json`, 'utf8')) as Official;
const files: Record<string, unknown> = { [`${FOLDER}/panoptic.json`]: official };
for (const name of readdirSync(`${FOLDER}/panoptic`))
  files[`${FOLDER}/panoptic/${name}`] = readFileSync(`${FOLDER}/panoptic/${name}`);
const paths = [`${FOLDER}/panoptic.json`];

describe('coco-panoptic', () => {
  it('reads every segment with the area and the box that the file says', async () => {
    const records = await readRecords(cocoPanoptic, files, { paths, set: ['crowd=true'] });
    expect(records).toHaveLength(official.images.length);
    for (const record of records) {
      const segments = official.annotations.find(
        ({ image_id }) => image_id === record.provenance?.['sourceId'],
      )!.segments_info;
      const sorted = [...segments].sort((a, b) => a.category_id - b.category_id);
      expect(record.masks.map((mask) => [(mask as { area: number }).area, (mask as { bbox: number[] }).bbox])).toEqual(
        sorted.map(({ area, bbox }) => [area, bbox]),
      );
      checkedRecord(record, ['long-line']);
    }
  });

  it('takes the folder that the JSON file and the PNGs lie in', async () => {
    const records = await readRecords(cocoPanoptic, files, { paths: [FOLDER] });
    expect(records.length).toBeGreaterThan(0);
    expect(records).toEqual(await readRecords(cocoPanoptic, files, { paths }));
  });

  it('leaves crowds out unless they are wanted', async () => {
    const events = await readEvents(cocoPanoptic, files, { paths });
    const crowds = official.annotations
      .flatMap(({ segments_info }) => segments_info)
      .filter(({ iscrowd }) => iscrowd === 1);
    expect(crowds.length).toBeGreaterThan(0);
    expect(events.flatMap((event) => (event.kind === 'changed' ? [event.code] : []))).toEqual(
      crowds.map(() => 'crowd'),
    );
  });

  it("uses MGLMM's words, which are all different, and finds the categories by them", () => {
    const words = official.categories.map(({ name }) => panopticWords(name));
    expect(new Set(words).size).toBe(133);
    for (const { id, name, isthing } of official.categories)
      expect(panopticCategory(panopticWords(name))).toEqual({ id, name, isThing: isthing === 1 });
    const known = new Set(CLASS_NAMES.map(({ name }) => name));
    expect(words.filter((word) => !known.has(word))).toEqual([]);
  });

  it.each(['png', 'detection'])('gives the same records back in the %s form', async (form) => {
    const records = await readRecords(cocoPanoptic, files, { paths, set: ['crowd=true'] });
    const written = await writeRecords(cocoPanoptic, records, { set: [`form=${form}`] });
    const back = await readRecords(cocoPanoptic, { ...written.files }, { paths: ['panoptic.json'] });
    expect(back.map(({ conversations, masks }) => ({ conversations, masks }))).toEqual(
      records.map(({ conversations, masks }) => ({ conversations, masks })),
    );
  });

  it.each(['png', 'detection'])('keeps the pixels of any masks that share none, in the %s form', async (form) => {
    await fc.assert(
      fc.asyncProperty(generatedRecords(['panoptic']), async (records) => {
        const written = await writeRecords(cocoPanoptic, records, { set: [`form=${form}`] });
        const back = await readRecords(cocoPanoptic, { ...written.files }, { paths: ['panoptic.json'] });
        expect(back.map(segments)).toEqual(records.map(segments));
      }),
      { numRuns: 40 },
    );
  });

  it('says that masks share pixels, and gives those to the later one', async () => {
    const mask = (counts: string) => ({ size: [2, 2], counts });
    const record = {
      id: 'a',
      image: 'a.jpg',
      conversations: [
        { from: 'human', value: '<image>\nCan you segment all the objects in this image?' },
        { from: 'gpt', value: 'Sure, the image contains <p> dog </p> [SEG] and <p> red kite </p> [SEG].' },
      ],
      masks: [mask('022'), mask('112')],
    };
    const { losses, files: out } = await writeRecords(cocoPanoptic, [record]);
    expect(losses.map(({ code }) => code)).toEqual(['overlap', 'text']);
    const json = JSON.parse(new TextDecoder().decode(out['panoptic.json'])) as Official;
    expect(json.annotations[0]?.segments_info.map(({ area }) => area)).toEqual([1, 1]);
    expect(json.categories.map(({ id, name }) => [id, name])).toEqual([
      [18, 'dog'],
      [1001, 'red kite'],
    ]);
  });

  it('tells PNGs that are missing or of other segments', async () => {
    const events = await readEvents(cocoPanoptic, { 'panoptic.json': official }, { paths: ['panoptic.json'] });
    expect(new Set(events.map((event) => (event.kind === 'record' ? 'record' : event.code)))).toEqual(
      new Set(['no-png', 'no-segments']),
    );
  });
});

/** The words and pixels of each segment, whatever their order. */
function segments({ conversations, masks }: NewRecord): unknown {
  const phrases = [...conversations[1]!.value.matchAll(/<p> (.*?) <\/p>/g)].map((match) => match[1]!);
  return masks
    .map((mask, i) => {
      const read = readMask(mask);
      return `${phrases[i]} ${read.ok ? encodeCounts(read.mask.counts) : read.message}`;
    })
    .sort();
}
