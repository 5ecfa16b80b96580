import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { processorMs } from '../testing/processorMs.ts';
import { joinList } from './compose.ts';
import { otherReadings, parseQuestionReferents, questionList } from './questions.ts';

/** MGLMM's, GLaMM's, LISA's and PixelLM's segmentation questions, each with and without its last mark. */
const STEMS = [
  'Can you segment the {} in this image?',
  'Can you segment the {} in this image.',
  'Please segment {} in this image.',
  'Please segment the {} in this image.',
  'What is {} in this image? Please respond with segmentation mask.',
  'What is {} in this image? Please output segmentation mask.',
  'What are {} in this image? Please respond with segmentation mask.',
  'What are {} in this image? Please output segmentation mask.',
  'Could you provide a segmentation mask for the {} in this image?',
  'Please identify and segment the {} in this image.',
  'Where is the {} in this picture? Please respond with a segmentation mask.',
  'Can you highlight the {} in this image with a segmentation mask?',
].flatMap((stem) => [stem, stem.replace(/[.?]$/, '')]);

const PREAMBLES = [
  '',
  '<image>\n',
  '<IMAGE> ',
  'The <image> provides an overview of the picture.\n',
  'The <IMAGE> provides an overview of the picture. ',
];

describe('a question for referents', () => {
  it.each(STEMS)('%j', (stem) => {
    for (const preamble of PREAMBLES) {
      const ask = (list: string) => parseQuestionReferents(preamble + stem.replace('{}', list));
      expect(ask('dog')).toEqual(['dog']);
      expect(ask('man in green plaid shirt')).toEqual(['man in green plaid shirt']);
      expect(ask('dog and frisbee')).toEqual(['dog', 'frisbee']);
      expect(ask('balloon, tree, motorbike, and sky')).toEqual(['balloon', 'tree', 'motorbike', 'sky']);
      expect(ask('balloon, tree and sky')).toEqual(['balloon', 'tree', 'sky']);
    }
  });

  it.each([
    ['Could you please find the dog in the photo?', ['dog']],
    ['please segment THE dog in this image', ['dog']],
    ['Can you segment <image> the dog in this image?', ['dog']],
    ['Please segment the dog in this image.\n<image>', ['dog']],
    ['Can you segment the dog, the zebra, and the frisbee in this image.', ['the dog', 'the zebra', 'the frisbee']],
    [
      'Can you highlight the man in the picture frame in this image with a segmentation mask?',
      ['man in the picture frame'],
    ],
    ['Please segment the dog in this image that is running.', ['dog']],
    ['Can you provide segmentation masks for the dog and the cat in this image?', ['the dog', 'the cat']],
  ])('%j asks for %j', (question, referents) => expect(parseQuestionReferents(question)).toEqual(referents));

  it.each([
    'Could you please give me a detailed description of the image? Please respond with interleaved segmentation masks for the corresponding parts of the answer.',
    'Can you provide a thorough description of this image? Please output with interleaved segmentation masks for the corresponding phrases.',
    'Please describe in detail the contents of the image.',
    'Could you give a comprehensive explanation of what can be found within this picture?',
    'Could you give me an elaborate explanation of this picture?',
    'Could you provide me with a detailed analysis of this photo?',
    'Can you segment all the objects in this image?',
    'Please segment everything in this image.',
    'Can you segment each person in this image?',
    'What is the food with the most vitamin C? Please output segmentation mask.',
    'Who made this? Please respond with segmentation mask.',
    'What is the man in this image doing?',
    'What are the people in this image up to? Please respond with segmentation mask.',
    'Please segment.',
    'Please segment in this image.',
    'Please segmental the dog in this image.',
    'The dog in this image.',
    '<image>',
    '',
  ])('%j lists nothing', (question) => expect(parseQuestionReferents(question)).toBeUndefined());

  it('gives each referent its place, the template’s article left out', () => {
    const question = '<image>\nPlease segment the dog and salt and pepper shaker in this image.';
    const list = questionList(question)!;
    for (const items of [list.items, ...otherReadings(question, list)])
      for (const { text, start, end } of items) expect(question.slice(start, end)).toBe(text);
    expect(list.items.map((item) => item.text)).toEqual(['dog and salt', 'pepper shaker']);
    expect(otherReadings(question, list).map((items) => items.map((item) => item.text))).toContainEqual([
      'dog',
      'salt and pepper shaker',
    ]);
  });

  it('takes any text, in time linear in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => void parseQuestionReferents(`Please segment ${text}`)),
    );
    const started = processorMs();
    for (const piece of ['in ', 'in this ', 'in this image ', ' ', 'a, ', 'can you ']) {
      parseQuestionReferents(`Please segment ${piece.repeat(50_000)}`);
      parseQuestionReferents(`${' '.repeat(100_000)}Please segment`);
    }
    expect(processorMs() - started).toBeLessThan(3_000);
  });

  it('gives back what random lists were made of', () => {
    const referent = fc.constantFrom('dog', 'salt and pepper shaker', 'man in black and white', 'person-1', 'red bus');
    fc.assert(
      fc.property(fc.uniqueArray(referent, { minLength: 3 }), fc.constantFrom(...STEMS), (referents, stem) => {
        expect(parseQuestionReferents(stem.replace('{}', joinList(referents)))).toEqual(referents);
      }),
    );
  });
});
