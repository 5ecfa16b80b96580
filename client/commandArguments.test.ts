import { expect, it } from 'vitest';
import { placeOf, textOf } from './commandArguments.ts';

it('takes a position for one, and nothing else that a menu may give', () => {
  expect(placeOf({ line: 2, character: 5, more: true })).toEqual({ line: 2, character: 5 });
  for (const given of [undefined, null, 3, 'text', {}, { groupId: 1 }, { line: 1 }, { line: '1', character: 2 }, []])
    expect(placeOf(given)).toBeUndefined();
});

it('takes a text for one', () => {
  expect(textOf('file:///a.uscdf')).toBe('file:///a.uscdf');
  expect(textOf({ path: '/a.uscdf' })).toBeUndefined();
});
