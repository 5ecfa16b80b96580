import { expect, it } from 'vitest';
import { DistinctCount } from './distinctCount.ts';

it('counts exactly what is not much, however often it comes', () => {
  const count = new DistinctCount();
  for (let i = 0; i < 100_000; i++) count.add(`image ${i % 60_000}`);
  expect(count.result()).toEqual({ count: 60_000, exact: true });
});

it('estimates what is more to within two percent, in parts as well', () => {
  const [whole, even, odd] = [new DistinctCount(), new DistinctCount(), new DistinctCount()];
  const many = 600_000;
  for (let i = 0; i < many; i++) {
    whole.add(`image ${i}`);
    (i % 2 === 0 ? even : odd).add(`image ${i}`);
  }
  const { count, exact } = whole.result();
  expect(exact).toBe(false);
  expect(Math.abs(count - many) / many).toBeLessThan(0.02);
  even.merge(odd.fingerprints);
  expect(even.result()).toEqual(whole.result());
});
