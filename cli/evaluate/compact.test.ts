import { expect, it } from 'vitest';
import type { Measured } from '../../core/metrics/evaluate/measure.ts';
import { Keeper, packed, packedNumbers } from './compact.ts';

function measured(id: string, predictions: number): Measured {
  return {
    id,
    reference: { file: 'a.uscdf.jsonl', line: 3 },
    prediction: { file: 'b.uscdf.jsonl', line: 4 },
    problems: [],
    caption: {
      set: 'gcg',
      ap: {
        id,
        order: 0,
        scores: Float64Array.from({ length: predictions }, (_, i) => 1 / (i + 1)),
        outcomes: Uint32Array.from({ length: 4 * predictions }, (_, i) => i),
        positives: [1, 0, 1, 0],
      },
      miou: { id, order: 0, score: 0.5, ious: [0.5], missed: 0, extra: 1 },
      recall: {
        id,
        order: 0,
        found: 1,
        positives: 1,
        olderPositives: 1,
        targets: [{ label: 'a dog', area: 3, found: true }],
      },
      texts: { tokens: { hypothesis: 'x', references: ['y'] }, meteor: new Float64Array(23).fill(predictions) },
    },
  };
}

const list = [
  measured('1', 2),
  measured('2', 0),
  { ...measured('3', 1), caption: undefined as never },
  measured('4', 3),
];

it('packs the numbers of all images together, and changes none', () => {
  const result = structuredClone(packed(list));
  expect(result).toEqual(list);
  const buffers = new Set(result.flatMap(({ caption }) => caption?.ap?.scores.buffer ?? []));
  expect(buffers.size).toBe(1);
  expect(packed([])).toEqual([]);
});

it('keeps texts once', () => {
  const keeper = new Keeper();
  const [first, second] = structuredClone(list).map((each) => keeper.keep(each));
  expect(first).toEqual(list[0]);
  expect(second).toEqual(list[1]);
  const numbered = keeper.keep({ ...list[0]!, caption: { set: 'gcg', miou: { ...list[0]!.caption!.miou!, id: 1 } } });
  expect(numbered.caption?.miou?.id).toBe(1);
});

it('packs lists of numbers into one array', () => {
  const lists = [Float64Array.of(1, 2), new Float64Array(0), Float64Array.of(3)];
  const result = structuredClone(packedNumbers(lists));
  expect(result).toEqual(lists);
  expect(new Set(result.map(({ buffer }) => buffer)).size).toBe(1);
});
