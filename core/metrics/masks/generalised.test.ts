import { describe, expect, it } from 'vitest';
import { drawnMask, maskOf, type StoredMask, vectorCases } from '../../testing/maskVectors.ts';
import { Accumulator } from './accumulator.ts';
import type { Protocol } from './example.ts';
import {
  type GeneralisedExample,
  type GeneralisedResult,
  type GeneralisedRule,
  generalisedReferring,
} from './generalised.ts';

interface GresCase {
  readonly name: string;
  readonly samples: readonly {
    readonly gt: StoredMask;
    readonly pred: StoredMask;
    readonly gt_no_target: boolean;
    readonly pred_no_target: boolean;
  }[];
  readonly expected_rela: Readonly<Record<string, number>>;
  readonly expected_gsva: Readonly<Record<string, number | null>>;
}

function score(
  examples: readonly GeneralisedExample[],
  rule: GeneralisedRule = 'rela',
  protocol: Protocol = 'paper',
): GeneralisedResult {
  const accumulator = new Accumulator(generalisedReferring(protocol, rule));
  for (const example of examples) accumulator.add(example);
  return accumulator.result();
}

function examplesOf({ samples }: GresCase): GeneralisedExample[] {
  return samples.map(({ gt, pred, gt_no_target, pred_no_target }, order) => ({
    id: order,
    order,
    targets: [maskOf(gt)],
    predictions: [maskOf(pred)],
    noTarget: gt_no_target,
    saysNoTarget: pred_no_target,
  }));
}

function expectClose(actual: number | undefined, expected: number | null | undefined): void {
  if (expected === null) expect(actual).toBeUndefined();
  else expect(Math.abs(actual! - expected!), `${actual} for ${expected}`).toBeLessThanOrEqual(1e-9);
}

const left = drawnMask('##..', '##..');
const empty = drawnMask('....', '....');
const denied = { id: 1, order: 0, targets: [], predictions: [], noTarget: true, saysNoTarget: true };
const found = { id: 2, order: 1, targets: [left], predictions: [left], noTarget: false, saysNoTarget: false };

describe('equal to the evaluators', () => {
  it.each(vectorCases<GresCase>('referring/gres'))('ReLA $name', (given) => {
    const result = score(examplesOf(given));
    const expected = given.expected_rela;
    expectClose(result.gIoU! * 100, expected.gIoU);
    expectClose(result.cIoU! * 100, expected.cIoU);
    expectClose(result.nAcc, expected.N_acc);
    expectClose(result.tAcc, expected.T_acc);
    for (const { iou, share } of result.precisionAt) expectClose(share! * 100, expected[`Pr@${iou}`]);
  });

  it.each(vectorCases<GresCase>('referring/gres'))('GSVA $name', (given) => {
    const result = score(examplesOf(given), 'gsva');
    const expected = given.expected_gsva;
    expectClose(result.gIoU, expected.gIoU);
    expectClose(result.cIoU, expected.cIoU);
    expectClose(result.nAcc, expected.N_acc);
    expectClose(result.tAcc, expected.T_acc);
  });
});

describe('odd data', () => {
  it('does not take an empty mask for a denial', () => {
    const silent = { ...denied, predictions: [empty], saysNoTarget: false };
    expect(score([silent])).toMatchObject({ gIoU: 0, nAcc: 0 });
    expect(score([denied])).toMatchObject({ gIoU: 1, nAcc: 1, tAcc: undefined });
  });

  it('has in strict no share of nothing', () => {
    expect(score([found], 'rela', 'strict')).toMatchObject({ nAcc: undefined, tAcc: 1, gIoU: 1, cIoU: 1 });
    expect(score([], 'gsva', 'strict')).toMatchObject({ nAcc: undefined, tAcc: undefined, gIoU: undefined });
    expect(score([denied], 'gsva', 'strict').precisionAt[0]).toEqual({ iou: 0.7, share: undefined });
  });

  it('names targets without a pixel and pixels without a target', () => {
    const result = score([
      { ...found, targets: [empty] },
      { ...denied, targets: [left] },
    ]);
    expect(result.notes.map(({ kind }) => kind)).toEqual(['pixels-without-target', 'target-without-pixel']);
  });
});
