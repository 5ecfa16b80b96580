import { describe, expect, it } from 'vitest';
import { plainCaption } from './plainCaption.ts';

describe('the caption in a reply', () => {
  it.each([
    ['Sure, <p> a dog </p> [SEG] on <p>grass</p>[SEG].</s>', 'Sure, a dog on grass.'],
    ["'A  dog\n runs'", 'A dog runs'],
    ['3 < 4 and 5 > 2', '3 2'],
    ['a < b', 'a < b'],
    ['<p>', ''],
    ['', ''],
  ])('%j is %j', (reply, caption) => expect(plainCaption(reply)).toBe(caption));

  it('takes time that grows with the text only, whatever stands in it', () => {
    expect(plainCaption('<'.repeat(1e6))).toHaveLength(1e6);
    expect(plainCaption(`${' '.repeat(1e6)}a`)).toBe('a');
  });
});
