import { describe, expect, it } from 'vitest';
import { parseQuestionReferents } from '../text/questions.ts';
import { ask, listQuestion, PAPER_SEGMENT_QUESTION, SEGMENT_QUESTIONS } from './questions.ts';

describe('questions', () => {
  it('have no second determiner', () => {
    expect(ask(PAPER_SEGMENT_QUESTION, 'the lady')).toBe('Can you segment the lady in this image?');
    expect(ask(PAPER_SEGMENT_QUESTION, 'lady')).toBe('Can you segment the lady in this image?');
    expect(ask(PAPER_SEGMENT_QUESTION, 'a man')).toBe('Can you segment a man in this image?');
  });

  it('are read back as what they ask for', () => {
    for (const question of SEGMENT_QUESTIONS)
      expect(parseQuestionReferents(ask(question, 'red kite'))).toEqual(['red kite']);
    expect(
      parseQuestionReferents(listQuestion(['dog', 'salt shaker', 'red kite']))?.map((each) =>
        each.replace(/^the /, ''),
      ),
    ).toEqual(['dog', 'salt shaker', 'red kite']);
  });
});
