import { expect, it } from 'vitest';
import { inReviewOrder, neighbour, type Undecided } from './reviewOrder.ts';

const draft = (document: string, record: number, key?: string): Undecided => ({
  document,
  record,
  ...(key !== undefined && { key }),
});
const ALL = inReviewOrder([
  draft('b', 0, 'k4'),
  draft('a', 2, 'k2'),
  draft('a', 0),
  draft('a', 2),
  draft('a', 10, 'k3'),
]);

it('goes through a document in its order, then through the next one', () => {
  expect(ALL.map(({ document, record, key }) => `${document}${record}${key ?? ''}`)).toEqual([
    ...['a0', 'a2', 'a2k2', 'a10k3', 'b0k4'],
  ]);
});

it('leads from one to the next and back, and round at the ends', () => {
  for (const [i, each] of ALL.entries()) {
    expect(neighbour(ALL, each, 1)).toBe(ALL[(i + 1) % ALL.length]);
    expect(neighbour(ALL, each, -1)).toBe(ALL.at(i - 1));
  }
});

it('leads on from a draft that was decided on', () => {
  const [, gone, ...later] = ALL;
  expect(neighbour(later, gone!, 1)).toBe(later[0]);
  expect(neighbour(later, gone!, -1)).toBe(later.at(-1));
  expect(neighbour([], gone!, 1)).toBeUndefined();
});

it('begins before the drafts of a document, or behind them', () => {
  expect(neighbour(ALL, draft('b', -1), 1)).toBe(ALL[4]);
  expect(neighbour(ALL, draft('a', Number.POSITIVE_INFINITY), -1)).toBe(ALL[3]);
});
