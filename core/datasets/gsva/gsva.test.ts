import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkedRecord } from '../../testing/convertedRecords.ts';
import { generatedRecords } from '../../testing/generatedRecords.ts';
import { readEvents, readRecords, writeRecords } from '../../testing/memoryDataset.ts';
import { gsva } from './gsva.ts';

const mask = (counts: string) => ({ size: [4, 4], counts });
const QUESTION = 'What are the dog, the zebra, and a cat in this image? Please output segmentation masks.';

function item(answer: string, masks: readonly unknown[] = [], question = QUESTION): object {
  return {
    id: 'a',
    image: 'a.jpg',
    conversations: [
      { from: 'human', value: `<image>\n${question}` },
      { from: 'gpt', value: answer },
    ],
    masks,
  };
}

describe('gsva', () => {
  it.each([
    'Sure, the dog:[SEG], the zebra:[REJ], a cat:[SEG].',
    'Sure,the dog:[SEG], the zebra:[REJ], a cat:[SEG].',
    'The segmentation results are the dog [SEG], the zebra [REJ], a cat [SEG].',
    'Sure, they are the dog:[SEG], the zebra:[REJ], a cat:[SEG].',
    'Sure, the mask of the dog is [SEG], the mask of the zebra is [REJ], the mask of a cat is [SEG].',
    'Sure, the segmentation of the dog is [SEG], the segmentation of the zebra is [REJ], the segmentation of a cat is [SEG].',
    'Sure, the referred the dog is [SEG], the referred the zebra is [REJ], the referred a cat is [SEG].',
    'Sure, <p> the dog </p> [SEG], the zebra:[REJ], and <p> a cat </p> [SEG].',
  ])('reads %s', async (answer) => {
    const files = { 'data.json': [item(answer, [mask('11>'), mask('22<')])] };
    const [record] = await readRecords(gsva, files);
    expect(record?.conversations[1]?.value).toBe(
      "Sure, <p> the dog </p> [SEG] and <p> a cat </p> [SEG]. But I don't see any zebra in this image.",
    );
    expect(record).toMatchObject({ negatives: ['zebra'], masks: [mask('11>'), mask('22<')] });
    checkedRecord(record!);
  });

  it('leaves the masks of what is rejected out', async () => {
    const masks = [mask('11>'), mask('`0'), mask('22<')];
    const [record] = await readRecords(gsva, {
      'data.json': [item('Sure, the dog:[SEG], the zebra:[REJ], a cat:[SEG].', masks)],
    });
    expect(record?.masks).toEqual([masks[0], masks[2]]);
  });

  it.each([
    ['zebra:[REJ]', 'Please segment the zebra in this image.', "Sorry, I don't see any zebra in this image."],
    ['Sure, it is [SEG].', 'Please segment the dog in this image.', 'Sure, it is <p> dog </p> [SEG].'],
    ['It is a fine day.', 'How is the weather?', 'It is a fine day.'],
    ['A <p> man </p> [SEG] smiles.', 'Describe it.', 'A <p> man </p> [SEG] smiles.'],
  ])('reads %j after %j', async (answer, question, expected) => {
    const masks = answer.includes('[SEG]') ? [mask('11>')] : [];
    const [record] = await readRecords(gsva, { 'data.json': [item(answer, masks, question)] });
    expect(record?.conversations[1]?.value).toBe(expected);
    checkedRecord(record!);
  });

  it('says where nothing tells what is rejected', async () => {
    const events = await readEvents(gsva, { 'data.json': [item('I see none [REJ] of these.')] });
    expect(events.map((event) => (event.kind === 'record' ? 'record' : event.code))).toEqual(['answer-form', 'record']);
  });

  it("writes lists in the question's order, and the masks with them", async () => {
    const [record] = await readRecords(gsva, {
      'data.json': [item('Sure, a cat:[SEG], the dog:[SEG], zebra:[REJ].', [mask('11>'), mask('22<')])],
    });
    const { files, losses } = await writeRecords(gsva, [record!]);
    expect(losses).toEqual([]);
    const [written] = JSON.parse(new TextDecoder().decode(files[''])) as ReturnType<typeof item>[];
    expect(written).toEqual(item('Sure, the dog:[SEG], zebra:[REJ], a cat:[SEG].', [mask('22<'), mask('11>')]));
  });

  it('gives text, phrases, denials and masks of referring records back', async () => {
    await fc.assert(
      fc.asyncProperty(generatedRecords(['referring', 'semantic']), async (records) => {
        const { files, losses } = await writeRecords(gsva, records);
        expect(losses).toEqual([]);
        const back = await readRecords(gsva, { 'data.json': files['']! });
        expect(back.map(kept)).toEqual(records.map(kept));
      }),
      { numRuns: 100 },
    );
  });

  it('gives phrases and masks of other records back, and says that words are lost', async () => {
    await fc.assert(
      fc.asyncProperty(generatedRecords(['gcg', 'reasoning', 'panoptic']), async (records) => {
        const { files, losses } = await writeRecords(gsva, records);
        expect(losses.map(({ code }) => code)).toEqual(records.map(() => 'text'));
        const back = await readRecords(gsva, { 'data.json': files['']! });
        const phrases = (texts: typeof records) =>
          texts.map(({ conversations, masks }) => [conversations[1]!.value.match(/<p> .*? <\/p>/g), masks]);
        expect(phrases(back)).toEqual(phrases(records));
      }),
      { numRuns: 50 },
    );
  });
});

function kept({
  conversations,
  masks,
  negatives = [],
}: {
  conversations: unknown;
  masks: unknown;
  negatives?: unknown;
}) {
  return { conversations, masks, negatives };
}
