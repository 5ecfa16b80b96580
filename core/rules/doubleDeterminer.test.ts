import { describe, expect, it } from 'vitest';
import { checkMarked } from '../testing/findings.ts';
import { FILE_KINDS, recordAround } from '../testing/fixtures.ts';

const asked = (question: string, answer: string) => {
  const conversations = [
    { from: 'human', value: `<image>\n${question}` },
    { from: 'gpt', value: answer },
  ];
  return recordAround(answer, { conversations });
};

describe.each(FILE_KINDS)('two articles in a %s file', (kind) => {
  it.each([
    ['I see ⟦the the⟧ man.', 'I see the man.'],
    ['⟦The the⟧ man waits.', 'The man waits.'],
    ['I see <p> ⟦the a⟧ man </p> [SEG].', 'I see <p> the man </p> [SEG].'],
    ['I see ⟦the <p> the⟧ man </p> [SEG].', 'I see <p> the man </p> [SEG].'],
    ['I see ⟦an  a⟧ man.', 'I see an  man.'],
    ["Sorry, I don't see ⟦any the⟧ zebra in this image.", "Sorry, I don't see any zebra in this image."],
    ["Sorry, I don't see ⟦any a⟧ zebra and the bus in this image.", "I don't see any zebra and the bus in this image."],
  ])('%s', (answer, after) => {
    const checked = checkMarked(kind, recordAround(answer));
    expect(checked.found).toEqual(checked.marked('double-determiner'));
    expect(checked.fixed()).toMatchObject({ found: [], text: expect.stringContaining(after) });
  });

  it('in a question', () => {
    const answer = 'Sure, it is <p> head of the dog </p> [SEG].';
    const checked = checkMarked(kind, asked('Can you segment ⟦the the⟧ head of the dog in this image?', answer));
    expect(checked.found).toEqual(checked.marked('double-determiner'));
    expect(checked.fixed()).toMatchObject({ found: [], text: expect.stringContaining('segment the head of') });
  });

  it.each([
    'Breathe the air, the man said.',
    'Vitamin A the dog needs.',
    'I see a the-end sign.',
    'Bathe the dog, soothe a cat.',
    'The theatre and the anthem.',
    'Is there any? The man says yes.',
    'the',
  ])('leaves %s alone', (answer) => expect(checkMarked(kind, recordAround(answer)).found).toEqual([]));

  it('leaves a clause alone that is written anew', () => {
    const checked = checkMarked(kind, recordAround("⟦Sorry, I can't see any the zebra in this image.⟧"));
    expect(checked.found).toEqual(checked.marked('negative-phrasing'));
    expect(checked.fixed().found).toEqual([]);
  });
});
