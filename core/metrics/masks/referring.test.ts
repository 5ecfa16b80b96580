import { describe, expect, it } from 'vitest';
import { drawnMask, maskOf, type StoredMask, vectorCases } from '../../testing/maskVectors.ts';
import { Accumulator } from './accumulator.ts';
import type { Protocol } from './example.ts';
import { type Pairing, type ReferringExample, type ReferringResult, referring } from './referring.ts';

interface LisaCase {
  readonly name: string;
  readonly merge_channels: boolean;
  readonly samples: readonly { readonly gt: readonly StoredMask[]; readonly pred: readonly StoredMask[] }[];
  readonly expected: {
    readonly cIoU: number;
    readonly gIoU: number;
    readonly intersection_sum: number;
    readonly union_sum: number;
    readonly count: number;
    readonly float64_no_reduction: { readonly cIoU: number; readonly gIoU: number };
  };
}

interface SummedCase {
  readonly name: string;
  readonly parts: readonly StoredMask[];
  readonly pred: StoredMask;
  readonly expected_seed_code: { readonly cIoU: number; readonly gIoU: number };
}

function score(
  examples: readonly ReferringExample[],
  protocol: Protocol = 'paper',
  pairing: Pairing = 'each',
): ReferringResult {
  const accumulator = new Accumulator(referring(protocol, pairing));
  for (const example of examples) accumulator.add(example);
  return accumulator.result();
}

const cases = vectorCases<LisaCase | SummedCase>('referring/lisa_ciou_giou');
const left = drawnMask('##..', '##..');
const right = drawnMask('..##', '..##');
const most = drawnMask('###.', '###.');

describe('equal to the paper’s script', () => {
  it.each(cases.filter((given): given is LisaCase => 'samples' in given))('$name', (given) => {
    const examples = given.samples.map(({ gt, pred }, order) => ({
      id: order,
      order,
      targets: gt.map((mask) => [maskOf(mask)]),
      predictions: pred.map(maskOf),
    }));
    const result = score(examples, 'paper', given.merge_channels ? 'joined' : 'each');
    const { expected } = given;
    const sum = (value: (entry: ReferringResult['perExample'][number]) => number) =>
      result.perExample.reduce((total, entry) => total + value(entry), 0);
    expect(sum(({ intersection }) => intersection)).toBe(expected.intersection_sum);
    expect(sum(({ union }) => union)).toBe(expected.union_sum);
    expect(sum(({ targets }) => targets)).toBe(expected.count);
    expect(Math.abs(result.cIoU! - expected.cIoU)).toBeLessThanOrEqual(1e-6);
    expect(Math.abs(result.gIoU! - expected.gIoU)).toBeLessThanOrEqual(1e-5);
    expect(Math.abs(result.cIoU! - expected.float64_no_reduction.cIoU)).toBeLessThanOrEqual(1e-12);
    expect(Math.abs(result.gIoUBeforeReduction! - expected.float64_no_reduction.gIoU)).toBeLessThanOrEqual(1e-12);
  });

  it.each(cases.filter((given): given is SummedCase => 'parts' in given))('$name', ({ parts, pred, ...given }) => {
    const example = { id: 1, order: 0, targets: [parts.map(maskOf)], predictions: [maskOf(pred)] };
    const result = score([example]);
    expect(Math.abs(result.cIoU! - given.expected_seed_code.cIoU)).toBeLessThanOrEqual(1e-6);
    expect(Math.abs(result.gIoU! - given.expected_seed_code.gIoU)).toBeLessThanOrEqual(1e-5);
    expect(result.notes.map(({ kind }) => kind)).toEqual(['parts-overlap']);
    expect(score([example], 'strict')).toMatchObject({ cIoU: 1, gIoU: 1, notes: [] });
  });

  it('lets a missing prediction cost gIoU and not cIoU', () => {
    const example = { id: 1, order: 0, targets: [[left], [right]], predictions: [left] };
    const result = score([example]);
    expect(result.cIoU).toBeCloseTo(1, 9);
    expect(result.gIoU).toBeCloseTo(0.5, 5);
    expect(result.notes.map(({ kind }) => kind)).toEqual(['count-differs']);
  });

  it('adds up three parts of a target', () => {
    const middle = drawnMask('.##.', '.##.');
    const example = { id: 1, order: 0, targets: [[left, middle, right]], predictions: [left] };
    // Only the outer columns are covered once: 4 pixels, 2 of them predicted, beside 2 predicted in the lost columns.
    expect(score([example]).perExample[0]).toMatchObject({ intersection: 2, union: 6 });
  });
});

describe('strict', () => {
  it('lets what has no partner count on both sides', () => {
    const missing = { id: 1, order: 0, targets: [[left], [right]], predictions: [left] };
    const extra = { id: 1, order: 0, targets: [[left]], predictions: [left, right] };
    expect(score([missing], 'strict')).toMatchObject({ cIoU: 0.5, gIoU: 0.5 });
    expect(score([extra], 'strict')).toMatchObject({ cIoU: 0.5, gIoU: 0.5 });
  });

  it('is 1 where nothing is to be found and nothing was', () => {
    const example = { id: 1, order: 0, targets: [], predictions: [] };
    expect(score([example], 'strict', 'joined')).toMatchObject({ cIoU: 1, gIoU: 1 });
    expect(score([], 'strict')).toMatchObject({ cIoU: undefined, gIoU: undefined });
  });

  it('counts masks of different sizes as apart, and says so', () => {
    const example = { id: 1, order: 0, targets: [[most]], predictions: [drawnMask('##')] };
    const result = score([example], 'strict');
    expect(result.perExample[0]).toMatchObject({ intersection: 0, union: 8 });
    expect(result.notes.map(({ kind }) => kind)).toEqual(['size-differs']);
  });
});
