import { type Repairs, UNNAMED } from './answerBuilder.ts';

/** What was left out of an answer or mended in it, in sentences for the person who reviews the draft. */
export function notesOf(repairs: Repairs): readonly string[] {
  return KINDS.flatMap(([kind, one, several]) => {
    const count = repairs[kind];
    return count === 0 ? [] : [count === 1 ? one : several.replace('{n}', String(count))];
  });
}

const KINDS: readonly (readonly [keyof Repairs, string, string])[] = [
  [
    'tags',
    'The model wrote a tag without its partner; it was left out.',
    'The model wrote {n} tags without their partners; they were left out.',
  ],
  [
    'phrases',
    'The model marked a phrase without a mask for it; it is plain words now.',
    'The model marked {n} phrases without masks for them; they are plain words now.',
  ],
  [
    'masks',
    'A mask had no words that it could stand for and was left out.',
    '{n} masks had no words that they could stand for and were left out.',
  ],
  [
    'spelt',
    'The model spelt a mask’s token in letters, which draw nothing; it was left out.',
    'The model spelt {n} masks’ tokens in letters, which draw nothing; they were left out.',
  ],
  [
    'guessed',
    'The model did not mark the words of a mask: those right before it were taken. Check them.',
    'The model did not mark the words of {n} masks: those right before each were taken. Check them.',
  ],
  [
    'unnamed',
    `The model does not say what a mask shows: it is called “${UNNAMED}”. Write what it is.`,
    `The model does not say what {n} masks show: they are called “${UNNAMED}”. Write what they are.`,
  ],
  [
    'boxes',
    'A box that the model wrote is none, and was left out.',
    '{n} boxes that the model wrote are none, and were left out.',
  ],
  [
    'groups',
    'A group of mask tokens was not whole and was left out.',
    '{n} groups of mask tokens were not whole and were left out.',
  ],
];
