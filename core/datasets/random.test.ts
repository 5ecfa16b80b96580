import { describe, expect, it } from 'vitest';
import { Random } from './random.ts';

describe('Random', () => {
  it('gives the same numbers for the same seed and name, and others for others', () => {
    const numbers = (seed: number, name: string) => {
      const random = new Random(seed, name);
      return Array.from({ length: 5 }, () => random.next());
    };
    expect(numbers(1, 'a')).toEqual(numbers(1, 'a'));
    expect(numbers(1, 'a')).not.toEqual(numbers(2, 'a'));
    expect(numbers(1, 'a')).not.toEqual(numbers(1, 'b'));
  });

  it('is even: over names as over draws', () => {
    const counts = new Uint32Array(10);
    for (let i = 0; i < 50_000; i++) counts[new Random(7, `sample-${i}`).below(10)]!++;
    // The standard deviation of each is 67.
    for (const count of counts) expect(Math.abs(count - 5000)).toBeLessThan(350);
    const random = new Random(7, 'one');
    let sum = 0;
    for (let i = 0; i < 50_000; i++) sum += random.share();
    expect(Math.abs(sum / 50_000 - 0.5)).toBeLessThan(0.006);
  });

  it('draws without putting back', () => {
    const random = new Random(3, 'x');
    expect([...random.sample([1, 2, 3, 4, 5], 5)].sort()).toEqual([1, 2, 3, 4, 5]);
    expect(random.sample([1, 2], 9)).toHaveLength(2);
    expect(random.pick([])).toBeUndefined();
  });
});
