import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FileKind } from '../../records/document.ts';
import { JsonRecord } from '../../records/jsonRecord.ts';
import { RecordModel } from '../../records/recordModel.ts';
import { documentOf, FILE_KINDS, recordAround, tinyMask } from '../../testing/fixtures.ts';
import type { Protocol } from '../masks/example.ts';
import { sharedWords } from '../masks/textSimilarity.ts';
import { CaptionScorer } from './captionScorer.ts';
import { Measurer } from './measure.ts';
import { METRICS } from './plan.ts';
import { type PlacedModel, pairRecords } from './recordPair.ts';
import type { CaptionWork, Pair, PanopticWork, ReferringWork } from './work.ts';

type Values = Readonly<Record<string, unknown>>;

function placed(record: Values, file: string, kind: FileKind = 'json'): PlacedModel {
  const cell = documentOf(record, kind).cells[0]!;
  return { record: new RecordModel(cell.record), place: { file, line: cell.start.line } };
}

function pair(reference: Values, prediction?: Values, protocol: Protocol = 'paper', kind: FileKind = 'json'): Pair {
  const answer = prediction === undefined ? undefined : placed(prediction, 'predicted', kind);
  return pairRecords(placed(reference, 'true', kind), answer, 3, protocol);
}

/** A record with a question of its own. */
function asked(question: string, answer: string, more: Values = {}): Values {
  const conversations = [
    { from: 'human', value: `<image>\n${question}` },
    { from: 'gpt', value: answer },
  ];
  return recordAround(answer, { conversations, task: 'referring', ...more });
}

const areas = (masks: readonly { readonly counts: ArrayLike<number> }[]) =>
  masks.map(({ counts }) => Array.from(counts).reduce((sum, run, i) => sum + (i % 2 === 1 ? run : 0), 0));

describe('grounded captions', () => {
  it.each(FILE_KINDS)('are compared by their words and masks (%s)', (kind) => {
    const reference = recordAround('<p> A dog </p> [SEG] on <p> grass </p> [SEG].', { task: 'gcg' });
    const { work, problems } = pair(reference, recordAround('<p> A cat </p> [SEG] sits.'), 'paper', kind);
    const { set, texts, masks } = work as CaptionWork;
    expect(problems).toEqual([]);
    expect(set).toBe('gcg');
    expect(texts).toEqual({ hypothesis: 'A cat sits.', references: ['A dog on grass .'] });
    expect(masks).toMatchObject({ id: 'example', order: 3, labels: ['A dog', 'grass'], phrases: ['A cat'] });
    expect(masks!.truth).toHaveLength(2);
    expect(masks!.predictions).toHaveLength(1);
  });

  it.each([
    [{ task: 'mgsc' }, 'mgsc-root'],
    [{ task: 'mgsc', target: 'a dog' }, 'mgsc-subtree'],
    [{ task: 'mgsc', parent: 'root' }, 'mgsc-subtree'],
    [{ task: 'region' }, 'region'],
    [{}, 'gcg'],
  ] as const)('with %j belong to %s', (more, set) => {
    const record = recordAround('<p> A dog </p> [SEG] runs.', more);
    expect((pair(record, record).work as CaptionWork).set).toBe(set);
  });

  it('have scores in strict only: the paper’s script gives every mask 1', () => {
    const scored = { ...tinyMask(0), score: 0.3 };
    const record = recordAround('<p> A dog </p> [SEG] runs.', { masks: [scored] });
    const scoresBy = (protocol: Protocol) =>
      (pair(record, record, protocol).work as CaptionWork).masks!.predictions.map(({ score }) => score);
    expect(scoresBy('paper')).toEqual([undefined]);
    expect(scoresBy('strict')).toEqual([0.3]);
  });
});

describe('referring expressions', () => {
  const question = 'Please segment the dog, the zebra, and the cat in this image.';
  const answer =
    "Sure, <p> the dog </p> [SEG] and <p> the cat </p> [SEG]. But I don't see any the zebra in this image.";

  it('are scored one by one, found by their words', () => {
    const prediction = asked(
      question,
      "Sure, it is <p> the cat </p> [SEG]. But I don't see any the dog in this image.",
    );
    const { expressions, set } = pair(asked(question, answer), prediction).work as ReferringWork;
    expect(set).toBe('referring');
    expect(
      expressions.map(({ id, noTarget, saysNoTarget, predictions }) => [
        id,
        noTarget,
        saysNoTarget,
        predictions.length,
      ]),
    ).toEqual([
      ['example: the dog', false, true, 0],
      ['example: the cat', false, false, 1],
      ['example: the zebra', true, true, 0],
    ]);
    const orders = expressions.map(({ order }) => order);
    expect(orders[0]).toBe(3);
    expect(orders.every((order, i) => order < 4 && (i === 0 || order > orders[i - 1]!))).toBe(true);
  });

  it('alone in their answer are scored whatever words it uses, all masks together', () => {
    const reference = asked('Can you segment the dog in this image.', 'Sure, it is <p> the dog </p> [SEG].');
    const other = asked('…', 'Sure, <p> a pup </p> [SEG] and <p> its tail </p> [SEG].');
    const { expressions } = pair(reference, other).work as ReferringWork;
    expect(expressions).toHaveLength(1);
    expect(expressions[0]).toMatchObject({ id: 'example', noTarget: false, saysNoTarget: false });
    expect(areas(expressions[0]!.predictions)).toEqual([1, 1]);
  });

  it('of a reasoning question are one', () => {
    const text = 'Sit on the <p> armchair </p> [SEG] with the <p> bottle </p> [SEG].';
    const record = asked('Where could I rest?', text, { task: 'reasoning' });
    const { expressions, set } = pair(record, record).work as ReferringWork;
    expect(set).toBe('reasoning');
    expect(expressions.map(({ targets }) => targets.length)).toEqual([2]);
  });

  it('say nothing where the prediction is missing', () => {
    const { work, prediction } = pair(asked(question, answer));
    expect(prediction).toBeUndefined();
    expect((work as ReferringWork).expressions.map(({ saysNoTarget }) => saysNoTarget)).toEqual([false, false, false]);
  });

  it('are recognised by the answer where no task is named', () => {
    const denial = asked('Please segment the zebra in this image.', "Sorry, I don't see any zebra in this image.", {
      task: undefined,
    });
    const { set, expressions } = pair(denial, denial).work as ReferringWork;
    expect(set).toBe('referring');
    expect(expressions).toMatchObject([{ noTarget: true, saysNoTarget: true }]);
  });

  it('that are none are said to be none', () => {
    const { work, problems } = pair(asked('Can you segment the dog in this image.', 'Yes.'));
    expect(work).toBeUndefined();
    expect(problems[0]?.message).toMatch(/neither grounds nor denies anything/);
  });
});

describe('panoptic answers', () => {
  it('are segments of the categories that their phrases name', () => {
    const record = asked(
      '…',
      'Sure, the image contains <p> person-1 </p> [SEG], <p> person-2 </p> [SEG], and <p> sky </p> [SEG].',
      {
        task: 'panoptic',
      },
    );
    const { example, categories } = pair(record, record).work as PanopticWork;
    expect(example.truth.map(({ category }) => category)).toEqual([1, 1, categories[2]!.id]);
    expect(categories.slice(0, 3)).toMatchObject([
      { name: 'person', isThing: true },
      {},
      { name: 'sky', isThing: false },
    ]);
  });
});

describe('masks that are not in order', () => {
  const sound = recordAround('<p> A dog </p> [SEG] and <p> a cat </p> [SEG].', { task: 'gcg' });

  it('of a reference keep it from being scored', () => {
    const { work, problems } = pair({ ...sound, masks: [tinyMask(0)] }, sound);
    expect(work).toBeUndefined();
    expect(problems).toMatchObject([{ id: 'example', place: { file: 'true' } }]);
    expect(problems[0]!.message).toMatch(/^This reference is not scored.*`\[SEG\]` 2 has no mask/);
  });

  it('of a prediction match nothing, and the others keep their phrases', () => {
    const { work, problems } = pair(sound, { ...sound, masks: [{ size: [2, 2], counts: [9] }, tinyMask(1)] });
    const { predictions, phrases } = (work as CaptionWork).masks!;
    expect(areas(predictions.map(({ mask }) => mask))).toEqual([0, 1]);
    expect(phrases).toEqual(['A dog', 'a cat']);
    expect(problems).toMatchObject([{ place: { file: 'predicted' } }]);
  });
});

describe('any record', () => {
  const piece = fc.constantFrom(
    ...[
      '<p> the dog </p> [SEG]',
      '<p>',
      '</p>',
      '[SEG]',
      ' a cat ',
      '. ',
      "But I don't see any zebra in this image.",
      '😀',
      '\n',
    ],
    ...['Sure, it is ', '<p> person-1 </p> [SEG]', 'and'],
  );
  const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
  const mask = fc.oneof(
    fc.nat(3).map((i): unknown => tinyMask(i)),
    fc.constantFrom<unknown>(null, {}, { size: [3, 1], counts: [1, 2] }, { size: [2, 2], counts: 'q' }, 7),
  );
  const record = fc.record({
    id: fc.constantFrom<unknown>('a', '', 3, undefined),
    task: fc.constantFrom<unknown>(
      'gcg',
      'mgsc',
      'region',
      'referring',
      'reasoning',
      'panoptic',
      'other',
      3,
      undefined,
    ),
    width: fc.constantFrom<unknown>(2, -1, 'x', undefined),
    height: fc.constantFrom<unknown>(2, 0, undefined),
    conversations: fc.array(
      fc.record({
        from: fc.constantFrom<unknown>('human', 'gpt', 'dog'),
        value: fc.oneof(text, fc.constant<unknown>(4)),
      }),
      { maxLength: 4 },
    ),
    masks: fc.oneof(fc.array(mask, { maxLength: 4 }), fc.constantFrom<unknown>(undefined, 'masks.json', {})),
  });
  const model = (value: unknown): PlacedModel => ({
    record: new RecordModel(new JsonRecord(JSON.stringify(value))),
    place: { file: 'a', line: 0 },
  });

  it('is paired and scored without a throw, or said to be none that can be', () => {
    const measurers = (['paper', 'strict'] as const).map(
      (protocol) =>
        [
          protocol,
          new Measurer({ protocol, metrics: METRICS }, sharedWords, new CaptionScorer(true, () => ({ stem: true }))),
        ] as const,
    );
    fc.assert(
      fc.property(record, fc.option(record, { nil: undefined }), (reference, prediction) => {
        for (const [protocol, measurer] of measurers) {
          const answer = prediction === undefined ? undefined : model(prediction);
          const found = pairRecords(model(reference), answer, 0, protocol);
          expect(found.work !== undefined || found.problems.length > 0).toBe(true);
          measurer.measure(found);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
