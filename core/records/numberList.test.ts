import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeNumbers } from './numberList.ts';

const hundredths = fc.integer({ min: 0, max: 1_100_000_000 }).map((value) => value / 100);
const number = fc.oneof(hundredths, fc.nat(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(-0));

describe('writeNumbers', () => {
  it.each(['coordinates', 'any numbers'])('writes %s as JSON does', (what) => {
    fc.assert(
      fc.property(fc.array(what === 'coordinates' ? hundredths : number, { maxLength: 30 }), (numbers) => {
        expect(writeNumbers(numbers, ',')).toBe(JSON.stringify(numbers));
        expect(writeNumbers(numbers, ', ')).toBe(JSON.stringify(numbers).replaceAll(',', ', '));
      }),
      { numRuns: 1000 },
    );
  });

  it('writes a list of any length, and numbers at the ends of what is written fast', () => {
    const numbers = Array.from({ length: 5000 }, (_, i) => [0, 9_999_999.99, 0.01, 0.1, 10, 1e7, 99.9][i % 7]!);
    expect(writeNumbers(numbers, ', ')).toBe(JSON.stringify(numbers).replaceAll(',', ', '));
    const all = numbers.filter((value) => value < 1e7);
    expect(writeNumbers(all, ', ')).toBe(JSON.stringify(all).replaceAll(',', ', '));
  });
});
