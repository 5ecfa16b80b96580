import { describe, expect, it } from 'vitest';
import { looseKey, oneHoldsOther } from './sameReferent.ts';

describe('loose keys', () => {
  it.each([
    ['the Dogs', 'dog'],
    ['a red bus', 'red buses'],
    ['people', 'person'],
    ['two men', 'two man'],
    ['glasses', 'glass'],
    ['horses', 'horse'],
    ['boxes', 'box'],
    ['benches', 'bench'],
    ['berries', 'berry'],
    ['dogs on the left', 'dog  on the left'],
    ['hot-air balloon', 'hot air balloons'],
  ])('of %j and %j are one', (a, b) => expect(looseKey(a)).toBe(looseKey(b)));

  it.each([
    ['cat', 'cattle'],
    ['bus', 'bu'],
    ['glass', 'glas'],
    ['person-1', 'person-2'],
    ['dog', 'dog house'],
    ['constructor', 'toString'],
  ])('of %j and %j are two', (a, b) => expect(looseKey(a)).not.toBe(looseKey(b)));

  it.each([
    ['dog', 'dog on the left', true],
    ['person-1', 'person', true],
    ['dog', 'hot dog stand', true],
    ['cat', 'cattle', false],
    ['dog house', 'house dog', false],
    ['', 'dog', false],
  ])('%j and %j: one holds the other: %j', (a, b, holds) =>
    expect(oneHoldsOther(looseKey(a), looseKey(b))).toBe(holds),
  );
});
