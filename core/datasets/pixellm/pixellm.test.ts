import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkedRecord } from '../../testing/convertedRecords.ts';
import { generatedRecords } from '../../testing/generatedRecords.ts';
import { readEvents, readRecords, writeRecords } from '../../testing/memoryDataset.ts';
import { joinedGroups } from './groups.ts';
import { pixellm } from './pixellm.ts';

const GROUP = '[SEG0] [SEG1] [SEG2]';
const MASKS = [
  { size: [4, 4], counts: '11>' },
  { size: [4, 4], counts: '22<' },
  { size: [4, 4], counts: '33:' },
];

function item(question: string, answer: string, count: number): object {
  const conversations = [
    { from: 'human', value: `<image>\n${question}` },
    { from: 'gpt', value: answer },
  ];
  return { id: 'a', image: 'a.jpg', conversations, masks: MASKS.slice(0, count) };
}

describe('token groups', () => {
  it.each([
    ['a [SEG0] [SEG1] [SEG2].', 'a [SEG].'],
    ['[SEG0][SEG1] [SEG0] [SEG1]', '[SEG] [SEG]'],
    ['[SEG0], [SEG1]', '[SEG], [SEG]'],
    ['[SEG0] and [SEG0] [SEG1] [SEG2] [SEG3]', '[SEG] and [SEG]'],
    ['[SEG] [SEG2]', '[SEG] [SEG]'],
    ['none', 'none'],
  ])('of %j are %j', (text, joined) => expect(joinedGroups(text)).toBe(joined));
});

describe('pixellm', () => {
  const one = 'Please segment the dog in this image.';
  const three = 'Can you segment the dog, red car and tree in this image?';
  const all = 'Sure, <p> dog </p> [SEG], <p> red car </p> [SEG], and <p> tree </p> [SEG].';
  it.each([
    [one, `It is ${GROUP}.`, 'Sure, it is <p> dog </p> [SEG].'],
    [one, `${GROUP}.`, 'Sure, it is <p> dog </p> [SEG].'],
    [one, 'Sure, the segmentation result is [SEG].', 'Sure, it is <p> dog </p> [SEG].'],
    [one, `dog is ${GROUP}.`, '<p> dog </p> [SEG].'],
    [one, `The segmentation result of dog is ${GROUP}.`, 'The segmentation result of <p> dog </p> [SEG].'],
    [three, `dog, red car and tree are ${GROUP}, ${GROUP} and ${GROUP}, separately.`, all],
    [three, `Sure, they are ${GROUP}, ${GROUP} and ${GROUP}.`, all],
    [three, `${GROUP}, ${GROUP} and ${GROUP}.`, all],
    [
      three,
      `tree is ${GROUP}, red car is ${GROUP} and dog is ${GROUP}.`,
      '<p> tree </p> [SEG], <p> red car </p> [SEG] and <p> dog </p> [SEG].',
    ],
    ['What runs?', `A <p> dog </p> ${GROUP} runs.`, 'A <p> dog </p> [SEG] runs.'],
  ])('reads after %j the answer %j', async (question, answer, expected) => {
    const count = expected.split('[SEG]').length - 1;
    const [record] = await readRecords(pixellm, { 'data.json': [item(question, answer, count)] });
    expect(record?.conversations[1]?.value).toBe(expected);
    expect(record?.masks).toEqual(MASKS.slice(0, count));
    checkedRecord(record!, ['answer-template']);
  });

  it('says where nothing tells the words of a mask', async () => {
    const events = await readEvents(pixellm, { 'data.json': [item('What runs?', `Fast ${GROUP} it runs.`, 1)] });
    expect(
      events.map((event) => (event.kind === 'record' ? event.record.conversations[1]?.value : event.code)),
    ).toEqual(['no-phrase', 'Fast [SEG] it runs.']);
  });

  it.each([1, 3, 6])('gives everything back with tags=true and %i tokens', async (tokens) => {
    await fc.assert(
      fc.asyncProperty(generatedRecords(), async (records) => {
        const { files, losses } = await writeRecords(pixellm, records, { set: ['tags=true', `tokens=${tokens}`] });
        expect(losses).toEqual([]);
        const back = await readRecords(pixellm, { 'data.json': files['']! });
        const kept = (all: typeof records) => all.map(({ conversations, masks }) => ({ conversations, masks }));
        expect(kept(back)).toEqual(kept(records));
      }),
      { numRuns: 40 },
    );
  });

  it('gives what a question lists back without tags', async () => {
    await fc.assert(
      fc.asyncProperty(generatedRecords(['referring', 'semantic']), async (records) => {
        const { files, losses } = await writeRecords(pixellm, records);
        expect(losses.map(({ code }) => code)).toEqual(records.map(() => 'tags'));
        expect(new TextDecoder().decode(files[''])).not.toMatch(/<p>|\[SEG\]/);
        const back = await readRecords(pixellm, { 'data.json': files['']! });
        const kept = (all: typeof records) => all.map(({ conversations, masks }) => ({ conversations, masks }));
        expect(kept(back)).toEqual(kept(records));
      }),
      { numRuns: 60 },
    );
  });
});
