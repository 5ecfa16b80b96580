import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groundBare } from './groundBare.ts';

const LIST = 'Please segment the dog, the cat, and the tree in this image.';

describe('groundBare', () => {
  it.each([
    ['Please segment the dog in this image.', 'It is [SEG].', 'Sure, it is <p> dog </p> [SEG].'],
    ['Please segment the dog in this image.', 'Look: [SEG].', 'Look: [SEG].'],
    ['Please segment the dog and cat in this image.', '[SEG].', 'Sure, it is <p> dog and cat </p> [SEG].'],
    [LIST, 'Dog: [SEG], the cat is [SEG]!', '<p> Dog </p> [SEG], <p> the cat </p> [SEG]!'],
    [LIST, 'They are [SEG] and [SEG].', 'They are [SEG] and [SEG].'],
    [LIST, 'the hotdog [SEG]', 'the hotdog [SEG]'],
    ['What runs?', 'It is [SEG].', 'It is [SEG].'],
    ['What runs?', 'No mask here.', 'No mask here.'],
    [
      'Can you segment all the objects in this image?',
      'Sure, the image contains dog [SEG], person-1 [SEG], and tree [SEG].',
      'Sure, the image contains <p> dog </p> [SEG], <p> person-1 </p> [SEG], and <p> tree </p> [SEG].',
    ],
  ])('after %j makes of %j', (question, answer, grounded) => expect(groundBare(question, answer)).toBe(grounded));

  it('keeps every [SEG], whatever stands around it', () => {
    const words = fc.constantFrom('[SEG]', 'dog', 'the cat', ' is ', ', ', ' and ', '.', '<p>', '</p>', '[SEG', ' ');
    fc.assert(
      fc.property(fc.array(words, { maxLength: 12 }), (parts) => {
        const answer = parts.join('');
        expect(groundBare(LIST, answer).split('[SEG]').length).toBe(answer.split('[SEG]').length);
      }),
      { numRuns: 2000 },
    );
  });
});
