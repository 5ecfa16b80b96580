import { describe, expect, it } from 'vitest';
import { readMask } from '../masks/maskValue.ts';
import { toBitmap } from '../masks/runLengthMask.ts';
import { boxesOf, boxMask, type Corners, fourNumbers } from './boxes.ts';

const segment = (value: unknown) => {
  const read = readMask(value);
  return { phrase: 'x', turn: 1, mask: read.ok ? read.mask : undefined, value, label: undefined, score: undefined };
};

describe('boxMask', () => {
  it('fills boxes, cuts off what lies outside, and joins several', () => {
    const mask = boxMask(
      [
        [1, 1, 9, 2],
        [0, 0, 1, 1],
      ],
      3,
      4,
      'dog',
    );
    if (!mask.ok) throw new Error(mask.message);
    const read = readMask(mask.value);
    expect(read.ok && [...toBitmap(read.mask)]).toEqual([1, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0]);
    expect(mask.value).toMatchObject({ label: 'dog', source: 'box', size: [3, 4] });
  });

  it.each<[string, Corners]>([
    ['empty', [1, 1, 1, 3]],
    ['outside', [5, 1, 9, 3]],
    ['without a pixel', [1.1, 1.1, 1.15, 1.15]],
    ['of no number', [Number.NaN, 0, 1, 1]],
  ])('refuses a box that is %s', (_, box) => {
    expect(boxMask([box], 3, 4, 'dog').ok).toBe(false);
  });

  it('gives the boxes back, with their fractions', () => {
    const boxes: readonly Corners[] = [
      [0.5, 1, 2.25, 3],
      [2, 0, 4, 1.5],
    ];
    const mask = boxMask(boxes, 3, 4, 'dog');
    expect(mask.ok && boxesOf(segment(mask.value))).toEqual(boxes);
    expect(boxesOf(segment({ size: [3, 4], counts: [4, 2, 6] }))).toEqual([[1, 1, 2, 3]]);
    expect(boxesOf(segment({ size: [3, 4], counts: [12] }))).toEqual([]);
  });
});

describe('fourNumbers', () => {
  it('takes four finite numbers and nothing else', () => {
    expect(fourNumbers([1, 2, 3, 4, 5])).toEqual([1, 2, 3, 4]);
    for (const other of [[1, 2, 3], [1, 2, 3, '4'], [1, 2, 3, Number.POSITIVE_INFINITY], 'abcd', null, undefined])
      expect(fourNumbers(other)).toBeUndefined();
  });
});
