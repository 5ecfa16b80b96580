import { describe, expect, it } from 'vitest';
import { bareCaption, groundPhrases } from './captionSpans.ts';

const mask = (name: string) => ({ name });
const CAPTION = 'A man hugs a dog. Two books lie there.';

describe('groundPhrases', () => {
  it('sorts masks by where their phrases stand', () => {
    const { text, masks, dropped } = groundPhrases(CAPTION, [
      { phrase: 'a dog', offsets: [11, 16], mask: mask('dog') },
      { phrase: 'A man', offsets: [0, 5], mask: mask('man') },
    ]);
    expect(text).toBe('<p> A man </p> [SEG] hugs <p> a dog </p> [SEG]. Two books lie there.');
    expect(masks).toEqual([mask('man'), mask('dog')]);
    expect(dropped).toEqual([]);
  });

  it('looks for phrases whose offsets are wrong, missing or -1, and drops those that are not there with their masks', () => {
    const { text, masks, dropped } = groundPhrases(CAPTION, [
      { phrase: 'cat', offsets: [-1, -1], mask: mask('cat') },
      { phrase: 'THE DOG', offsets: [11, 16], mask: mask('the dog') },
      { phrase: 'a DOG', offsets: [3, 8], mask: mask('dog') },
      { phrase: 'book-1', mask: mask('book-1') },
      { phrase: 'book-2', mask: mask('book-2') },
    ]);
    expect(text).toBe('A man hugs <p> a dog </p> [SEG]. Two <p> books </p> [SEG] lie there.');
    expect(masks).toEqual([mask('dog'), mask('book-1')]);
    expect(dropped.map(({ phrase, code }) => `${phrase} ${code}`)).toEqual([
      'cat phrase-not-found',
      'THE DOG phrase-not-found',
      'book-2 phrase-not-found',
    ]);
  });

  it('keeps the earlier and longer of two that overlap, and takes the second occurrence for the second phrase', () => {
    const overlapping = groundPhrases(CAPTION, [
      { phrase: 'man', offsets: [2, 5], mask: mask('man') },
      { phrase: 'A man', offsets: [0, 5], mask: mask('a man') },
    ]);
    expect(overlapping.masks).toEqual([mask('a man')]);
    expect(overlapping.dropped.map(({ code }) => code)).toEqual(['overlap']);
    expect(
      groundPhrases('A dog and a dog', [
        { phrase: 'dog', mask: mask('1') },
        { phrase: 'dog', mask: mask('2') },
      ]).text,
    ).toBe('A <p> dog </p> [SEG] and a <p> dog </p> [SEG]');
  });

  it('counts offsets in code points, and finds whole words only', () => {
    expect(groundPhrases('😀 a dog', [{ phrase: 'a dog', offsets: [2, 7], mask: mask('dog') }]).text).toBe(
      '😀 <p> a dog </p> [SEG]',
    );
    expect(groundPhrases('a catalog', [{ phrase: 'cat', mask: mask('cat') }]).masks).toEqual([]);
  });

  it('reads captions without their quotes', () => {
    expect(bareCaption(' "A man."\n')).toBe('A man.');
  });
});
