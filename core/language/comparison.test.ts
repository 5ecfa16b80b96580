import { expect, it } from 'vitest';
import { JsonRecord } from '../records/jsonRecord.ts';
import { recordAround, tinyMask } from '../testing/fixtures.ts';
import { compareRecords, phraseCount } from './comparison.ts';
import { previewRecord } from './preview.ts';

function shown(answer: string, masks: number) {
  const record = recordAround(answer, { masks: Array.from({ length: masks }, (_, i) => tinyMask(i)) });
  return previewRecord(new JsonRecord(JSON.stringify(record)), 0, [], undefined);
}

const reference = shown('<p> dog </p> [SEG] and <p> cat </p> [SEG]', 2);
const prediction = shown('<p> a cat </p> [SEG] on <p> grass </p>', 2);
const compared = compareRecords(reference, prediction);

it('shows the answers of both, with the names of their sides', () => {
  const answers = compared.turns.filter(({ role }) => role === 'gpt');
  expect(answers.map(({ speaker }) => speaker)).toEqual(['Reference', 'Prediction']);
  expect(compared.turns.filter(({ role }) => role === 'human')).toEqual(
    reference.turns.filter(({ role }) => role === 'human'),
  );
});

it('counts phrases and masks of the prediction on from those of the reference', () => {
  expect(phraseCount(reference)).toBe(2);
  const phrases = compared.turns.flatMap(({ parts }) =>
    parts.flatMap((part) => (part.kind === 'phrase' ? [part] : [])),
  );
  expect(phrases.map(({ phrase, mask }) => [phrase, mask])).toEqual([
    [0, 0],
    [1, 1],
    [2, 2],
    [3, undefined],
  ]);
  expect(compared.masks.map(({ phrase }) => phrase)).toEqual([0, 1, 2, undefined]);
  expect(phrases[2]!.text).toBe('a cat');
});

it('paints each side in a colour of its own', () => {
  expect(compared.masks.map(({ side }) => side)).toEqual(['reference', 'reference', 'prediction', 'prediction']);
  expect(new Set(compared.masks.slice(0, 2).map(({ color }) => color)).size).toBe(1);
  expect(new Set(compared.masks.slice(2).map(({ color }) => color)).size).toBe(1);
  expect(compared.masks[0]!.color).not.toBe(compared.masks[2]!.color);
  expect(compared.masks.map(({ counts }) => counts)).toEqual(
    [...reference.masks, ...prediction.masks].map(({ counts }) => counts),
  );
});
