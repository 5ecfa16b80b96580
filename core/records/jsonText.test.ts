import { expect, it } from 'vitest';
import { jsonText } from './jsonText.ts';

it('writes what can be written', () => {
  expect(jsonText({ a: [1, null, 'x'] })).toBe('{"a":[1,null,"x"]}');
});

it('writes nothing that holds itself or lies too deep', () => {
  const itself: unknown[] = [];
  itself.push(itself);
  expect(jsonText(itself)).toBeUndefined();
  let deep: unknown = 1;
  for (let level = 0; level < 100_000; level++) deep = [deep];
  expect(jsonText(deep)).toBeUndefined();
});
