import { describe, expect, it } from 'vitest';
import { costOf, estimateText, priceIn } from './cost.ts';

const estimate = { images: 1, objects: 3, requests: 5, inputTokens: 4123, outputTokens: 456 };

describe('what a batch costs', () => {
  it('is the tokens at their prices', () => {
    expect(costOf({ inputTokens: 2e6, outputTokens: 5e5 }, { input: 2.5, output: 10 })).toBe(10);
  });

  it('is said before it begins', () => {
    expect(estimateText(estimate, undefined)).toBe(
      '1 image with 3 objects: 5 requests, up to 10 if every answer has to be asked for again; about 4,100 tokens in and 460 out. No price is set for the model, so the cost is not known.',
    );
    expect(estimateText(estimate, { input: 100, output: 1000 })).toMatch(/ That costs about 0\.868, up to 1\.74, by/);
  });

  it('follows from a table of the user', () => {
    expect(priceIn({ a: { input: 1, output: 2 } }, 'a')).toEqual({ ok: true, value: { input: 1, output: 2 } });
    expect(priceIn({}, 'a')).toEqual({ ok: true, value: undefined });
    for (const table of [[], null, { a: 3 }, { a: { input: -1, output: 2 } }, { a: { input: '1', output: 2 } }])
      expect(priceIn(table, 'a').ok).toBe(false);
  });
});
