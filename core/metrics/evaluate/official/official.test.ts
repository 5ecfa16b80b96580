import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodePng } from '../../../images/encode.ts';
import { area } from '../../../masks/runLengthMask.ts';
import { sharedWords } from '../../masks/textSimilarity.ts';
import { CaptionScorer } from '../captionScorer.ts';
import { Measurer } from '../measure.ts';
import type { CaptionWork, ReferringWork } from '../work.ts';
import { type GcgPrediction, pairGcg, readGcgTruth, readResultsList } from './gcg.ts';
import { decodeSegmentMap, panopticSegments, readPanopticFile } from './panoptic.ts';
import { pairExpression, readExpressions, readPredictedExpressions } from './referring.ts';

const files = { set: 'gcg', reference: { file: 'truth.json', line: 0 } } as const;
const place = { file: 'a.json', line: 0 };

const left = { size: [2, 2], counts: [0, 2, 2] };
const all = { size: [2, 2], counts: [0, 4] };

const masks = {
  images: [{ id: 'a', height: 2, width: 2 }, { id: 'b' }],
  annotations: [
    { id: 7, image_id: 'a', category_id: 1, segmentation: left, area: 2, iscrowd: 0 },
    { id: 8, image_id: 'a', category_id: 1, segmentation: [[0, 0, 2, 0, 2, 2, 0, 2]], iscrowd: 1 },
  ],
};
const captions = {
  images: [{ id: 'a' }],
  annotations: [
    { image_id: 'a', caption: 'A dog.', labels: ['a dog', 'grass'] },
    { image_id: 'a', caption: 'One dog.', labels: ['other'] },
  ],
};

function truth(text: unknown = captions) {
  const read = readGcgTruth(masks, text);
  if (!read.ok) throw new Error(read.message);
  return read.value;
}

const works = (prediction: GcgPrediction, text?: unknown) =>
  truth(text).map((image) => pairGcg(image, prediction, files).work as CaptionWork);

describe('grounded captions', () => {
  it('have all captions, and the labels of the first', () => {
    const [first] = works({ place, value: { caption: 'A cat.', phrases: ['a cat'], pred_masks: [all] } });
    expect(first!.texts).toEqual({ hypothesis: 'A cat.', references: ['A dog.', 'One dog.'] });
    expect(first!.masks).toMatchObject({ id: 'a', labels: ['a dog', 'grass'], phrases: ['a cat'] });
    expect(first!.masks!.truth).toMatchObject([
      { annotation: 7, area: 2, category: 1 },
      { annotation: 8, crowd: true },
    ]);
    expect(first!.masks!.truth.map(({ mask }) => area(mask))).toEqual([2, 4]);
  });

  it('of images that are in the masks’ file alone count for AP', () => {
    expect(works({}).map(({ apOnly }) => apOnly)).toEqual([undefined, true]);
    expect(readGcgTruth(masks, undefined)).toMatchObject({ value: [{ apOnly: false }, { apOnly: false }] });
  });

  it('may be wrapped in one outer key', () => {
    const value = { 'a.jpg': { caption: 'A cat.', phrases: [], pred_masks: [left] } };
    expect(works({ place, value })[0]).toMatchObject({ texts: { hypothesis: 'A cat.' }, masks: { predictions: [{}] } });
  });

  it('keep the others where one predicted mask cannot be read', () => {
    const { work, problems } = pairGcg(truth()[0]!, { place, value: { pred_masks: [{}, left] } }, files);
    expect((work as CaptionWork).masks!.predictions.map(({ mask }) => area(mask))).toEqual([0, 2]);
    expect(problems).toMatchObject([
      { id: 'a', place, message: expect.stringMatching(/^A predicted mask cannot be read/) },
    ]);
  });

  it('are not scored where a true mask cannot be read', () => {
    const image = { ...truth()[0]!, annotations: [{ segmentation: { size: [2, 2], counts: [1] } }] };
    const pair = pairGcg(image, { place, value: {} }, files);
    expect(pair.work).toBeUndefined();
    expect(pair.problems[0]?.message).toMatch(/^This image is not scored, for a true mask cannot be read/);
  });

  it('can be a results list, with scores', () => {
    const list = readResultsList([{ image_id: 'a', category_id: 1, segmentation: left, score: 0.4 }]);
    const [work] = works({ place, value: list?.get('a') });
    expect(work!.masks!.predictions).toMatchObject([{ score: 0.4, category: 1 }]);
    expect(readResultsList({})).toBeUndefined();
  });

  it('of a results list have no words, and what measures these no value', () => {
    const pair = pairGcg(truth()[0]!, { place, value: { pred_masks: [left] }, wordless: true }, files);
    const plan = { protocol: 'strict', metrics: ['meteor', 'ap', 'recall'] } as const;
    const scorer = new CaptionScorer(false, () => ({ stem: true }));
    const { caption } = new Measurer(plan, sharedWords, scorer).measure(pair);
    expect(caption).toMatchObject({ ap: expect.anything(), miou: expect.anything() });
    expect(caption).not.toHaveProperty('recall');
    expect(caption).not.toHaveProperty('texts');
  });
});

describe('referring expressions', () => {
  const refs = [
    { ref_id: 1, image_id: 5, ann_id: [10, 11], split: 'val', sentences: [{ sent: 'both' }, { sent: 'later' }] },
    { ref_id: 2, image_id: 5, ann_id: [-1], split: 'val', no_target: true, sentences: [] },
    { ref_id: 3, image_id: 5, ann_id: 10, split: 'testA', sentences: [{ raw: 'one' }] },
  ];
  const instances = {
    images: [{ id: 5, height: 2, width: 2 }],
    annotations: [
      { id: 10, segmentation: left },
      { id: 11, segmentation: all },
    ],
  };

  it('are those of a split, each by its first sentence', () => {
    const read = readExpressions(refs, instances, 'val');
    expect(read).toMatchObject({
      value: [
        { id: 1, text: 'both', noTarget: false },
        { id: 2, noTarget: true },
      ],
    });
    expect(readExpressions(refs, instances, undefined)).toMatchObject({ value: { length: 3 } });
  });

  it('are denied by word, or where nothing is drawn, and not where the prediction is missing', () => {
    const read = readExpressions(refs, instances, undefined);
    const answers = readPredictedExpressions([
      { ref_id: 1, segmentation: left, no_target: true },
      { ref_id: 2, pred_masks: [] },
    ]);
    const expressions = read.ok ? read.value : [];
    const pairs = expressions.map((each) => pairExpression(each, answers.get(each.id), place, place));
    const found = pairs.map(({ work }) => (work as ReferringWork).expressions[0]!);
    expect(
      found.map(({ saysNoTarget, targets, predictions }) => [saysNoTarget, targets.length, predictions.length]),
    ).toEqual([
      [true, 2, 1],
      [true, 0, 0],
      [false, 1, 0],
    ]);
    expect(pairs.map(({ prediction }) => prediction !== undefined)).toEqual([true, true, false]);
  });

  it('whose annotation is not there are not scored', () => {
    const read = readExpressions([{ ref_id: 1, ann_id: 99, sentences: [] }], instances, undefined);
    const pair = pairExpression(read.ok ? read.value[0]! : ({} as never), {}, place, place);
    expect(pair.work).toBeUndefined();
    expect(pair.problems).toHaveLength(1);
  });
});

describe('panoptic maps', () => {
  it('give the segments of the list, those without a pixel, and those that are not listed', () => {
    const data = Uint8Array.of(1, 0, 0, 255, 0, 1, 0, 255, 0, 1, 0, 255, 0, 0, 0, 255);
    const listed = [
      { id: 1, category_id: 3, iscrowd: 1, area: 9 },
      { id: 77, category_id: 4 },
    ];
    const read = decodeSegmentMap(encodePng({ width: 2, height: 2, data }));
    const segments = read.ok ? panopticSegments(read.value, listed) : [];
    expect(segments.map(({ id, category, mask }) => [id, category, area(mask)])).toEqual([
      [1, 3, 1],
      [77, 4, 0],
      [256, undefined, 2],
    ]);
    expect(segments[0]).toMatchObject({ crowd: true, area: 9 });
    expect(decodeSegmentMap(Uint8Array.of(1, 2, 3)).ok).toBe(false);
  });
});

describe('any value at all', () => {
  const key = fc.constantFrom(
    ...['images', 'annotations', 'id', 'image_id', 'segmentation', 'size', 'counts', 'caption', 'labels', 'pred_masks'],
    ...['ref_id', 'ann_id', 'sentences', 'segments_info', 'categories', 'height', 'width', 'file_name', 'phrases'],
  );
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom<unknown>(null, 0, 1, -1, 1e300, '', 'a', true, [2, 2], left),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(key, tie('value'), { maxKeys: 5 }),
    ),
  }));

  it('is read without a throw', () => {
    fc.assert(
      fc.property(value, value, value, (a, b, c) => {
        const images = readGcgTruth(a, b);
        if (images.ok) for (const image of images.value) pairGcg(image, { place, value: c }, files);
        readResultsList(a);
        readPanopticFile(a);
        const expressions = readExpressions(a, b, undefined);
        const answers = readPredictedExpressions(c);
        if (expressions.ok)
          for (const each of expressions.value) pairExpression(each, answers.get(each.id), place, place);
      }),
      { numRuns: 2000 },
    );
  });
});
