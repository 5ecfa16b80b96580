import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitAbsent, splitPlaceholder } from './plainText.ts';

const absentOf = (text: string, negatives: readonly string[]): string[] =>
  splitAbsent(text, negatives)
    .filter((piece) => piece.absent)
    .map((piece) => piece.text);

describe('plain text', () => {
  test('absent referents are found in the negative clause only, as whole words', () => {
    const text = ". A cat eats. But I don't see any cat food, cat, and dog in this image.";
    expect(absentOf(text, ['cat', 'dog', 'cat food'])).toEqual(['cat food', 'cat', 'dog']);
    expect(absentOf("Sorry, I don't see any catfish in this image.", ['cat'])).toEqual([]);
    expect(absentOf('A dog plays.', ['dog'])).toEqual([]);
  });

  test('the placeholder loses the line break after it', () => {
    expect(splitPlaceholder('<IMAGE>\nWhat is it?')).toEqual([
      { text: '<IMAGE>', placeholder: true },
      { text: 'What is it?', placeholder: false },
    ]);
    expect(splitPlaceholder('The <image> provides an overview.').map((piece) => piece.text)).toEqual([
      ...['The ', '<image>', ' provides an overview.'],
    ]);
  });

  test('no words are lost', () => {
    const words = fc.array(fc.constantFrom("But I don't see any", 'cat', 'dog', ' ', ', ', ' and ', '<IMAGE>', '.'));
    fc.assert(
      fc.property(words, fc.array(fc.constantFrom('cat', 'dog', '', 'cat and')), (parts, negatives) => {
        const text = parts.join('');
        expect(
          splitAbsent(text, negatives)
            .map((piece) => piece.text)
            .join(''),
        ).toBe(text);
        expect(
          splitPlaceholder(text)
            .map((piece) => piece.text)
            .join(''),
        ).toBe(text);
      }),
    );
  });
});
