import { expect, it } from 'vitest';
import { cocoNumber, imageKey } from './imageKey.ts';

it.each([
  ['/data/train2017/000000000042.jpg', 42],
  ['/data/val2014/COCO_val2014_000000000042.jpg', 42],
  ['https://images.cocodataset.org/000000000042.jpg?x=1', 42],
  ['/data/000000000042.txt', undefined],
  ['/data/00000000042.jpg', undefined],
  ['/data/12345678.jpg', undefined],
])('%s', (path, number) => {
  expect(cocoNumber(path)).toBe(number);
  expect(imageKey(path)).toBe(number === undefined ? path : `coco ${number}`);
});
