import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBitmap } from '../masks/bitmap.ts';
import { encodeCounts } from '../masks/counts.ts';
import { RecordCell } from '../records/document.ts';
import { RecordModel } from '../records/recordModel.ts';
import { generatedRecord } from '../testing/generatedRecords.ts';
import { cohensKappa, recordAgreement } from './agreement.ts';

const model = (value: unknown) =>
  new RecordModel(new RecordCell('jsonl', JSON.stringify(value), { line: 0, character: 0 }).record);

/** Four columns of two pixels, given column by column: `1` is foreground. */
function mask(pixels: string): unknown {
  const [height, width] = [2, 4];
  const rows = new Uint8Array(height * width);
  for (let i = 0; i < pixels.length; i++) rows[(i % height) * width + Math.floor(i / height)] = Number(pixels[i]);
  return { size: [height, width], counts: encodeCounts(fromBitmap(rows, height, width).counts) };
}

const record = (
  answer: string,
  masks: readonly string[],
  question = 'Please segment the dog and the zebra in this image.',
) =>
  model({
    id: 'r',
    image: 'a.jpg',
    conversations: [
      { from: 'human', value: `<image>\n${question}` },
      { from: 'gpt', value: answer },
    ],
    masks: masks.map(mask),
  });

describe('cohensKappa', () => {
  it('is that of the textbook example', () => {
    // 50 grants, two readers: 20 both yes, 5 the first alone, 10 the second alone, 15 both no (Wikipedia's example).
    expect(cohensKappa([20, 5, 10, 15])).toBeCloseTo(0.4, 12);
    expect(cohensKappa([10, 0, 0, 10])).toBe(1);
    expect(cohensKappa([0, 10, 10, 0])).toBe(-1);
    expect(cohensKappa([9, 0, 0, 0])).toBeNull();
    expect(cohensKappa([0, 0, 0, 0])).toBeNull();
  });
});

describe('recordAgreement', () => {
  it('is full with itself and the same both ways', () => {
    fc.assert(
      fc.property(generatedRecord(), generatedRecord(), (a, b) => {
        const own = recordAgreement(model(a), model(a));
        expect(own).toMatchObject({ agreement: 1, agreed: own.first, otherWords: 0, otherMask: 0 });
        expect(own.ious.every((iou) => iou === 1)).toBe(true);
        const [there, back] = [recordAgreement(model(a), model(b)), recordAgreement(model(b), model(a))];
        expect([back.agreed, back.otherWords, back.otherMask]).toEqual([
          there.agreed,
          there.otherWords,
          there.otherMask,
        ]);
        expect(back.agreement).toBe(there.agreement);
      }),
    );
  });

  it('tells words from masks', () => {
    const first = record(
      '<p> The dogs </p> [SEG], <p> a hat </p> [SEG], <p> a kite </p> [SEG] and <p> grass </p> [SEG].',
      ['11110000', '00001100', '00000011', '10000000'],
    );
    const second = record('<p> dog </p> [SEG], <p> cap </p> [SEG] and <p> the kite </p> [SEG].', [
      '11100000',
      '00001100',
      '01100000',
    ]);
    const found = recordAgreement(first, second);
    expect(found).toMatchObject({ first: 4, second: 3, agreed: 1, otherWords: 1, otherMask: 1, agreement: 2 / 7 });
    expect(found.ious).toEqual([3 / 4, 0]);
    // Dog: 3 pixels both, 1 the first alone, 4 neither: (7/8 − 1/2) / (1 − 1/2). Kite: none both, 2 and 2 alone, 4 neither.
    expect(found.kappas[0]).toBeCloseTo(0.75, 12);
    expect(found.kappas[1]).toBeCloseTo((4 / 8 - (4 + 36) / 64) / (1 - (4 + 36) / 64), 12);
  });

  it('compares what is denied with what is found', () => {
    const first = record("Sure, it is <p> the dog </p> [SEG]. But I don't see any zebra in this image.", ['11000000']);
    const second = record("Sorry, I don't see any dog and zebra in this image.", []);
    expect(recordAgreement(first, second).verdicts).toEqual([0, 1, 0, 1]);
    expect(recordAgreement(second, first).verdicts).toEqual([0, 0, 1, 1]);
  });
});
