import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAnswer } from './answer.ts';
import { readAsked } from './asked.ts';
import { groundedPhrase, joinList, negativeClause, referentKey } from './compose.ts';

const ask = (list: string) => `<image>\nPlease segment ${list} in this image.`;

const answers = (list: string, answer: string) => {
  const asked = readAsked(ask(list), parseAnswer(answer));
  return asked?.referents.map(({ text, answer }) => `${text}: ${answer ?? 'open'}`);
};

describe('what an answer says to a list', () => {
  it.each([
    ['dog', 'Sure, it is <p> dog </p> [SEG].', ['dog: grounded']],
    ['the dog', 'Sure, it is <p> The Dog </p> [SEG].', ['dog: grounded']],
    ['dogs', 'Sure, it is <p> dog </p> [SEG].', ['dogs: grounded']],
    ['people', "Sorry, I don't see any person in this image.", ['people: denied']],
    ['the dog', 'Sure, it is <p> the dog on the left </p> [SEG].', ['dog: grounded']],
    ['the dog on the left', 'Sure, it is <p> dog </p> [SEG].', ['dog on the left: grounded']],
    ['person', 'Sure, <p> person-1 </p> [SEG] and <p> person-2 </p> [SEG].', ['person: grounded']],
    ['cat', 'Sure, it is <p> cattle </p> [SEG].', ['cat: open']],
    ['dog and zebra', 'Sure, it is <p> dog </p> [SEG].', ['dog: grounded', 'zebra: open']],
    [
      'dog and dog on the left',
      'Sure, it is <p> dog on the left </p> [SEG].',
      ['dog: open', 'dog on the left: grounded'],
    ],
    ['dog and zebra', 'Sure, it is <p> dog </p> [SEG], but there is no zebra.', ['dog: grounded', 'zebra: denied']],
    ['dog and zebra', '', ['dog: open', 'zebra: open']],
    ['dog', 'Sure, it is [SEG].', ['dog: open']],
  ])('%j, answered by %j', (list, answer, expected) => expect(answers(list, answer)).toEqual(expected));

  it.each([
    [
      'salt and pepper shaker',
      'Sure, it is <p> salt and pepper shaker </p> [SEG].',
      ['salt and pepper shaker: grounded'],
    ],
    ['salt and pepper', 'Sure, <p> salt </p> [SEG] and <p> pepper </p> [SEG].', ['salt: grounded', 'pepper: grounded']],
    [
      'dog and salt and pepper shaker',
      "Sure, it is <p> dog </p> [SEG]. But I don't see any salt and pepper shaker in this image.",
      ['dog: grounded', 'salt and pepper shaker: denied'],
    ],
    [
      'the man in black and white and dog',
      "Sure, it is <p> the man in black and white </p> [SEG]. But I don't see any dog in this image.",
      ['man in black and white: grounded', 'dog: denied'],
    ],
    [
      'dog, salt and pepper shaker, and bus',
      "Sorry, I don't see any dog, bus and salt and pepper shaker in this image.",
      ['dog: denied', 'salt and pepper shaker: denied', 'bus: denied'],
    ],
    [
      'dog, cat and salt and pepper shaker',
      'Sure, <p> dog </p> [SEG], <p> cat </p> [SEG] and <p> salt and pepper shaker </p> [SEG].',
      ['dog: grounded', 'cat: grounded', 'salt and pepper shaker: grounded'],
    ],
  ])('reads %j as %j does', (list, answer, expected) => expect(answers(list, answer)).toEqual(expected));

  it('knows no answers to a free question', () => {
    expect(readAsked('What is this?', parseAnswer('It is <p> a dog </p> [SEG].'))).toBeUndefined();
  });

  it('tells the phrases that nobody asked for', () => {
    const answer = parseAnswer('Sure, <p> dog </p> [SEG] and <p> canine </p> [SEG].');
    expect(readAsked(ask('dog and wolf'), answer)!.strangers.map((phrase) => phrase.text)).toEqual(['canine']);
  });

  it('does not take the words for all objects for a referent', () => {
    const answer = parseAnswer("Sorry, I don't see any of the 80 known objects in this image.");
    expect(readAsked(ask('dog'), answer)!.denied).toEqual([]);
  });

  it('gives places in the question', () => {
    const question = ask('the dog and salt and pepper shaker');
    const answer = parseAnswer('Sure, <p> dog </p> [SEG] and <p> salt and pepper shaker </p> [SEG].');
    for (const { text, start, end } of readAsked(question, answer)!.referents)
      expect(question.slice(start, end)).toBe(text);
  });
});

const word = fc.constantFrom('dog', 'bus', 'person-1', 'Hand', 'zebra', "man's", 'tree');
const referent = fc.oneof(
  fc.array(word, { minLength: 1, maxLength: 2 }).map((words) => words.join(' ')),
  fc.tuple(word, word).map(([a, b]) => `${a} and ${b} shaker`),
);
const placed = fc.uniqueArray(fc.record({ text: referent, absent: fc.boolean() }), {
  minLength: 3,
  maxLength: 7,
  selector: ({ text }) => referentKey(text),
});

describe('random lists, composed into a question and its answer', () => {
  it.each([true, false])('come back, with the Oxford comma in the question; in the answer: %j', (oxfordComma) => {
    fc.assert(
      fc.property(placed, (referents) => {
        const present = referents.filter(({ absent }) => !absent).map(({ text }) => groundedPhrase(text));
        const absent = referents.filter((each) => each.absent).map(({ text }) => text);
        // Without the comma "a and b and c" can be read in two ways that both fit.
        fc.pre(oxfordComma || absent.every((a) => absent.every((b) => a === b || !b.includes(a))));
        const style = { oxfordComma };
        const sure = present.length === 0 ? '' : `Sure, ${joinList(present, style)}. `;
        const denial = absent.length === 0 ? '' : negativeClause(absent, { afterPositives: present.length > 0, style });
        const asked = readAsked(ask(joinList(referents.map(({ text }) => text))), parseAnswer((sure + denial).trim()))!;
        expect(asked.referents.map(({ text }) => text)).toEqual(referents.map(({ text }) => text));
        expect(asked.referents.map(({ answer }) => answer === 'denied')).toEqual(referents.map((each) => each.absent));
        expect(asked.denied.map(({ text }) => text)).toEqual(absent);
        expect(asked.strangers).toEqual([]);
      }),
    );
  });
});
