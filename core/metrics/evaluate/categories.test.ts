import { describe, expect, it } from 'vitest';
import { categoryOf } from './categories.ts';

describe('the category that a phrase names', () => {
  it.each([
    ['person-1', 'person', true],
    [' Person-12 ', 'person', true],
    ['sky', 'sky', false],
    ['brick wall', 'brick wall', false],
    ['hot dog', 'hot dog', true],
    ['gargoyle', 'gargoyle', false],
    ['gargoyle-3', 'gargoyle', true],
    ['a-b', 'a-b', false],
    ['-1', '-1', false],
    ['7', '7', false],
  ])('%j is %j', (phrase, name, isThing) => expect(categoryOf(phrase)).toMatchObject({ name, isThing }));

  it('has one number, COCO’s own ones in the order of its list', () => {
    expect(categoryOf('person').id).toBe(1);
    expect(categoryOf('banner').id).toBe(81);
    expect(categoryOf('gargoyle-3').id).toBe(categoryOf('gargoyle').id);
    expect(categoryOf('gargoyle').id).not.toBe(categoryOf('gargoyles').id);
    expect(Number.isSafeInteger(categoryOf('gargoyle').id)).toBe(true);
  });
});
