import { describe, expect, it } from 'vitest';
import { fromBitmap } from '../masks/runLengthMask.ts';
import { type MaskedObject, objectTree, withoutDuplicates } from './objectTree.ts';

/** A box `[x, y, width, height]` in an image of 20 × 20. */
function object(number: number, [x, y, width, height]: readonly [number, number, number, number]): MaskedObject {
  const pixels = new Uint8Array(400);
  for (let row = y; row < y + height; row++) pixels.fill(1, row * 20 + x, row * 20 + x + width);
  return { number, mask: fromBitmap(pixels, 20, 20), value: {}, label: undefined };
}

const numbers = (list: readonly MaskedObject[]) => list.map(({ number }) => number);

describe('the tree of objects', () => {
  it('puts parts under the smallest object that holds them', () => {
    const woman = object(1, [0, 0, 10, 20]);
    const head = object(2, [2, 0, 6, 6]);
    const eye = object(3, [3, 2, 2, 1]);
    const leg = object(4, [2, 12, 2, 6]);
    const tree = objectTree([eye, head, object(5, [12, 0, 6, 6]), leg, woman]);
    expect(numbers(tree.roots)).toEqual([5, 1]);
    expect(tree.subtrees.map(({ object: whole, parts }) => [whole.number, numbers(parts)])).toEqual([
      [1, [2, 4]],
      [2, [3]],
    ]);
  });

  it('lets objects that only overlap stand side by side', () => {
    const tree = objectTree([object(1, [0, 0, 10, 10]), object(2, [5, 0, 10, 4])]);
    expect(numbers(tree.roots)).toEqual([1, 2]);
    expect(tree.subtrees).toEqual([]);
  });

  it('has no two objects that show the same', () => {
    const { kept, duplicates } = withoutDuplicates([
      object(1, [0, 0, 10, 10]),
      object(2, [0, 0, 10, 10]),
      object(3, [0, 0, 10, 9]),
    ]);
    expect(numbers(kept)).toEqual([1, 3]);
    expect(numbers(duplicates)).toEqual([2]);
    expect(objectTree([]).roots).toEqual([]);
  });
});
