import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBitmap } from '../../masks/runLengthMask.ts';
import { JsonRecord } from '../../records/jsonRecord.ts';
import { RecordModel } from '../../records/recordModel.ts';
import { processorMs } from '../../testing/processorMs.ts';
import { captionRecords, groundedText } from './captionRecords.ts';
import type { Pair } from './work.ts';

const mask = (...pixels: number[]) => fromBitmap(Uint8Array.from(pixels), 2, 2);

describe('a caption with its phrases', () => {
  it('has each in its tags where it stands, and the others behind it', () => {
    expect(groundedText('A dog on the grass near a dog.', ['a dog', 'the grass', 'a dog', 'a cat', ''])).toEqual({
      text: '<p> A dog </p> [SEG] on <p> the grass </p> [SEG] near <p> a dog </p> [SEG]. <p> a cat </p> [SEG] <p> mask 5 </p> [SEG]',
      order: [0, 1, 2, 3, 4],
    });
    expect(groundedText('the grass and a dog', ['a dog', 'grass'])).toEqual({
      text: 'the <p> grass </p> [SEG] and <p> a dog </p> [SEG]',
      order: [1, 0],
    });
    expect(groundedText('a dog', ['a dog', 'dog'])).toMatchObject({ order: [0, 1] });
  });

  it('names every mask once, whatever the words are', () => {
    const word = fc.constantFrom('a', ' ', 'dog', '[SEG]', '<p>', '</p>', 'İ', 'ß', '.');
    const text = fc.array(word, { maxLength: 12 }).map((words) => words.join(''));
    fc.assert(
      fc.property(text, fc.array(text, { maxLength: 6 }), (caption, phrases) => {
        const { text: grounded, order } = groundedText(caption, phrases);
        expect([...order].sort()).toEqual(phrases.map((_, i) => i));
        expect(grounded.split('[SEG]').length - 1).toBe(phrases.length);
      }),
    );
  });

  it('takes time by the length of the caption', () => {
    const started = processorMs();
    groundedText(
      'a '.repeat(50_000),
      Array.from({ length: 20_000 }, () => 'a'),
    );
    expect(processorMs() - started).toBeLessThan(2000);
  });
});

it('a pair of official files becomes two records', () => {
  const pair: Pair = {
    id: '7',
    reference: { file: 'r.json', line: 0 },
    prediction: { file: 'p.json', line: 0 },
    image: 'a.jpg',
    problems: [],
    work: {
      kind: 'caption',
      set: 'gcg',
      texts: { hypothesis: 'A cat.', references: ['A dog on grass.'] },
      masks: {
        id: 7,
        order: 0,
        truth: [{ mask: mask(1, 0, 0, 0) }, { mask: mask(0, 1, 1, 1) }],
        predictions: [{ mask: mask(1, 1, 0, 0) }],
        labels: ['grass', 'A dog'],
        phrases: ['a cat'],
      },
    },
  };
  const { reference, prediction } = captionRecords(pair)!;
  const model = new RecordModel(new JsonRecord(JSON.stringify(reference)), undefined);
  expect(model).toMatchObject({ id: '7', image: 'a.jpg', task: 'gcg' });
  expect(model.answers[0]!.text).toBe('<p> A dog </p> [SEG] on <p> grass </p> [SEG].');
  expect(model.masks).toHaveLength(2);
  expect(prediction).toMatchObject({ conversations: [{}, { value: '<p> A cat </p> [SEG].' }] });
  expect(captionRecords({ ...pair, work: undefined as never })).toBeUndefined();
});
