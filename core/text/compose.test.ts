import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinList, negativeClause, referentKey, withoutArticle } from './compose.ts';

describe('fixed words', () => {
  it.each([
    [[], ''],
    [['dog'], 'dog'],
    [['dog', 'cat'], 'dog and cat'],
    [['dog', 'cat', 'bus'], 'dog, cat, and bus'],
  ])('join %j as %j', (items, text) => expect(joinList(items)).toBe(text));

  it('leave out the last comma where it is not wanted', () => {
    expect(joinList(['dog', 'cat', 'bus'], { oxfordComma: false })).toBe('dog, cat and bus');
  });

  it('deny, after positives and without them', () => {
    expect(negativeClause(['dog'], { afterPositives: true })).toBe("But I don't see any dog in this image.");
    expect(negativeClause(['a', 'b'], { afterPositives: false })).toBe("Sorry, I don't see any a and b in this image.");
  });
});

describe('the key of a referent', () => {
  it.each([
    ['dog', 'dog'],
    ['The Dog', 'dog'],
    ['a  red\nbus', 'red bus'],
    [' any zebra ', 'zebra'],
    ['the', 'the'],
    ['another dog', 'another dog'],
    ['theatre', 'theatre'],
    ['sand', 'sand'],
    ['ÖL', 'öl'],
  ])('of %j is %j', (referent, key) => expect(referentKey(referent)).toBe(key));

  it('is the same the short way and the long way', () => {
    const piece = fc.constantFrom('the', 'a', 'an', 'any', 'some', 'dog', 'Dog', ' ', '  ', '\t', '-', 'Ö', "'");
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const referent = pieces.join('');
        expect(referentKey(referent)).toBe(withoutArticle(referent).toLowerCase().replace(/\s+/g, ' '));
      }),
    );
  });
});
