import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBoxes, readPolygons } from './locations.ts';
import { repeatingTokens } from './noRepeats.ts';

const LOCATIONS = { token: '<loc_{number}>', bins: 1000 };
const SIZE = { width: 500, height: 200 };

describe('readBoxes', () => {
  it('reads labels with one box or several, in whole pixels', () => {
    const text =
      'a dog<loc_100><loc_0><loc_500><loc_999>two balls<loc_0><loc_0><loc_10><loc_10><loc_20><loc_20><loc_30><loc_40>';
    expect(readBoxes(text, LOCATIONS, SIZE)).toEqual([
      { label: 'a dog', boxes: [[50, 0, 250, 199]] },
      {
        label: 'two balls',
        boxes: [
          [0, 0, 5, 2],
          [10, 4, 15, 8],
        ],
      },
    ]);
  });

  it.each([
    ['places without a label', '<loc_1><loc_1><loc_500><loc_500>'],
    ['a label without places', 'a dog'],
    ['three places', 'a dog<loc_1><loc_1><loc_500>'],
    ['a box that ends before it begins', 'a dog<loc_500><loc_1><loc_100><loc_500>'],
    ['places beyond the grid', 'a dog<loc_1><loc_1><loc_1000><loc_5000>'],
    ['words of another tag', '<od>'],
  ])('drops %s', (_, text) => {
    expect(readBoxes(text, LOCATIONS, SIZE)).toEqual([]);
  });

  it('takes the words behind a tag of another kind', () => {
    const text = '<od>dog<loc_1><loc_1><loc_500><loc_500></od>';
    expect(readBoxes(text, LOCATIONS, SIZE).map(({ label }) => label)).toEqual(['dog']);
  });
});

describe('readPolygons', () => {
  it('reads outlines parted by tags, without an odd place and without lines', () => {
    const triangle = '<loc_0><loc_0><loc_500><loc_0><loc_500><loc_999>';
    const text = `<poly>${triangle}<loc_7><sep>${triangle}</poly><loc_1><loc_2><loc_3><loc_4>`;
    expect(readPolygons(text, LOCATIONS, SIZE)).toEqual([
      [0, 0, 250, 0, 250, 199],
      [0, 0, 250, 0, 250, 199],
    ]);
  });
});

it('reads any text', () => {
  const piece = fc.oneof(fc.constantFrom('<loc_', '12', '>', '<loc_7>', '<sep>', 'a dog', '<', '\ud800'), fc.string());
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const text = pieces.join('');
      for (const { label, boxes } of readBoxes(text, LOCATIONS, SIZE)) {
        expect(label).not.toBe('');
        for (const [left, top, right, bottom] of boxes) {
          expect(left >= 0 && left < right && right <= 500 && top >= 0 && top < bottom && bottom <= 200).toBe(true);
        }
      }
      for (const polygon of readPolygons(text, LOCATIONS, SIZE))
        expect((polygon.length % 2) + (polygon.length < 6 ? 1 : 0)).toBe(0);
    }),
  );
});

it('knows which token would repeat three', () => {
  expect([...repeatingTokens([1, 2, 3, 9, 1, 2], 3)]).toEqual([3]);
  expect([...repeatingTokens([1, 2, 1, 2, 1, 2], 3)]).toEqual([1]);
  expect(repeatingTokens([1, 2], 3).size).toBe(0);
  expect([...repeatingTokens([4, 5], 2)]).toEqual([]);
  expect([...repeatingTokens([4, 5, 4], 2)]).toEqual([5]);
});
