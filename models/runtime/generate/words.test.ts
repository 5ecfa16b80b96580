import { describe, expect, it } from 'vitest';
import { wordsSoFar } from './words.ts';

describe('the words so far', () => {
  it.each([
    ['<p> two dogs </p> [SEG] on a la', 'two dogs on a'],
    ['Sure, <p> a dog </p> [SEG], and', 'Sure, a dog,'],
    ['the  dog [SEG0][SEG1] is', 'the dog'],
    ['a < b and [not this] end ', 'a < b and [not this] end'],
    ['<phrase>a dog</phrase><object><patch_index_0044></object> runs ', 'a dog runs'],
    ['', ''],
    ['word', ''],
  ])('of %j are %j', (text, words) => {
    expect(wordsSoFar(text)).toBe(words);
  });

  it('shows the end of a long text', () => {
    expect(wordsSoFar(`${'word '.repeat(5000)}last `).length).toBeLessThanOrEqual(2000);
  });
});
