import { describe, expect, it } from 'vitest';
import { drawnMask, maskOf, vectorCases } from '../../testing/maskVectors.ts';
import type { PanopticSegment } from '../masks/panoptic.ts';
import { sharedWords } from '../masks/textSimilarity.ts';
import { CaptionScorer } from './captionScorer.ts';
import { type Measured, Measurer } from './measure.ts';
import { METRICS, type MetricName, type Plan } from './plan.ts';
import { makeReport } from './report.ts';
import { tablesOf } from './tables.ts';
import type { CaptionSet, Pair, Work } from './work.ts';

const everything: Plan = { protocol: 'paper', metrics: METRICS };

function pairOf(id: string, work: Work): Pair {
  return { id, reference: { file: 'true', line: 0 }, prediction: { file: 'said', line: 0 }, problems: [], work };
}

function measure(pairs: readonly Pair[], plan: Plan): readonly Measured[] {
  const measurer = new Measurer(plan, sharedWords, new CaptionScorer(true, () => ({ stem: true })));
  return pairs.map((pair) => measurer.measure(pair));
}

const half = drawnMask('##..', '##..');
const other = drawnMask('..##', '..##');

function caption(id: string, order: number, set: CaptionSet, isRight: boolean): Pair {
  const masks = {
    id,
    order,
    truth: [{ mask: half }],
    predictions: [{ mask: isRight ? half : other }],
    labels: ['a dog'],
    phrases: ['the dog'],
  };
  const texts = { hypothesis: `A dog number ${id} runs.`, references: [`A dog number ${id} runs.`] };
  return pairOf(id, { kind: 'caption', set, masks, texts });
}

const scoresIn = (measured: readonly Measured[], plan: Plan) =>
  tablesOf(measured, plan, sharedWords).tables.map(({ set, examples, scores }) => ({
    set,
    examples,
    scores: Object.fromEntries(scores.map(({ name, value }) => [name, value])),
  }));

describe('tables', () => {
  it('split MGSC into root, parts and both together', () => {
    const pairs = [
      caption('a', 0, 'mgsc-root', true),
      caption('b', 1, 'mgsc-subtree', false),
      caption('c', 2, 'mgsc-subtree', true),
    ];
    const tables = scoresIn(measure(pairs, everything), everything);
    expect(tables.map(({ set, examples, scores }) => [set, examples, scores['mIoU'], scores['Recall']])).toEqual([
      ['mgsc-root', 1, 1, 1],
      ['mgsc-subtree', 2, 0.5, 0.5],
      ['mgsc-all', 3, 2 / 3, 2 / 3],
    ]);
    expect(tables[2]!.scores['METEOR']).toBeCloseTo(1, 12);
  });

  it('keep a set of all as it is given', () => {
    const pairs = [
      caption('a', 0, 'mgsc-root', true),
      caption('b', 1, 'mgsc-subtree', true),
      caption('c', 2, 'mgsc-all', false),
    ];
    const all = scoresIn(measure(pairs, everything), everything).find(({ set }) => set === 'mgsc-all');
    expect(all).toMatchObject({ examples: 1, scores: { mIoU: 0 } });
  });

  it.each([
    [['ap50'], ['AP50']],
    [
      ['miou', 'meteor'],
      ['METEOR', 'mIoU'],
    ],
    [['pq'], undefined],
  ] as const)('of %j have these alone', (metrics, names) => {
    const plan: Plan = { protocol: 'strict', metrics: metrics as readonly MetricName[] };
    const measurer = new Measurer(plan, sharedWords, new CaptionScorer(false, () => ({ stem: true })));
    const [table] = scoresIn([measurer.measure(caption('a', 0, 'gcg', true))], plan);
    expect(table === undefined ? undefined : Object.keys(table.scores)).toEqual(names);
  });

  it('have precision over recall, overlaps and recall as plots', () => {
    const { tables } = tablesOf(measure([caption('a', 0, 'gcg', true)], everything), everything, sharedWords);
    const plots = tables[0]!.plots;
    expect(plots.map(({ title }) => title)).toEqual([
      'Overlap of true masks',
      'Precision over recall at an overlap of 0.5',
      'Recall by length of the phrase',
      'Recall by phrase',
      'Recall by size of the mask',
    ]);
    expect(plots[0]).toMatchObject({ bars: expect.arrayContaining([{ label: '0.9–1', value: 1 }]) });
    expect(plots[2]).toMatchObject({ bars: [{ label: '2', value: 1, of: 1 }] });
    expect(plots[4]).toMatchObject({ bars: [{ label: 'small', value: 1, of: 1 }] });
  });
});

describe('expressions', () => {
  const expression = (order: number, saysNoTarget: boolean) =>
    pairOf(String(order), {
      kind: 'referring',
      set: 'referring',
      expressions: [{ id: order, order, targets: [], predictions: [], noTarget: true, saysNoTarget }],
    });

  it('without a target are right where they are denied, and wrong where nothing was said', () => {
    const plan: Plan = { ...everything, protocol: 'strict' };
    const scores = (saysNoTarget: boolean) => scoresIn(measure([expression(0, saysNoTarget)], plan), plan)[0]!.scores;
    expect(scores(true)).toMatchObject({ gIoU: 1, 'gIoU (GRES)': 1, 'N-acc': 1, 'T-acc': null });
    expect(scores(false)).toMatchObject({ gIoU: 0, 'gIoU (GRES)': 0, 'N-acc': 0 });
  });
});

interface ClassCase {
  readonly name: string;
  readonly num_classes: number;
  readonly images: readonly {
    readonly h: number;
    readonly w: number;
    readonly gt_label_map_rle: Readonly<Record<string, string>>;
    readonly predictions_in_order: readonly { readonly category_id: number; readonly rle: string }[];
  }[];
  readonly expected: { readonly pq: number; readonly miou: number };
}

describe('panoptic images', () => {
  it.each(vectorCases<ClassCase>('pq/mglmm_semantic_variant'))(
    'have the numbers of the paper’s own script: $name',
    (vector) => {
      const classes = Array.from({ length: vector.num_classes }, (_, i) => i);
      const categories = classes.map((id) => ({ id, name: String(id), isThing: false }));
      const pairs = vector.images.map(({ h, w, gt_label_map_rle: map, predictions_in_order: list }, order) => {
        const segment = (id: number, category: number, counts: string): PanopticSegment => ({
          id,
          category,
          mask: maskOf({ size: [h, w], counts }),
        });
        // 255 is what the script ignores: in a panoptic map such pixels are in no segment.
        const truth = Object.entries(map)
          .filter(([category]) => category !== '255')
          .map(([category, counts], i) => segment(i + 1, Number(category), counts));
        const predictions = list.map(({ category_id, rle }, i) => segment(i + 1, category_id, rle));
        return pairOf(String(order), {
          kind: 'panoptic',
          example: { id: order, order, truth, predictions },
          categories,
          classes,
        });
      });
      const [table] = scoresIn(measure(pairs, everything), everything);
      expect(table!.scores['PQ of classes']).toBeCloseTo(vector.expected.pq, 12);
      expect(table!.scores['mIoU of classes']).toBeCloseTo(vector.expected.miou, 12);
    },
  );
});

describe('a report', () => {
  const request = {
    plan: everything,
    similarity: sharedWords,
    meteorLabel: 'METEOR-1.5',
    references: ['a'],
    predictions: ['b'],
    unasked: 0,
    problems: [],
    failed: false,
  };

  it('is complete where every reference was scored against a prediction', () => {
    const measured = measure([caption('a', 0, 'gcg', true)], everything);
    expect(makeReport({ ...request, measured, total: 1 })).toMatchObject({
      complete: true,
      similarity: 'shared words',
      meteor: 'METEOR-1.5',
      counts: { images: 1, unanswered: 0, skipped: 0 },
    });
  });

  it('names references without a prediction: in no number in paper, counted as wrong in strict', () => {
    const { prediction: _, ...alone } = caption('a', 0, 'gcg', false);
    const { work: __, ...skipped } = alone;
    const paper = makeReport({ ...request, measured: [skipped], total: 1 });
    expect(paper).toMatchObject({ complete: false, counts: { images: 0, unanswered: 1, skipped: 1 } });
    expect(paper.problems).toMatchObject([
      { id: 'a', message: expect.stringMatching(/^This reference has no prediction/) },
    ]);
    const strict = makeReport({
      ...request,
      measured: measure([alone], { ...everything, protocol: 'strict' }),
      total: 1,
    });
    expect(strict).toMatchObject({ complete: true, counts: { images: 1, unanswered: 1, skipped: 0 }, problems: [] });
    expect(strict.notes).toContainEqual(expect.objectContaining({ metric: 'all scores', count: 1, examples: ['a'] }));
  });

  it('is not where some were not reached, or something failed', () => {
    const measured = measure([caption('a', 0, 'gcg', true)], everything);
    expect(makeReport({ ...request, measured, total: 3 })).toMatchObject({ complete: false, counts: { skipped: 2 } });
    expect(makeReport({ ...request, measured, total: 1, failed: true }).complete).toBe(false);
  });
});
