import { expect, it } from 'vitest';
import type { ShownRow } from '../browserProtocol.ts';
import { RowStore } from './rowStore.ts';

const row = (record: number) => ({ record }) as ShownRow;
const rows = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => row(from + i));
const storeOf = (count: number) => {
  const store = new RowStore();
  store.select({ number: 1, count, complete: true });
  return store;
};

it('says which places are missing, in stretches', () => {
  const store = storeOf(100);
  store.put(1, 10, rows(10, 20));
  expect(store.missing(5, 30)).toEqual([
    [5, 10],
    [20, 30],
  ]);
  expect(store.missing(90, 200)).toEqual([[90, 100]]);
  expect(store.missing(10, 20)).toEqual([]);
});

it('takes no rows of another selection', () => {
  const store = storeOf(100);
  expect(store.put(2, 0, rows(0, 5))).toEqual([]);
  expect(store.at(0)).toBeUndefined();
});

it('shows a row of the selection before until its place has its own', () => {
  const store = storeOf(100);
  store.put(1, 0, rows(0, 5));
  store.select({ number: 2, count: 50, complete: true });
  expect(store.at(3)?.record).toBe(3);
  expect(store.own(3)).toBeUndefined();
  expect(store.missing(3, 4)).toEqual([[3, 4]]);
  expect(store.put(2, 3, [row(77)])).toEqual([3]);
  expect(store.at(3)?.record).toBe(77);
});

it('lets go of what is far away', () => {
  const store = storeOf(100_000);
  for (let from = 0; from < 10_000; from += 500) {
    store.put(1, from, rows(from, from + 500));
    store.keepNear(from, from + 500);
  }
  expect(store.own(9_900)).toBeDefined();
  expect(store.own(100)).toBeUndefined();
});
