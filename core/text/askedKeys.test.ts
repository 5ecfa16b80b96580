import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { processorMs } from '../testing/processorMs.ts';
import { AskedKeys } from './askedKeys.ts';
import { oneHoldsOther } from './sameReferent.ts';

const key = fc.array(fc.constantFrom('dog', 'red', 'left', 'on'), { maxLength: 16 }).map((words) => words.join(' '));

function keysOf(asked: readonly string[]): AskedKeys {
  const keys = new AskedKeys();
  for (const each of asked) keys.add(each);
  return keys;
}

describe('the keys of what was asked for', () => {
  it('are found by what comparing each with each would find', () => {
    fc.assert(
      fc.property(fc.array(key, { maxLength: 5 }), key, (asked, wanted) => {
        const alike = asked.some((other) => other === wanted || oneHoldsOther(other, wanted));
        expect(keysOf(asked).hasAlike(wanted)).toBe(alike);
      }),
      { numRuns: 2_000 },
    );
  });

  it('are counted once each', () => expect(keysOf(['dog', 'cat', 'dog']).size).toBe(2));

  it('are found in time linear in their words', () => {
    const started = processorMs();
    const keys = keysOf(Array.from({ length: 20_000 }, (_, i) => `dog ${i} ${'on the left '.repeat(i % 7)}`.trim()));
    const alike = Array.from({ length: 20_000 }, (_, i) => keys.hasAlike(`zebra ${i} behind the fence`));
    expect(alike).not.toContain(true);
    expect(processorMs() - started).toBeLessThan(10_000);
  });
});
