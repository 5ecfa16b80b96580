import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBitmap, type RunLengthMask } from '../../masks/runLengthMask.ts';
import { Accumulator, type Entry, type Metric } from './accumulator.ts';
import { averagePrecision } from './ap.ts';
import type { Example, MaskExample, Protocol } from './example.ts';
import { generalisedReferring } from './generalised.ts';
import { meanIou } from './miou.ts';
import { panopticQuality } from './panoptic.ts';
import { maskRecall } from './recall.ts';
import { referring } from './referring.ts';
import { semanticQuality } from './semantic.ts';
import { sharedWords } from './textSimilarity.ts';

/** Mostly of one size, so that they overlap; some of another, some of none at all. */
const size = fc.oneof(
  { weight: 8, arbitrary: fc.constant([4, 5] as const) },
  { weight: 1, arbitrary: fc.constantFrom([0, 0] as const, [1, 1] as const, [5, 4] as const) },
);

const mask: fc.Arbitrary<RunLengthMask> = size.chain(([height, width]) =>
  fc
    .uint8Array({ min: 0, max: 1, minLength: height * width, maxLength: height * width })
    .map((bytes) => fromBitmap(bytes, height, width)),
);

const category = fc.constantFrom(1, 1, 1, 2);
const truth = fc.record(
  { mask, annotation: fc.nat(9), crowd: fc.boolean(), area: fc.nat(30), category },
  { requiredKeys: ['mask'] },
);
const score = fc.oneof(fc.constantFrom(1, 0.5, Number.NaN, Number.POSITIVE_INFINITY), fc.double());
const prediction = fc.record({ mask, score, category }, { requiredKeys: ['mask'] });
const texts = fc.array(fc.constantFrom('dog', 'a dog', 'the red car', ''), { maxLength: 4 });

const images: fc.Arbitrary<MaskExample[]> = fc
  .array(
    fc.record(
      {
        id: fc.constantFrom(0, 1, 2, 3, '', '1', 'x'),
        truth: fc.array(truth, { maxLength: 4 }),
        predictions: fc.array(prediction, { maxLength: 4 }),
        labels: texts,
        phrases: texts,
      },
      { requiredKeys: ['id', 'truth', 'predictions'] },
    ),
    { maxLength: 5 },
  )
  .map((list) => list.map((image, order) => ({ ...image, order })));

const categories = [
  { id: 1, isThing: true },
  { id: 2, isThing: false },
];

function result<Input extends Example, Kept extends Entry, Result>(
  metric: Metric<Input, Kept, Result>,
  examples: readonly Input[],
): Result {
  const accumulator = new Accumulator(metric);
  for (const example of examples) accumulator.add(example);
  return accumulator.result();
}

/** Every metric's main numbers. */
function numbersOf(examples: readonly MaskExample[], protocol: Protocol): Record<string, number | undefined> {
  const ap = result(averagePrecision(protocol), examples);
  const recall = result(maskRecall(protocol, sharedWords), examples);
  const pairs = result(referring(protocol, 'each'), examples.map(asReferring));
  const joined = result(referring(protocol, 'joined'), examples.map(asReferring));
  const rela = result(generalisedReferring(protocol, 'rela'), examples.map(asGeneralised));
  const gsva = result(generalisedReferring(protocol, 'gsva'), examples.map(asGeneralised));
  const { all } = result(panopticQuality(protocol, categories), examples.map(asPanoptic));
  const classes = result(semanticQuality(protocol, 3), examples.map(asSemantic));
  return {
    AP: ap.AP,
    AP50: ap.AP50,
    mIoU: result(meanIou(protocol), examples).mIoU,
    recall: recall.recall,
    olderRecall: recall.olderRecall,
    cIoU: pairs.cIoU,
    gIoU: pairs.gIoU,
    joinedCIoU: joined.cIoU,
    joinedGIoU: joined.gIoU,
    relaGIoU: rela.gIoU,
    relaCIoU: rela.cIoU,
    nAcc: rela.nAcc,
    tAcc: rela.tAcc,
    gsvaGIoU: gsva.gIoU,
    gsvaCIoU: gsva.cIoU,
    sq: all.sq,
    rq: all.rq,
    classesPq: classes.pq,
    classesMIoU: classes.mIoU,
  };
}

const masksOf = (list: readonly { readonly mask: RunLengthMask }[]) => list.map((entry) => entry.mask);

function asReferring({ id, order, truth: targets, predictions }: MaskExample) {
  return { id, order, targets: [masksOf(targets), masksOf(targets).slice(1)], predictions: masksOf(predictions) };
}

function asGeneralised({ id, order, truth: targets, predictions }: MaskExample) {
  const [noTarget, saysNoTarget] = [targets.length === 0, predictions.length === 0];
  return { id, order, targets: masksOf(targets), predictions: masksOf(predictions), noTarget, saysNoTarget };
}

/** Stated areas are left out: one that is none of the mask's own makes overlaps of any size, here and in COCO's script. */
function asPanoptic({ id, order, truth: targets, predictions }: MaskExample) {
  const segment = (entry: { readonly mask: RunLengthMask; readonly category?: number }, i: number) => ({
    id: i + 1,
    category: entry.category,
    mask: entry.mask,
  });
  return { id, order, truth: targets.slice(0, 1).map(segment), predictions: predictions.map(segment) };
}

function asSemantic({ id, order, truth: targets, predictions }: MaskExample) {
  const classes = (list: readonly { readonly mask: RunLengthMask; readonly category?: number }[]) =>
    list.map((entry) => ({ category: entry.category ?? 0, mask: entry.mask }));
  return { id, order, height: 4, width: 5, truth: classes(targets), predictions: classes(predictions) };
}

describe.each<Protocol>(['paper', 'strict'])('%s', (protocol) => {
  it('gives a share, or says that there is none, for any data', () => {
    fc.assert(
      fc.property(images, (examples) => {
        for (const [name, value] of Object.entries(numbersOf(examples, protocol))) {
          if (value !== undefined) expect(value >= 0 && value <= 1, `${name} is ${value}`).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is 1 where exactly what should be found was found', () => {
    const whole = fc.uint8Array({ min: 0, max: 1, minLength: 20, maxLength: 20 }).map((bytes) => {
      bytes[0] = 1;
      return fromBitmap(bytes, 4, 5);
    });
    fc.assert(
      fc.property(fc.array(whole, { minLength: 1, maxLength: 3 }), (masks) => {
        const list = masks.map((each) => ({ mask: each }));
        const labels = masks.map(() => 'a dog');
        const example = { id: 1, order: 0, truth: list, predictions: list, labels, phrases: labels };
        const { mIoU } = result(meanIou(protocol), [example]);
        expect(mIoU).toBe(1);
        expect(result(averagePrecision(protocol), [example]).AP).toBeCloseTo(1, 9);
        expect(result(maskRecall(protocol, sharedWords), [example]).recall).toBe(1);
        expect(result(referring(protocol, 'joined'), [asReferring(example)]).cIoU).toBeCloseTo(1, 9);
        expect(result(generalisedReferring(protocol, 'rela'), [asGeneralised(example)]).gIoU).toBe(1);
      }),
    );
  });
});
