import { describe, expect, it } from 'vitest';
import { checkedRecord } from '../../testing/convertedRecords.ts';
import { asReadRecord, MemoryImages, readEvents, readRecords, writeRecords } from '../../testing/memoryDataset.ts';
import { llava } from './llava.ts';

const ITEM = {
  id: 7,
  image: 'a.jpg',
  conversations: [
    { from: 'human', value: 'What is this?\n<image>' },
    { from: 'gpt', value: 'A dog.' },
    { from: 'human', value: 'Where?' },
    { from: 'gpt', value: 'On a sofa.' },
  ],
};
const images = new MemoryImages({ 'a.jpg': [640, 480] });

describe('llava', () => {
  it.each([
    ['a list', { 'data.json': [ITEM] }],
    ['lines', { 'data.jsonl': `${JSON.stringify(ITEM)}\n\n` }],
    ['lines by another name', { 'data.json': `${JSON.stringify(ITEM)}\n${JSON.stringify({ ...ITEM, id: 8 })}\n` }],
  ])('reads %s', async (_, files) => {
    const [record] = await readRecords(llava, files, { images });
    expect(record).toEqual({
      id: '7',
      image: 'a.jpg',
      width: 640,
      height: 480,
      conversations: [
        { from: 'human', value: '<image>\nWhat is this?' },
        { from: 'gpt', value: 'A dog.' },
        { from: 'human', value: 'Where?' },
        { from: 'gpt', value: 'On a sofa.' },
      ],
      masks: [],
      provenance: { dataset: 'llava', sourceId: '7' },
    });
    checkedRecord(record!);
  });

  it('says what it leaves out, and goes on', async () => {
    const turns = (...all: readonly (readonly [string, string])[]) => all.map(([from, value]) => ({ from, value }));
    const events = await readEvents(llava, {
      'data.json': [
        { id: 1, conversations: [] },
        'x',
        {
          id: 2,
          image: 'a.jpg',
          conversations: turns(['gpt', 'Hi.'], ['human', 'a'], ['human', 'b'], ['gpt', 'c'], ['human', 'd']),
        },
        { id: 3, image: 'a.jpg', conversations: turns(['gpt', 'Hi.']) },
      ],
    });
    expect(
      events.map((event) =>
        event.kind === 'record' ? event.record.conversations.map(({ value }) => value) : [event.from.item, event.code],
      ),
    ).toEqual([
      ['item 1', 'no-image'],
      ['item 2', 'no-conversations'],
      ['item 3', 'turn-order'],
      ['item 3', 'turn-order'],
      ['item 3', 'turn-order'],
      ['<image>\na\nb', 'c'],
      ['item 4', 'turn-order'],
      ['item 4', 'no-turns'],
    ]);
  });

  it('gives the same texts back, and says that masks are lost', async () => {
    const [record] = await readRecords(llava, { 'data.json': [ITEM] }, { images });
    const answer = 'Sure, it is <p> the dog </p> [SEG].';
    const mask = { size: [2, 2], counts: '04' };
    const grounded = {
      ...record!,
      conversations: [record!.conversations[0]!, { from: 'gpt', value: answer }],
      masks: [mask],
    };
    const { files, losses } = await writeRecords(llava, [record!, grounded]);
    expect(losses.map(({ code }) => code)).toEqual(['masks']);
    expect(await readRecords(llava, { 'data.json': files['']! }, { images })).toEqual([
      record,
      { ...grounded, masks: [] },
    ]);
    const whole = await writeRecords(llava, [grounded], { set: ['masks=true'] });
    expect(whole.losses).toEqual([]);
    expect(await readRecords(llava, { 'data.json': whole.files['']! }, { images })).toEqual([grounded]);
  });

  it('names photographs as seen from the output, and writes values of label maps as runs', async () => {
    const answer = 'Sure, it is <p> the dog </p> [SEG].';
    const turns = [
      { from: 'human', value: '<image>\nWhere?' },
      { from: 'gpt', value: answer },
    ];
    const inRuns = asReadRecord({
      id: 'a',
      image: 'a.jpg',
      conversations: turns,
      masks: [{ size: [2, 2], counts: '04' }],
    });
    const segments = inRuns.segments.map((segment) => ({ ...segment, value: { file: 'labels/a.png', value: 3 } }));
    const written: string[] = [];
    const writer = llava.write!({
      folder: '/out',
      file: () => ({ write: (data) => void written.push(String(data)) }),
      options: { masks: true },
      seed: 0,
      relative: (path) => `../${path}`,
    });
    expect(await writer.add({ ...inRuns, imagePath: 'in/a.jpg', segments })).toEqual([]);
    await writer.end();
    expect(JSON.parse(written.join(''))).toMatchObject([
      { image: '../in/a.jpg', conversations: turns, masks: [{ size: [2, 2], counts: '04' }] },
    ]);
  });
});
