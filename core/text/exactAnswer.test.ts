import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAnswer } from './answer.ts';
import { layOut } from './asked.ts';
import { groundedPhrase, joinList, negativeClause } from './compose.ts';
import { answersExactly } from './exactAnswer.ts';

const exactly = (question: string, answer: string) => answersExactly(question, parseAnswer(answer));

describe('an answer in the words of its question', () => {
  it.each([
    ['Can you segment the dog in this image?', 'Sure, it is <p> dog </p> [SEG].'],
    [
      '<image>\nPlease segment the dog and the cat in this image.',
      'Sure, <p> the cat </p> [SEG] and <p> dog </p> [SEG].',
    ],
    [
      'Please segment the salt and pepper shaker, and the cup in this image.',
      "Sure, it is <p> salt and pepper shaker </p> [SEG]. But I don't see any cup in this image.",
    ],
    [
      'Please segment the dog house and the dog in this image',
      'Sure, <p> dog </p> [SEG] and <p> dog house </p> [SEG].',
    ],
  ])('%s', (question, answer) => {
    expect(exactly(question, answer)).toBe(true);
  });

  it.each([
    ['Can you segment the dog in this image?', 'Sure, it is <p> cat </p> [SEG].'],
    ['Can you segment the dog and the cat in this image?', 'Sure, it is <p> dog </p> [SEG].'],
    ['Can you segment the dog in this image?', 'Sure, <p> dog </p> [SEG] and <p> cat </p> [SEG].'],
    [
      'Can you segment the dog in this image?',
      "Sure, it is <p> dog </p> [SEG]. But I don't see any dog in this image.",
    ],
    ['Can you segment the doghouse in this image?', 'Sure, it is <p> dog </p> [SEG].'],
    ['Can you segment all the objects in this image?', 'Sure, the image contains <p> all the objects </p> [SEG].'],
    ['What is the dog in this image?', 'Sure, it is <p> dog </p> [SEG].'],
    [
      'Please segment the dog and the dog in this image.',
      "Sure, it is <p> dog </p> [SEG]. But I don't see any dog in this image.",
    ],
    ['Can you segment the dog in this image?', "Sorry, I don't see any of the 80 known objects in this image."],
  ])('not: %s %s', (question, answer) => {
    expect(exactly(question, answer)).toBe(false);
  });

  it('is one that the two laid beside each other say nothing against', () => {
    // Lists of these have one reading; where there are several, the quick way may find one that the careful one does not try.
    const referents = fc.constantFrom('dog', 'the cat', 'salt and pepper shaker', 'a man', 'any bird', 'red car');
    const lists = fc.uniqueArray(referents, { minLength: 1, maxLength: 5 });
    let exact = 0;
    fc.assert(
      fc.property(lists, lists, lists, fc.boolean(), (asked, grounded, denied, oxfordComma) => {
        const question = `<image>\nPlease segment ${joinList(asked, { oxfordComma })} in this image.`;
        const positives = joinList(grounded.map(groundedPhrase));
        const answer = parseAnswer(`Sure, ${positives}. ${negativeClause(denied, { afterPositives: true })}`);
        if (!answersExactly(question, answer)) return;
        exact++;
        const laid = layOut(question, answer)!;
        expect(laid.strangers).toEqual([]);
        expect(laid.referents.filter((referent) => referent.answer === undefined)).toEqual([]);
      }),
      { numRuns: 20_000, seed: 1 },
    );
    expect(exact).toBeGreaterThan(20);
  });
});
