import { describe, expect, it } from 'vitest';
import { drawnMask, type GcgCase, gcgExamples, vectorCases } from '../../testing/maskVectors.ts';
import { processorMs } from '../../testing/processorMs.ts';
import { Accumulator } from './accumulator.ts';
import type { MaskExample, Protocol } from './example.ts';
import { maskRecall, type RecallResult } from './recall.ts';
import { noTextGate, sharedWords, similarityTable, type TextSimilarity, vectorSimilarity } from './textSimilarity.ts';

function score(
  examples: readonly MaskExample[],
  similarity: TextSimilarity = sharedWords,
  protocol: Protocol = 'paper',
): RecallResult {
  const accumulator = new Accumulator(maskRecall(protocol, similarity));
  for (const example of examples) accumulator.add(example);
  return accumulator.result();
}

const left = drawnMask('##..', '##..');
const leftButOne = drawnMask('##..', '#...');
const right = drawnMask('..##', '..##');
const empty = drawnMask('....', '....');

const twoThings: MaskExample = {
  id: 'a',
  order: 0,
  truth: [{ mask: left }, { mask: right }],
  predictions: [{ mask: leftButOne }, { mask: right }],
  labels: ['a dog', 'a red car'],
  phrases: ['the dog', 'a boat'],
};

describe('equal to the paper’s scripts', () => {
  it.each(vectorCases<GcgCase>('ap/gcg_masks').filter(({ expected }) => expected.recall !== undefined))(
    '$name',
    (given) => {
      const result = score(gcgExamples(given), similarityTable('table', given.text_similarity!));
      const { mglmm, glamm_sequential, per_image_tp_ap } = given.expected.recall!;
      expect(Math.abs(result.recall! - mglmm)).toBeLessThanOrEqual(1e-12);
      expect(Math.abs(result.olderRecall! - glamm_sequential)).toBeLessThanOrEqual(1e-12);
      const perImage = result.perImage.map(({ id, found, positives }) => [String(id), [found, positives]]);
      expect(Object.fromEntries(perImage)).toEqual(per_image_tp_ap);
    },
  );

  it('ends an image at the first pair whose texts disagree', () => {
    expect(score([twoThings]).recall).toBe(0);
    expect(score([twoThings], noTextGate).recall).toBe(1);
  });

  it('drops an image whose masks differ in size; the older script keeps its labels', () => {
    const odd = { ...twoThings, id: 'b', order: 1, predictions: [{ mask: drawnMask('#') }] };
    const result = score([twoThings, odd], noTextGate);
    expect(result.recall).toBe(1);
    expect(result.olderRecall).toBe(0.5);
    expect(result.notes[0]).toMatchObject({ kind: 'size-differs', count: 1, examples: ['b'] });
  });
});

describe('strict', () => {
  it('goes on after a pair whose texts disagree', () => {
    expect(score([twoThings], sharedWords, 'strict').recall).toBe(0.5);
    expect(score([twoThings], sharedWords, 'strict').perImage[0]!.targets).toEqual([
      { label: 'a dog', area: 4, found: true },
      { label: 'a red car', area: 4, found: false },
    ]);
  });

  it('counts masks without a label as missed', () => {
    const example = { ...twoThings, labels: ['a dog'], phrases: ['a dog'] };
    const result = score([example], sharedWords, 'strict');
    expect([result.found, result.positives]).toEqual([1, 2]);
    expect(result.notes.map(({ kind }) => kind)).toEqual(['text-missing']);
    expect(score([example]).positives).toBe(0);
  });

  it('takes two empty masks for equal', () => {
    const example = { ...twoThings, truth: [{ mask: empty }], predictions: [{ mask: empty }], labels: ['a dog'] };
    expect(score([example], sharedWords, 'strict')).toMatchObject({ recall: 1, notes: [{ kind: 'empty-pair' }] });
  });

  it('has no recall where nothing is to be found', () => {
    expect(score([], sharedWords, 'strict').recall).toBeUndefined();
    expect(score([]).recall).toBe(0);
  });
});

describe('text similarity', () => {
  it.each([
    ['a brown dog', 'the dog', Math.SQRT1_2],
    ['Dogs', 'a dog', 1],
    ['two boxes', 'two box', 1],
    ['the cities', 'city', 1],
    ['a man in a red shirt', 'man', 1 / Math.sqrt(3)],
    ['man', 'woman', 0],
    ['glass', 'glasses', 1],
    ['it', 'it', 1],
    ['the', 'THE', 1],
    ['', 'dog', 0],
    ['собаки', 'собаки.', 1],
  ])('shared words of "%s" and "%s"', (label, phrase, expected) => {
    expect(sharedWords.similarity(label, phrase)).toBeCloseTo(expected, 12);
    expect(sharedWords.similarity(phrase, label)).toBeCloseTo(expected, 12);
  });

  it('reads a long phrase in one pass', () => {
    const long = 'a very long dog '.repeat(20_000);
    const started = processorMs();
    expect(sharedWords.similarity(long, 'dog')).toBeCloseTo(1 / Math.sqrt(3), 12);
    expect(processorMs() - started).toBeLessThan(2000);
  });

  it('takes the cosine of vectors, and names whose they are', () => {
    const vectors = Float32Array.of(1, 0, 0.6, 0.8, 0, 1);
    const model = vectorSimilarity('a language model', ['dog', 'puppy', 'car'], vectors, 2);
    expect(model.similarity('dog', 'puppy')).toBeCloseTo(0.6, 6);
    expect(model.similarity('car', 'puppy')).toBeCloseTo(0.8, 6);
    expect(model.similarity('dog', 'car')).toBe(0);
    expect(model.similarity('dog', 'never seen')).toBe(0);
    const result = score([{ ...twoThings, labels: ['dog', 'car'], phrases: ['puppy', 'car'] }], model);
    expect(result).toMatchObject({ recall: 1, similarity: 'a language model' });
  });
});
