import { describe, expect, it } from 'vitest';
import { checkMarked } from '../testing/findings.ts';
import { FILE_KINDS, recordAround } from '../testing/fixtures.ts';

const QUESTION = 'Please segment the dog and the cat in this image.';

/** Both are answered, unless a test says otherwise. */
function record(task: string, answer: string, question = QUESTION): Record<string, unknown> {
  const made = recordAround(answer.replace(/[⟦⟧]/g, ''), { width: 4, height: 1, task });
  const masks = (made['masks'] as unknown[]).map((_, i) => ({ size: [1, 4], counts: [i, 1, 3 - i] }));
  const conversations = [
    { from: 'human', value: `<image>\n${question}` },
    { from: 'gpt', value: answer },
  ];
  return { ...made, masks, conversations };
}

const DOG = '<p> the dog </p> [SEG]';
const CAT = '<p> the cat </p> [SEG]';

describe.each(FILE_KINDS)('the template in a %s file', (kind) => {
  it.each([
    ['referring', `⟦Here you are:⟧ ${DOG} and ${CAT}.`],
    ['referring', `⟦Sure, it is⟧ ${DOG} and ${CAT}.`],
    ['referring', `⟦Sure, dog and bird are⟧ ${DOG} and ${CAT}.`],
    ['semantic', `Sure, ${DOG} ⟦as well as⟧ ${CAT}.`],
    ['semantic', `Sure, ⟦${DOG} ${CAT}⟧.`],
    ['semantic', `Sure, ${DOG} and ${CAT}. ⟦They are friends.⟧`],
    ['semantic', `Sure, ${DOG} and ${CAT} ⟦in the garden.⟧`],
    ['panoptic', `⟦Sure, it is⟧ ${DOG} and ${CAT}.`],
    ['panoptic', `⟦${DOG} and ${CAT}.⟧`],
  ])('%s: %s', (task, answer) => {
    const checked = checkMarked(kind, record(task, answer));
    expect(checked.found).toEqual(checked.marked('answer-template'));
  });

  it.each([
    ['a clause with words before it', "⟦I looked.⟧ Sorry, I don't see any dog and cat in this image."],
    ['a clause with words behind it', "Sorry, I don't see any dog and cat in this image. ⟦What a pity.⟧"],
  ])('%s', (_, answer) => {
    const checked = checkMarked(kind, record('referring', answer));
    expect(checked.found).toEqual(checked.marked('answer-template'));
  });

  it('of an answer that has no tags', () => {
    const all = 'Can you segment all the objects in this image?';
    const checked = checkMarked(kind, record('panoptic', '⟦Sure, the image contains a dog.⟧', all));
    expect(checked.found).toEqual(checked.marked('answer-template'));
  });

  it('of an answer that names what a list asks for, and lacks the tags', () => {
    const checked = checkMarked(kind, record('referring', '⟦Sure, the dogs and the cat.⟧'));
    expect(checked.found).toEqual(checked.marked('answer-template'));
    const passedOver = checkMarked(kind, record('referring', 'Sure, the dog.'));
    expect(passedOver.findings.map((finding) => finding.code)).toEqual(['referent-unanswered']);
  });

  it.each([
    ['a broken tag', `Here you are: <p> the dog [SEG] and ${CAT}.`, 'unclosed-tag'],
    ['a near miss of a token', `Here you are: <p> the dog </p> [seg] and ${CAT}.`, 'malformed-token'],
    ['a [SEG] without words', `Here: [SEG] and ${CAT}.`, 'seg-without-phrase'],
    ['reserved text', `Sure, ${DOG} and ${CAT}.</s>`, 'reserved-text'],
    ['an article too many', `Sure, the ${DOG} and ${CAT}.`, 'double-determiner'],
    ['another clause', `Sure, ${DOG} and ${CAT}. I can't see any zebra in this image.`, 'negative-phrasing'],
  ])('is not asked for beside %s', (_, answer, code) => {
    const codes = checkMarked(kind, record('referring', answer)).findings.map((finding) => finding.code);
    expect(codes).toContain(code);
    expect(codes).not.toContain('answer-template');
  });

  it('of a further question is its own', () => {
    const further = (task: string, question: string, answer: string) => {
      const made = record(task, `Sure, ${DOG} and ${CAT}.`);
      const first = task === 'panoptic' ? `Sure, the image contains ${DOG} and ${CAT}.` : `Sure, ${DOG} and ${CAT}.`;
      const ask = {
        from: 'human',
        value: `<image>\n${task === 'panoptic' ? 'Can you segment all the objects in this image?' : QUESTION}`,
      };
      const turns = [
        ask,
        { from: 'gpt', value: first },
        { from: 'human', value: question },
        { from: 'gpt', value: answer },
      ];
      const masks = [0, 1, 2, 3].map((at) => ({ size: [1, 4], counts: [at, 1, 3 - at] }));
      const used = 2 + (answer.match(/\[SEG\]/g)?.length ?? 0);
      return checkMarked(kind, { ...made, conversations: turns, masks: masks.slice(0, used) });
    };
    const bird = '<p> bird </p> [SEG]';
    expect(further('referring', 'Please describe the image.', `A ${bird} sings.`).found).toEqual([]);
    expect(further('panoptic', 'Please segment the bird in this image.', `Sure, it is ${bird}.`).found).toEqual([]);
    const list = further('panoptic', 'Please segment the bird in this image.', `⟦Here is⟧ ${bird}.`);
    expect(list.found).toEqual(list.marked('answer-template'));
    const all = further('referring', 'Can you segment all the objects in this image?', `⟦I see⟧ ${bird}.`);
    expect(all.found).toEqual(all.marked('answer-template'));
  });

  it('does not bind talk, nor a task with free text', () => {
    const codes = (task: string, answer: string, question?: string) =>
      checkMarked(kind, record(task, answer, question)).findings.map((finding) => finding.code);
    expect(codes('referring', 'It sleeps.', 'What does the dog do?')).toEqual([]);
    for (const task of ['gcg', 'mgsc', 'reasoning', 'region', 'my own'])
      expect(codes(task, `I see ${DOG} and ${CAT} at play.`)).not.toContain('answer-template');
  });
});
