import fc from 'fast-check';
import { expect, it } from 'vitest';
import { itemOffset } from './itemPlace.ts';

/** The text behind the place that is found. */
function at(text: string, item: string): string | undefined {
  const offset = itemOffset(text, item);
  return offset === undefined ? undefined : text.slice(offset, offset + 9);
}

const coco = JSON.stringify({
  images: [{ id: 5 }, { id: 'a b' }, { id: 55, name: 'x' }],
  annotations: [
    { id: 1, image_id: 5 },
    { id: 2, image_id: 55 },
  ],
});

it.each([
  ['image 55', '{"id":55,'],
  ['image 5 segment 9', '{"id":5},'],
  ['image "a b"', '{"id":"a '],
  ['annotations[1]', '{"id":2,"'],
  ['annotations[1], question 3', '{"id":2,"'],
  ['image_id', '"image_id'],
  ['annotations[2]', undefined],
  ['image 6', undefined],
  ['the file', undefined],
])('finds %s in a JSON file of lists', (item, found) => {
  expect(at(coco, item)).toBe(found);
});

it('finds items of a list and of lines, which count from 1', () => {
  expect(at('[{"a": 1}, {"b": 22}]', 'item 2, region 1')).toBe('{"b": 22}');
  const lines = '{"a": 1}\r\n\r\n{"b": 22}\n{"id": "x y"}';
  expect(at(lines, 'record 2')).toBe('{"b": 22}');
  expect(at(lines, 'record 4')).toBeUndefined();
  expect(at(lines, 'line 3')).toBe('{"b": 22}');
  expect(at(lines, 'line 9')).toBeUndefined();
  expect(at(lines, 'x y')).toBe('"x y"}');
});

it('is total', () => {
  const item = fc.oneof(fc.string(), fc.constantFrom('line 3', 'item 2', 'record 1', 'image 1', 'images[0]', ''));
  fc.assert(
    fc.property(fc.string(), item, (text, name) => {
      const offset = itemOffset(text, name) ?? 0;
      expect(offset).toBeGreaterThanOrEqual(0);
      expect(offset).toBeLessThanOrEqual(text.length);
    }),
  );
});
