import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toBitmap } from '../../masks/runLengthMask.ts';
import { drawnMask, maskOf, vectorCases } from '../../testing/maskVectors.ts';
import { Accumulator } from './accumulator.ts';
import type { Protocol } from './example.ts';
import { segmentMasks, segmentMasksOfRgb } from './labelSegments.ts';
import { type PanopticExample, type PanopticResult, type PanopticSegment, panopticQuality } from './panoptic.ts';
import type { MeanQuality } from './panopticQuality.ts';
import { type SemanticExample, type SemanticResult, semanticQuality } from './semantic.ts';

interface StoredSegment {
  readonly id: number;
  readonly category_id: number;
  readonly iscrowd?: 0 | 1;
  readonly area?: number;
  readonly rle: string;
}

interface StoredQuality {
  readonly pq: number;
  readonly sq: number;
  readonly rq: number;
  readonly n?: number;
}

interface Counts {
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
  readonly iou_sum: number;
}

interface PanopticCase {
  readonly name: string;
  readonly categories: readonly { readonly id: number; readonly isthing: 0 | 1 }[];
  readonly images: readonly {
    readonly h: number;
    readonly w: number;
    readonly gt_segments: readonly StoredSegment[];
    readonly pred_segments: readonly StoredSegment[];
  }[];
  readonly expected: {
    readonly error?: string;
    readonly All: StoredQuality | string;
    readonly Things: StoredQuality | string;
    readonly Stuff: StoredQuality | string;
    readonly per_category?: Readonly<Record<string, StoredQuality>>;
    readonly per_category_counts: Readonly<Record<string, Counts>>;
  };
}

interface SemanticCase {
  readonly name: string;
  readonly num_classes: number;
  readonly images: readonly {
    readonly h: number;
    readonly w: number;
    readonly gt_label_map_rle: Readonly<Record<string, string>>;
    readonly predictions_in_order: readonly { readonly category_id: number; readonly rle: string }[];
  }[];
  readonly expected: StoredQuality & {
    readonly miou: number;
    readonly per_class_counts: Readonly<Record<string, Counts>>;
  };
}

function examplesOf({ images }: PanopticCase): PanopticExample[] {
  return images.map(({ h, w, gt_segments, pred_segments }, order) => {
    const segment = ({ id, category_id, iscrowd, area, rle }: StoredSegment): PanopticSegment => ({
      id,
      category: category_id,
      mask: maskOf({ size: [h, w], counts: rle }),
      crowd: iscrowd === 1,
      ...(area !== undefined && { area }),
    });
    return { id: order, order, truth: gt_segments.map(segment), predictions: pred_segments.map(segment) };
  });
}

function categoriesOf({ categories }: PanopticCase): { id: number; isThing: boolean }[] {
  return categories.map(({ id, isthing }) => ({ id, isThing: isthing === 1 }));
}

function score(
  examples: readonly PanopticExample[],
  categories: readonly { id: number; isThing: boolean }[],
  protocol: Protocol = 'paper',
): PanopticResult {
  const accumulator = new Accumulator(panopticQuality(protocol, categories));
  for (const example of examples) accumulator.add(example);
  return accumulator.result();
}

function expectQuality(actual: MeanQuality, expected: StoredQuality | string): void {
  if (typeof expected === 'string') {
    expect(actual).toEqual({ pq: undefined, sq: undefined, rq: undefined, categories: 0 });
    return;
  }
  expect(actual.categories).toBe(expected.n);
  for (const key of ['pq', 'sq', 'rq'] as const) {
    expect(Math.abs(actual[key]! - expected[key]), key).toBeLessThanOrEqual(1e-12);
  }
}

const cases = vectorCases<PanopticCase>('pq/panoptic');
const caseNamed = (name: string) => cases.find((given) => given.name === name)!;

describe('equal to COCO’s panoptic API', () => {
  it.each(cases.filter(({ expected }) => expected.error === undefined))('$name', (given) => {
    const result = score(examplesOf(given), categoriesOf(given));
    const { expected } = given;
    expectQuality(result.all, expected.All);
    expectQuality(result.things, expected.Things);
    expectQuality(result.stuff, expected.Stuff);
    for (const { category, tp, fp, fn, iouSum, pq } of result.perCategory) {
      const counts = expected.per_category_counts[category]!;
      expect({ tp, fp, fn }).toEqual({ tp: counts.tp, fp: counts.fp, fn: counts.fn });
      expect(Math.abs(iouSum - counts.iou_sum)).toBeLessThanOrEqual(1e-12);
      expect(Math.abs(pq - expected.per_category![category]!.pq)).toBeLessThanOrEqual(1e-12);
    }
    const touched = Object.values(expected.per_category_counts).filter(({ tp, fp, fn }) => tp + fp + fn > 0);
    expect(result.perCategory.length).toBe(touched.length);
  });
});

describe('where COCO’s script stops', () => {
  const unlisted = (example: PanopticExample): PanopticExample => ({
    ...example,
    predictions: [...example.predictions, { ...example.truth.find(({ id }) => id === 21)!, category: undefined }],
  });

  it.each([
    ['pred_id_not_in_json', 'unlisted-segment', unlisted],
    ['json_id_not_in_png', 'unpainted-segment', (example: PanopticExample) => example],
    ['unknown_category', 'unknown-category', (example: PanopticExample) => example],
  ])('%s: the image is left out, in strict only the segment', (name, kind, change) => {
    const given = caseNamed(name);
    expect(given.expected.error).toContain('KeyError');
    const examples = examplesOf(given).map(change);
    const paper = score(examples, categoriesOf(given));
    expect(paper.perCategory).toEqual([]);
    expect(paper.notes.map((note) => note.kind)).toEqual([kind]);
    const strict = score(examples, categoriesOf(given), 'strict');
    expect(strict.perCategory.map(({ category }) => category)).toEqual([1, 2, 3, 4]);
    expect(strict.notes.map((note) => note.kind)).toEqual([kind]);
  });

  it('leaves out an image whose maps differ in size', () => {
    const truth = [{ id: 1, category: 1, mask: drawnMask('##', '##') }];
    const predictions = [{ id: 1, category: 1, mask: drawnMask('##') }];
    const example = { id: 1, order: 0, truth, predictions };
    expect(score([example], [{ id: 1, isThing: true }])).toMatchObject({
      all: { categories: 0 },
      notes: [{ kind: 'size-differs' }],
    });
  });
});

describe('odd data', () => {
  const categories = [
    { id: 1, isThing: true },
    { id: 2, isThing: false },
  ];

  it('lets later segments cover earlier ones where predictions overlap, and says so', () => {
    const truth = [
      { id: 1, category: 1, mask: drawnMask('##..') },
      { id: 2, category: 2, mask: drawnMask('..##') },
    ];
    const predictions = [
      { id: 1, category: 1, mask: drawnMask('####') },
      { id: 2, category: 2, mask: drawnMask('..##') },
    ];
    const result = score([{ id: 1, order: 0, truth, predictions }], categories);
    expect(result.all.pq).toBe(1);
    expect(result.notes.map(({ kind }) => kind)).toEqual(['segments-overlap']);
    expect(result.perImage[0]!.pq).toBe(1);
  });

  it('matches nothing to a truth of an unknown category, which is no void either', () => {
    const truth = [{ id: 1, category: 9, mask: drawnMask('####') }];
    const predictions = [{ id: 1, category: 1, mask: drawnMask('####') }];
    const result = score([{ id: 1, order: 0, truth, predictions }], categories);
    expect(result.perCategory).toMatchObject([{ category: 1, tp: 0, fp: 1, fn: 0 }]);
    expect(result.notes.map(({ kind }) => kind)).toEqual(['unknown-true-category']);
  });

  it('reads the segments of a label map', () => {
    const masks = segmentMasks({ height: 2, width: 3, values: Uint32Array.of(0, 7, 7, 300, 7, 0) });
    expect([...masks.keys()].sort((a, b) => a - b)).toEqual([7, 300]);
    expect(masks.get(7)).toMatchObject({ height: 3, width: 2 });
    expect([...toBitmap(masks.get(7)!)]).toEqual([0, 0, 1, 1, 1, 0]);
    expect([...toBitmap(masks.get(300)!)]).toEqual([0, 1, 0, 0, 0, 0]);
    expect(segmentMasks({ height: 0, width: 0, values: new Uint32Array(0) }).size).toBe(0);
  });
});

it('reads the same segments from the bytes of a map', () => {
  const run = fc.tuple(fc.constantFrom(0, 1, 300, 0xffffff, 0x010101), fc.integer({ min: 1, max: 30 }));
  fc.assert(
    fc.property(fc.array(run, { minLength: 1, maxLength: 12 }), fc.integer({ min: 1, max: 9 }), (runs, width) => {
      const pixels = runs.flatMap(([value, length]) => Array.from({ length }, () => value));
      const height = Math.ceil(pixels.length / width);
      const values = Uint32Array.from({ length: height * width }, (_, i) => pixels[i] ?? 0);
      const rgb = Uint8Array.from({ length: 3 * values.length }, (_, i) => values[Math.floor(i / 3)]! >> (8 * (i % 3)));
      expect(segmentMasksOfRgb(rgb, height, width)).toEqual(segmentMasks({ height, width, values }));
    }),
  );
});

describe('the paper’s own evaluation of classes', () => {
  function scoreClasses(examples: SemanticExample[], classes: number, protocol: Protocol = 'paper'): SemanticResult {
    const accumulator = new Accumulator(semanticQuality(protocol, classes));
    for (const example of examples) accumulator.add(example);
    return accumulator.result();
  }

  it.each(vectorCases<SemanticCase>('pq/mglmm_semantic_variant'))('$name', (given) => {
    const examples = given.images.map(({ h, w, gt_label_map_rle, predictions_in_order }, order) => ({
      id: order,
      order,
      height: h,
      width: w,
      truth: Object.entries(gt_label_map_rle).map(([category, counts]) => ({
        category: Number(category),
        mask: maskOf({ size: [h, w], counts }),
      })),
      predictions: predictions_in_order.map(({ category_id, rle }) => ({
        category: category_id,
        mask: maskOf({ size: [h, w], counts: rle }),
      })),
    }));
    const result = scoreClasses(examples, given.num_classes);
    expectQuality(result, given.expected);
    expect(Math.abs(result.mIoU! - given.expected.miou)).toBeLessThanOrEqual(1e-12);
    for (const { category, tp, fp, fn, iouSum } of result.perCategory) {
      const counts = given.expected.per_class_counts[category]!;
      expect({ tp, fp, fn }).toEqual({ tp: counts.tp, fp: counts.fp, fn: counts.fn });
      expect(Math.abs(iouSum - counts.iou_sum)).toBeLessThanOrEqual(1e-12);
    }
  });

  const example = {
    id: 1,
    order: 0,
    height: 1,
    width: 4,
    truth: [
      { category: 0, mask: drawnMask('##..') },
      { category: 1, mask: drawnMask('..##') },
    ],
    predictions: [{ category: 0, mask: drawnMask('##..') }],
  };

  it('counts in strict pixels that nobody claims for no class', () => {
    expect(scoreClasses([example], 2)).toMatchObject({ mIoU: 0.25, pq: 0 });
    expect(scoreClasses([example], 2, 'strict')).toMatchObject({ mIoU: 0.5, pq: 0.5, sq: 0.5, rq: 0.5 });
  });

  it('leaves out an image with a class that there is not, in strict only the mask', () => {
    const odd = { ...example, predictions: [...example.predictions, { category: 2, mask: drawnMask('..##') }] };
    expect(scoreClasses([odd], 2)).toMatchObject({ pq: undefined, notes: [{ kind: 'unknown-category' }] });
    expect(scoreClasses([odd], 2, 'strict')).toMatchObject({ pq: 0.5, notes: [{ kind: 'unknown-category' }] });
  });
});
