import { describe, expect, it } from 'vitest';
import { JsonRecord } from '../records/jsonRecord.ts';
import { RecordModel } from '../records/recordModel.ts';
import { recordAround } from '../testing/fixtures.ts';
import { processorMs } from '../testing/processorMs.ts';
import { NearestPhrase } from './nearestPhrase.ts';

function phrasesOf(...phrases: readonly string[]): NearestPhrase {
  const answer = phrases.map((phrase) => `<p> ${phrase} </p> [SEG]`).join(', ');
  return new NearestPhrase(new RecordModel(new JsonRecord(JSON.stringify(recordAround(answer)))).phrases);
}

const nearest = (phrases: NearestPhrase, key: string) => phrases.nearest(key)?.phrase.text;

describe('the nearest phrase', () => {
  const phrases = phrasesOf('the red car', 'a small dog', 'a dog on the left', 'the blue car');

  it.each([
    ['smal dog', 'a small dog'],
    ['blue cra', 'the blue car'],
    ['green car', 'the red car'],
    ['dog on the far left', 'a dog on the left'],
    ['zebra', undefined],
    ['', undefined],
    ['on the', undefined],
  ])('to %j is %j', (key, phrase) => expect(nearest(phrases, key)).toBe(phrase));

  it('is looked for where none reads the same', () => {
    expect(phrases.has('small dog')).toBe(true);
    expect(phrases.has('smal dog')).toBe(false);
  });

  it('is found quickly for each of many children', () => {
    const many = phrasesOf(...Array.from({ length: 5_000 }, (_, i) => `the person number ${i}`));
    const started = processorMs();
    for (let i = 0; i < 20_000; i++) many.nearest(`persons in row ${i}`);
    expect(processorMs() - started).toBeLessThan(10_000);
    expect(nearest(many, 'persons in row 17')).toBe('the person number 17');
  });
});
