import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunLengthMask } from '../../masks/runLengthMask.ts';
import { type GcgCase, gcgExamples, vectorCases } from '../../testing/maskVectors.ts';
import { Accumulator, compareIds, type Entry, type Metric } from './accumulator.ts';
import { averagePrecision } from './ap.ts';
import { iouHistogram, recallByArea, recallByPhrase } from './breakdown.ts';
import type { Example, MaskExample, Protocol } from './example.ts';
import { generalisedReferring } from './generalised.ts';
import { meanIou } from './miou.ts';
import { type PanopticExample, panopticQuality } from './panoptic.ts';
import { maskRecall } from './recall.ts';
import { referring } from './referring.ts';
import { semanticQuality } from './semantic.ts';
import { noTextGate, similarityTable } from './textSimilarity.ts';

/** The images of a case with the same images under text ids behind them, so that both kinds of id are there. */
function manyImages(): MaskExample[] {
  const cases = vectorCases<GcgCase>('ap/gcg_masks').filter(({ name }) => name.startsWith('random_gcg_like'));
  return cases.flatMap(gcgExamples).map((example, order) => ({ ...example, order }));
}

const images = manyImages();

const masks = (list: readonly { readonly mask: RunLengthMask }[]) => list.map(({ mask }) => mask);
const referringExamples = images.map(({ id, order, truth, predictions }) => ({
  id,
  order,
  targets: masks(truth).map((mask) => [mask]),
  predictions: masks(predictions),
}));
const generalisedExamples = images.map(({ id, order, truth, predictions }) => ({
  id,
  order,
  targets: masks(truth),
  predictions: masks(predictions),
  noTarget: order % 3 === 0,
  saysNoTarget: order % 4 === 0,
}));
const classes = (list: readonly { readonly mask: RunLengthMask }[]) =>
  list.map(({ mask }, i) => ({ id: i + 1, category: i % 3, mask }));
const panopticExamples: PanopticExample[] = images.map(({ id, order, truth, predictions }) => ({
  id,
  order,
  truth: classes(truth).slice(0, 1),
  predictions: classes(predictions),
}));
const semanticExamples = images.map(({ id, order, truth, predictions }) => ({
  id,
  order,
  height: truth[0]!.mask.height,
  width: truth[0]!.mask.width,
  truth: classes(truth),
  predictions: classes(predictions),
}));
const categories = [0, 1, 2].map((id) => ({ id, isThing: id < 2 }));

/** Scores `examples` whole and in any split, in any order, through what threads post to each other. */
function expectSameInAnySplit<Input extends Example, Kept extends Entry, Result>(
  metric: Metric<Input, Kept, Result>,
  examples: readonly Input[],
): void {
  const whole = new Accumulator(metric);
  for (const example of examples) whole.add(example);
  const expected = whole.result();
  const parts = fc.array(fc.nat(4), { minLength: examples.length, maxLength: examples.length });
  const order = fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 });
  fc.assert(
    fc.property(parts, order, (partOf, partOrder) => {
      const merged = new Accumulator(metric);
      for (const part of partOrder) {
        const own = new Accumulator(metric);
        for (let i = examples.length - 1; i >= 0; i--) if (partOf[i] === part) own.add(examples[i]!);
        merged.merge({ entries: structuredClone(own.entries) });
      }
      expect(merged.result()).toEqual(expected);
    }),
    { numRuns: 15 },
  );
}

describe.each<Protocol>(['paper', 'strict'])(
  'in %s the result does not depend on how the work was split',
  (protocol) => {
    it('AP', () => expectSameInAnySplit(averagePrecision(protocol), images));
    it('mIoU', () => expectSameInAnySplit(meanIou(protocol), images));
    it('mask recall', () => expectSameInAnySplit(maskRecall(protocol, noTextGate), images));
    it('cIoU and gIoU', () => expectSameInAnySplit(referring(protocol, 'each'), referringExamples));
    it('generalised', () => expectSameInAnySplit(generalisedReferring(protocol, 'rela'), generalisedExamples));
    it('PQ', () => expectSameInAnySplit(panopticQuality(protocol, categories), panopticExamples));
    it('PQ of classes', () => expectSameInAnySplit(semanticQuality(protocol, 3), semanticExamples));
  },
);

describe('the order of ids', () => {
  it('is by size for numbers and by code point for texts, numbers first', () => {
    const ids = ['10', '\u{1F600}', '2', 10, '\uFFFD', 2, '1'];
    expect([...ids].sort(compareIds)).toEqual([2, 10, '1', '10', '2', '\uFFFD', '\u{1F600}']);
  });
});

describe('what lies behind a number', () => {
  const given = vectorCases<GcgCase>('ap/gcg_masks').find(({ name }) => name === 'random_gcg_like_0')!;
  const recall = new Accumulator(maskRecall('paper', similarityTable('table', given.text_similarity!)));
  const overlap = new Accumulator(meanIou('paper'));
  for (const example of gcgExamples(given)) {
    recall.add(example);
    overlap.add(example);
  }

  it('recall by area adds up to the whole', () => {
    const { found, positives, perImage } = recall.result();
    const groups = recallByArea(perImage);
    expect(groups.map(({ name }) => name)).toEqual(['small', 'medium']);
    expect(groups.reduce((sum, group) => sum + group.found, 0)).toBe(found);
    expect(groups.reduce((sum, group) => sum + group.total, 0)).toBe(positives);
  });

  it('recall by phrase folds case and lists the commonest first', () => {
    const target = (label: string | undefined, found: boolean) => ({ label, area: 9, found });
    const targets = [target('Dog', true), target('cat', true), target(' dog ', false), target(undefined, false)];
    const entry = { id: 1, order: 0, found: 2, positives: 4, olderPositives: 4, targets };
    expect(recallByPhrase([entry])).toEqual([
      { name: 'dog', found: 1, total: 2, recall: 0.5 },
      { name: '', found: 0, total: 1, recall: 0 },
      { name: 'cat', found: 1, total: 1, recall: 1 },
    ]);
  });

  it('the histogram counts every true mask once', () => {
    const { perImage } = overlap.result();
    const counts = iouHistogram(perImage, 20);
    expect(counts.length).toBe(20);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(given.gt.annotations.length);
    const entry = { id: 1, order: 0, score: 0, ious: [0.5, 1, 0.499], missed: 2, extra: 0 };
    expect(iouHistogram([entry], 2)).toEqual([3, 2]);
    expect(iouHistogram([entry], 0)).toEqual([]);
  });
});
