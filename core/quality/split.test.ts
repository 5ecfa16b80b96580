import { describe, expect, it } from 'vitest';
import { partOf, readRatio } from './split.ts';

describe('readRatio', () => {
  it('takes shares and weights', () => {
    expect(readRatio('train=0.9, val=0.1')).toEqual({
      ok: true,
      value: [
        { name: 'train', share: 0.9 },
        { name: 'val', share: 0.1 },
      ],
    });
    expect(readRatio('a=1,b=3')).toMatchObject({ value: [{ share: 0.25 }, { share: 0.75 }] });
  });

  it.each([
    '',
    'train',
    'train=1',
    'train=0.9,val=',
    'train=0.9,val=-1',
    'a=1,A=1',
    '../x=1,y=1',
    'a=1,b=NaN',
    'a=1,=2',
  ])('refuses %j', (text) => {
    expect(readRatio(text)).toMatchObject({ ok: false, message: expect.stringContaining('--ratio') });
  });
});

describe('partOf', () => {
  const parts = [
    { name: 'train', share: 0.8 },
    { name: 'val', share: 0.15 },
    { name: 'test', share: 0.05 },
  ];
  const keys = Array.from({ length: 100_000 }, (_, i) => `images/${i}.jpg`);

  it('keeps to the shares, to within half a percent of all', () => {
    const counts = [0, 0, 0];
    for (const key of keys) counts[partOf(key, 0, parts)]!++;
    for (const [i, { share }] of parts.entries())
      expect(Math.abs(counts[i]! / keys.length - share)).toBeLessThan(0.005);
  });

  it('gives another split for another seed', () => {
    const moved = keys.filter((key) => partOf(key, 0, parts) !== partOf(key, 1, parts)).length;
    // Two independent draws differ with 1 − (0.8² + 0.15² + 0.05²) = 0.335.
    expect(moved / keys.length).toBeGreaterThan(0.32);
    expect(moved / keys.length).toBeLessThan(0.35);
  });
});
