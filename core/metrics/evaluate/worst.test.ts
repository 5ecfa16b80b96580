import { describe, expect, it } from 'vitest';
import type { Measured } from './measure.ts';
import { worstRecords } from './worst.ts';

function image(id: string, ious: readonly number[], missed: number, extra: number): Measured {
  const miou = { id, order: 0, score: 0, ious, missed, extra };
  return { id, reference: { file: 'a', line: 1 }, problems: [], caption: { set: 'gcg', miou } };
}

describe('the worst records', () => {
  it('come first, perfect ones not at all; what has no partner counts 0', () => {
    const worst = worstRecords([
      image('perfect', [1, 1], 0, 0),
      image('middle', [0.9], 0, 0),
      image('half missed', [1], 1, 0),
      image('all wrong', [], 2, 1),
      image('nothing asked', [], 0, 0),
      image('all off', [0.2, 0.4], 0, 0),
    ]);
    expect(worst.map(({ id, score, why }) => [id, score, why])).toEqual([
      ['all wrong', 0, '0 of 2 masks found, 1 too many'],
      ['all off', expect.closeTo(0.3, 12), '0 of 2 masks found'],
      ['half missed', 0.5, '1 of 2 masks found'],
      ['middle', 0.9, '1 of 1 mask found'],
    ]);
  });

  it('are no more than asked for', () => {
    const many = Array.from({ length: 9 }, (_, i) => image(String(i), [i / 10], 0, 0));
    expect(worstRecords(many, 2).map(({ id }) => id)).toEqual(['0', '1']);
  });
});
