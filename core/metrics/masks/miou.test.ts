import { describe, expect, it } from 'vitest';
import { drawnMask, type GcgCase, gcgExamples, vectorCases } from '../../testing/maskVectors.ts';
import { Accumulator } from './accumulator.ts';
import type { MaskExample, Protocol } from './example.ts';
import { type MeanIouResult, meanIou } from './miou.ts';

function score(examples: readonly MaskExample[], protocol: Protocol = 'paper'): MeanIouResult {
  const accumulator = new Accumulator(meanIou(protocol));
  for (const example of examples) accumulator.add(example);
  return accumulator.result();
}

const left = drawnMask('##..', '##..');
const right = drawnMask('..##', '..##');
const most = drawnMask('###.', '###.');
const empty = drawnMask('....', '....');

function image(truth: MaskExample['truth'], predictions: MaskExample['predictions']): MaskExample {
  return { id: 1, order: 0, truth, predictions };
}

describe('equal to the paper’s script', () => {
  it.each(vectorCases<GcgCase>('ap/gcg_masks').filter(({ expected }) => expected.miou !== undefined))(
    '$name',
    (given) => {
      const result = score(gcgExamples(given));
      const { mean, per_image } = given.expected.miou!;
      expect(Math.abs(result.mIoU! - mean)).toBeLessThanOrEqual(1e-12);
      expect(result.perImage.length).toBe(per_image.length);
      result.perImage.forEach((entry, i) => {
        expect(Math.abs(entry.score - per_image[i]!)).toBeLessThanOrEqual(1e-12);
      });
    },
  );

  it('scores an image 0 where masks differ in size, and says so', () => {
    const result = score([image([{ mask: left }], [{ mask: left }, { mask: drawnMask('#') }])]);
    expect(result.mIoU).toBe(0);
    expect(result.notes.map(({ kind }) => kind)).toEqual(['size-differs']);
  });
});

describe('strict', () => {
  it('lets masks without a partner count, as the paper does not', () => {
    const example = image([{ mask: left }, { mask: right }], [{ mask: left }]);
    expect(score([example]).mIoU).toBe(1);
    expect(score([example], 'strict').mIoU).toBe(0.5);
    expect(score([example], 'strict').perImage[0]).toMatchObject({ ious: [1], missed: 1, extra: 0 });
  });

  it('has a value for every empty case', () => {
    expect(score([image([], [])], 'strict').mIoU).toBe(1);
    expect(score([image([{ mask: left }], [])], 'strict').mIoU).toBe(0);
    expect(score([image([{ mask: empty }], [{ mask: empty }])], 'strict').mIoU).toBe(1);
    expect(score([], 'strict').mIoU).toBeUndefined();
  });

  it('still counts the pairs of one size where another differs', () => {
    const example = image([{ mask: left }], [{ mask: most }, { mask: drawnMask('#') }]);
    expect(score([example], 'strict').mIoU).toBeCloseTo(2 / 3 / 2, 12);
  });
});
