import { describe, expect, it } from 'vitest';
import { parseQuestionReferents } from '../text/questions.ts';
import { ask, askedFor, listQuestion, PAPER_SEGMENT_QUESTION, SEGMENT_QUESTIONS } from './questions.ts';

describe('questions', () => {
  it('have no second determiner', () => {
    expect(ask(PAPER_SEGMENT_QUESTION, 'the lady')).toBe('Can you segment the lady in this image?');
    expect(ask(PAPER_SEGMENT_QUESTION, 'lady')).toBe('Can you segment the lady in this image?');
    expect(ask(PAPER_SEGMENT_QUESTION, 'a man')).toBe('Can you segment a man in this image?');
  });

  it('say what they ask for, with or without their last sign', () => {
    for (const question of SEGMENT_QUESTIONS) {
      for (const thing of ['red and white kite', 'a man', 'the lady']) {
        const asked = ask(question, thing);
        expect(askedFor(asked)?.replace(/^the /, '')).toBe(thing.replace(/^the /, ''));
        expect(askedFor(asked.slice(0, -1))).toBe(askedFor(asked));
      }
    }
    expect(askedFor('Where is the dog?')).toBeUndefined();
    expect(askedFor('Please segment in this image.')).toBeUndefined();
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
