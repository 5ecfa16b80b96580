import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkedRecord } from '../../testing/convertedRecords.ts';
import { generatedRecords } from '../../testing/generatedRecords.ts';
import { keptOf } from '../../testing/keptRecord.ts';
import { readEvents, readRecords, writeRecords } from '../../testing/memoryDataset.ts';
import { omgLlava } from './omg.ts';

const left = { size: [2, 3], counts: '024' };
const right = { size: [2, 3], counts: '42' };
const item = (conversation: readonly object[], masks: readonly unknown[], more: object = {}) => ({
  image: 'a.jpg',
  conversation,
  masks,
  ...more,
});
const told = async (value: unknown) =>
  (await readEvents(omgLlava, { 'a.json': [value] })).map((event) =>
    event.kind === 'record' ? event.record.conversations[1]?.value : event.code,
  );

describe('omg-llava', () => {
  it.each([
    ['pairs', [{ input: '<image>\nDescribe it.', output: 'It is <p>Dog</p>[SEG].' }]],
    [
      'turns',
      [
        { from: 'human', value: '<image>\nDescribe it.' },
        { from: 'gpt', value: 'It is <p>Dog</p>[SEG].' },
      ],
    ],
  ])('reads %s, and gives the tags their spaces', async (_, conversation) => {
    const [record] = await readRecords(omgLlava, { 'a.json': [item(conversation, [left])] });
    expect(record?.conversations).toEqual([
      { from: 'human', value: '<image>\nDescribe it.' },
      { from: 'gpt', value: 'It is <p> Dog </p> [SEG].' },
    ]);
    expect(record).toMatchObject({ masks: [left], width: 3, height: 2 });
    checkedRecord(record!);
  });

  it('gives a [SEG] without a phrase the one of its question', async () => {
    const ask = (input: string) => item([{ input, output: 'Sure, it is [SEG].' }], [left]);
    for (const question of ['Can you segment the dog in this image?', 'Can you segment the dog in this image'])
      expect(await told(ask(question))).toEqual(['bare-seg', 'Sure, it is <p> dog </p> [SEG].']);
    expect(await told(ask('What is the thing that barks?'))).toEqual(['bare-seg']);
  });

  it('says what has no place in USCDF', async () => {
    const pair = { input: 'Describe it.', output: 'It is <p> Dog </p> [SEG].' };
    expect(await told(item([pair], [left, right]))).toEqual(['count-mismatch']);
    expect(await told(item([pair], [{}]))).toEqual(['no-mask']);
    const polygons = [[[0, 0, 2, 0, 2, 2]]];
    expect(await told(item([pair], polygons))).toEqual(['no-mask']);
    expect(await told(item([pair], polygons, { height: 2, width: 3 }))).toEqual([pair.output]);
    expect(await told(item([{ ...pair, input: 'What is region1 <region>?' }], [left]))).toEqual(['region']);
    expect(await told(item([], []))).toEqual(['no-conversation']);
    expect(await told({ ...item([pair], [left]), image: undefined })).toEqual(['no-image']);
    expect(await told({ file_name: 'a.jpg', groundings: {} })).toEqual(['grandf']);
  });

  it('writes the answers as the loaders of OMG-LLaVA make them', async () => {
    const [record] = await readRecords(omgLlava, {
      'a.json': [
        item(
          [{ input: 'Please segment big Dog in this image.', output: 'Sure, it is <p> big Dog </p> [SEG].' }],
          [left],
        ),
      ],
    });
    const { files, losses } = await writeRecords(omgLlava, [record!], { set: ['answers=official'] });
    expect(losses).toEqual([]);
    expect(JSON.parse(new TextDecoder().decode(files['']))).toEqual([
      {
        id: 'item 1',
        image: 'a.jpg',
        height: 2,
        width: 3,
        conversation: [{ input: '<image>\nPlease segment big Dog in this image.', output: '<p> Big dog </p> [SEG].' }],
        masks: [left],
      },
    ]);
  });

  it('leaves a record out of which a mask cannot be read', async () => {
    const record = {
      id: 'a',
      image: 'a.jpg',
      conversations: [
        { from: 'human', value: '<image>\nDescribe it.' },
        { from: 'gpt', value: 'It is <p> a dog </p> [SEG].' },
      ],
      masks: [{ size: [2, 3], counts: '!' }],
    };
    const { files, losses } = await writeRecords(omgLlava, [record]);
    expect(losses.map(({ code }) => code)).toEqual(['mask']);
    expect(new TextDecoder().decode(files[''])).toBe('[]\n');
  });

  it('gives questions, answers and pixels back', async () => {
    await fc.assert(
      fc.asyncProperty(generatedRecords(), async (records) => {
        const { files, losses } = await writeRecords(omgLlava, records);
        expect(losses).toEqual([]);
        const back = await readRecords(omgLlava, { 'a.json': files['']! });
        expect(back.map(keptOf)).toEqual(records.map(keptOf));
        expect(back.map(({ conversations }) => conversations)).toEqual(
          records.map(({ conversations }) => conversations),
        );
      }),
      { numRuns: 60 },
    );
  });
});
