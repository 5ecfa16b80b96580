/** `--fix` never takes a mask away on a guess, and never gives one to another phrase. */
import { describe, expect, it } from 'vitest';
import { RecordCell } from '../records/document.ts';
import { RecordModel } from '../records/recordModel.ts';
import { recordAround } from '../testing/fixtures.ts';
import { fixRecord } from './fixRecord.ts';

const mask = (label?: string) => ({ size: [2, 2], counts: [1, 3], ...(label !== undefined && { label }) });
const masks = (count: number) => Array.from({ length: count }, (_, i) => ({ ...mask(), source: i }));

function fixed(answer: string, more: Record<string, unknown>, question = 'What is the food with the most vitamin C?') {
  const conversations = [
    { from: 'human', value: `<image>\n${question}` },
    { from: 'gpt', value: answer },
  ];
  const before = JSON.stringify(recordAround(answer, { conversations, ...more }));
  const options = { kinds: ['safe', 'suggested'] as const, scopes: ['turn', 'record', 'pixels'] as const };
  const { source } = fixRecord('jsonl', before, options);
  expect(fixRecord('jsonl', source, options).source).toBe(source);
  const model = new RecordModel(new RecordCell('jsonl', source, { line: 0, character: 0 }).record);
  return { answer: model.answers[0]!.text, masks: model.masks };
}

describe('--fix', () => {
  it.each([
    ['Sure, [SEG].', 1],
    ['[SEG]', 1],
    ['It is [SEG].', 1],
    ['Sure, they are [SEG], [SEG].', 2],
    ['Sure, [SEG] and [SEG].', 2],
    ['the dog:[SEG], the cat:[SEG]', 2],
    ['dog is [SEG].', 1],
    ['The segmentation result of dog is [SEG].', 1],
    ['A <p> </p> [SEG] on a chair.', 1],
    ['<p></p>[SEG]', 1],
    ['A <p> [SEG] man.', 1],
    ['A </p> [SEG] man.', 1],
    ['A <p> man with <p> a hat </p> [SEG] on </p> [SEG].', 2],
    ['<p> the dogs </p> [SEG0] [SEG1] and <p> the cat </p> [SEG]', 3],
    ['Just text.', 2],
    ['<p> a </p> and <p> b </p> [SEG] and <p> c </p>', 2],
    // The `[SEG]` of the first phrase is lost beyond recognition; its mask is not the last one.
    ['a dog </p> [EG], <p> a cat </p> [SEG], and <p> a tv </p> [SEG]', 3],
  ])('keeps every mask of %j', (answer, count) => {
    const all = masks(count);
    expect(fixed(answer, { masks: all }).masks).toEqual(all);
  });

  it.each([
    ['I see <p> a dog </p> is [SEG].', 1],
    ['I see <p> a dog </p> near the [EGS] [SEG].', 1],
    ['<p> a dog </p> \\[SEG\\].', 1],
  ])('takes no tags from a phrase whose [SEG] may stand elsewhere: %j', (answer, count) => {
    expect(fixed(answer, { masks: masks(count) }).answer).toContain('<p> a dog </p>');
  });

  it.each([undefined, 'not-there.masks.json', null])('takes no tags where the masks are not known: %j', (unknown) => {
    const answer = 'A <p> dog </p> runs behind <p> a cat </p> [SEG].';
    expect(fixed(answer, { masks: unknown }).answer).toBe(answer);
  });

  it('makes no phrase of a whole sentence', () => {
    expect(fixed('I see a dog is [SEG].', { masks: masks(1) }).answer).toBe('I see a dog is [SEG].');
  });

  it('writes what PixelLM and GSVA say', () => {
    expect(fixed('dog is [SEG].', { masks: masks(1) }).answer).toBe('<p> dog </p> [SEG].');
    expect(fixed('the dog:[SEG], the cat:[SEG]', { masks: masks(2) }).answer).toBe(
      '<p> the dog </p> [SEG], <p> the cat </p> [SEG]',
    );
    expect(fixed('zebra:[REJ]', { masks: [] }).answer).toBe("Sorry, I don't see any zebra in this image.");
    const list = 'Sure, <p> the dog </p> [SEG]. zebra:[REJ]';
    expect(fixed(list, { masks: masks(1) }).answer).toBe(list);
  });

  it('inserts [SEG] only where the number of masks leaves no doubt', () => {
    expect(fixed('A <p> man </p> on <p> a horse </p> [SEG].', { masks: masks(2) }).answer).toBe(
      'A <p> man </p> [SEG] on <p> a horse </p> [SEG].',
    );
    const doubtful = 'A <p> man </p> on <P>a horse</P> [SEG0] [SEG1].';
    expect(fixed(doubtful, { masks: masks(3) }).answer).toContain('<p> man </p> on');
  });

  it('takes the last masks only where no label says otherwise', () => {
    const answer = '<p> a dog </p> [SEG] and <p> a cat </p> [SEG]';
    expect(fixed(answer, { masks: masks(3) }).masks).toHaveLength(2);
    expect(fixed(answer, { masks: [mask('dog'), mask('tree'), mask('cat')] }).masks).toHaveLength(3);
    expect(fixed(answer, { masks: masks(3) }, 'Where is [SEG] the cat?').masks).toHaveLength(3);
  });

  it('takes the mask of what is denied only where it is empty', () => {
    const answer = "Sure, <p> the dog </p> [SEG]. But I don't see any <p> zebra </p> [SEG] in this image.";
    expect(fixed(answer, { masks: masks(2) })).toEqual({ answer, masks: masks(2) });
    expect(fixed(answer, { masks: 'not-there.masks.json' }).answer).toBe(answer);
    expect(fixed(answer, { masks: [mask(), { size: [2, 2], counts: 'abc~' }] }).answer).toBe(answer);
    const plain = "Sure, <p> the dog </p> [SEG]. But I don't see any zebra in this image.";
    expect(fixed(answer, { masks: [mask(), { size: [2, 2], counts: [4] }] })).toEqual({
      answer: plain,
      masks: [mask()],
    });
    expect(fixed(answer, { masks: masks(1) })).toEqual({ answer: plain, masks: masks(1) });
  });

  it('leaves captions that speak of what is absent alone', () => {
    const caption = 'There is no one in this image wearing <p> a hat </p> [SEG].';
    expect(fixed(caption, { masks: masks(1) }).answer).toBe(caption);
    expect(fixed('There are no other people in the image.', { masks: [] }).answer).toBe(
      'There are no other people in the image.',
    );
    const asked = 'Please segment the dog and the zebra in this image.';
    expect(fixed('Sure, it is <p> the dog </p> [SEG], but there is no zebra.', { masks: masks(1) }, asked).answer).toBe(
      "Sure, it is <p> the dog </p> [SEG]. But I don't see any zebra in this image.",
    );
  });
});
