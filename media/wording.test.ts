import { describe, expect, test } from 'vitest';
import type { PreviewMask, PreviewRecord } from '../core/language/previewModel.ts';
import { announceMask, announcePhrase, areaShare, phrasesOf } from './wording.ts';

const mask = (area: number): PreviewMask => ({ size: [100, 200], counts: '', color: 0, label: 'x', area });
const record: PreviewRecord = {
  id: 'r',
  index: 0,
  image: 'r.jpg',
  turns: [
    { role: 'human', parts: [{ kind: 'text', text: 'What plays?' }] },
    {
      role: 'gpt',
      parts: [
        { kind: 'phrase', text: 'a dog', phrase: 0, mask: 0 },
        { kind: 'text', text: ' and ' },
        { kind: 'phrase', text: ' the frisbee ', phrase: 1, mask: 1 },
        { kind: 'phrase', text: 'a cat', phrase: 2 },
        { kind: 'phrase', text: 'a man', phrase: 3, mask: 2 },
      ],
    },
  ],
  masks: [mask(5000), mask(240), { ...mask(0), problem: 'Its runs are cut off.' }, mask(20)],
  negatives: [],
  errors: 0,
  warnings: 0,
};

describe('wording', () => {
  test('shares keep one digit where it says something', () => {
    expect([0, 1, 20, 240, 1990, 2000, 20000].map((area) => areaShare(mask(area)))).toEqual([
      ...['0.0 %', '< 0.1 %', '0.1 %', '1.2 %', '9.9 %', '10 %', '100 %'],
    ]);
    expect(areaShare({ ...mask(1), size: [0, 0] })).toBe('0.0 %');
  });

  test('phrases and masks are announced with their place and their share', () => {
    expect(phrasesOf(record).map((part) => part.phrase)).toEqual([0, 1, 2, 3]);
    expect(announcePhrase(record, 1)).toBe('phrase 2 of 4, the frisbee, 1.2 % of the image');
    expect(announcePhrase(record, 2)).toBe('phrase 3 of 4, a cat, no mask');
    expect(announcePhrase(record, 3)).toBe('phrase 4 of 4, a man, mask cannot be read');
    expect(announcePhrase(record, 9)).toBe('');
    expect(announceMask(record, 3)).toBe('mask 4 of 4, no phrase, 0.1 % of the image');
  });
});
