import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMask } from '../../masks/maskValue.ts';
import { encodeCounts } from '../../masks/runLengthMask.ts';
import { checkedRecord } from '../../testing/convertedRecords.ts';
import { generatedRecords } from '../../testing/generatedRecords.ts';
import { MemoryImages, readEvents, readRecords, writeRecords } from '../../testing/memoryDataset.ts';
import type { NewRecord } from '../format.ts';
import { grandf } from './grandf.ts';

const FOLDER = 'test/fixtures/datasets/grandf';
const images = new MemoryImages({
  '000000491525.jpg': [640, 480],
  'train2017/000000491525.jpg': [640, 480],
  'COCO_train2014_000000491525.jpg': [640, 480],
});
const sample = (name: string) => JSON.parse(readFileSync(`${FOLDER}/grandf_${name}_GCG.json`, 'utf8')) as unknown;
const ANSWER =
  '<p> A man in a green shirt </p> [SEG] hugs <p> a black dog </p> [SEG] on <p> a patterned couch </p> [SEG].';

describe('grandf', () => {
  it.each([
    ['human_annotated', 2, 4],
    ['openpsg', 1, 3],
    ['refcocog', 1, 3],
    ['flickr', 1, 3],
  ])('reads the %s source: %i records with %i masks', async (name, records, masks) => {
    const read = await readRecords(grandf, { 'data.json': sample(name) }, { images });
    expect(read).toHaveLength(records);
    expect(read.flatMap((record) => record.masks)).toHaveLength(masks);
    expect(read[0]?.conversations[1]?.value.toLowerCase()).toBe(ANSWER.toLowerCase());
    for (const record of read) checkedRecord(record);
  });

  it('drops phrases that the caption does not hold with their masks, so that no mask slips', async () => {
    const events = await readEvents(grandf, { 'data.json': sample('human_annotated') }, { images });
    expect(
      events.map((event) =>
        event.kind === 'record' ? event.record.conversations[1]?.value : [event.code, event.message.slice(0, 8)],
      ),
    ).toEqual([
      ANSWER,
      ['phrase-not-found', '"dog-1" '],
      '<p> A man </p> [SEG] in a green shirt hugs a black dog on a patterned couch.',
    ]);
    const records = events.flatMap((event) => (event.kind === 'record' ? [event.record] : []));
    // The man's mask, though the dog's stands first in the file.
    expect(records[1]?.masks[0]).toEqual({ ...(records[0]?.masks[0] as object), label: 'A man' });
  });

  it('says what is no item of it, and that polygons need the photograph', async () => {
    const events = await readEvents(grandf, { 'data.json': [{ caption: 'x' }, ...(sample('refcocog') as unknown[])] });
    expect(events.map((event) => event.kind !== 'record' && event.code)).toEqual(['no-groundings', 'no-size']);
  });

  it('gives caption, phrases and pixels back', async () => {
    await fc.assert(
      fc.asyncProperty(generatedRecords(['gcg', 'reasoning']), async (records) => {
        const { files, losses } = await writeRecords(grandf, records);
        expect(losses).toEqual([]);
        const back = await readRecords(grandf, { 'data.json': files['']! });
        expect(back.map(kept)).toEqual(records.map(kept));
      }),
      { numRuns: 60 },
    );
  });

  it('joins the masks of a phrase that stands twice, and says so', async () => {
    const mask = (counts: string) => ({ size: [2, 2], counts });
    const record = {
      id: 'a',
      image: 'a.jpg',
      conversations: [
        { from: 'human', value: '<image>\nDescribe.' },
        { from: 'gpt', value: '<p> A dog </p> [SEG] and <p> A dog </p> [SEG].' },
      ],
      masks: [mask('013'), mask('112')],
    };
    const { losses } = await writeRecords(grandf, [record]);
    expect(losses.map(({ code }) => code)).toEqual(['same-phrase']);
  });
});

/** The answer, and the masks by pixel. */
function kept({ conversations, masks }: NewRecord): unknown {
  const runs = masks.map((mask) => {
    const read = readMask(mask);
    return read.ok ? encodeCounts(read.mask.counts) : read.message;
  });
  return { answer: conversations[1]!.value, runs };
}
