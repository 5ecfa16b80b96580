/**
 * The questions and answers of the official datasets and of the paper, in whole records with the tags that the format asks
 * for, are clean. Sources: MGLMM, GLaMM, LISA, PixelLM and OMG-LLaVA's templates; the paper's supplement C.
 */
import { describe, expect, it } from 'vitest';
import { checkMarked } from '../testing/findings.ts';
import { FILE_KINDS, recordAround } from '../testing/fixtures.ts';

/** Each with and without its final punctuation. */
const QUESTIONS = [
  'Can you segment the {} in this image?',
  'Please segment {} in this image.',
  'Please segment the {} in this image.',
  'What is {} in this image? Please respond with segmentation mask.',
  'What is {} in this image? Please output segmentation mask.',
  'Could you provide a segmentation mask for the {} in this image?',
  'Please identify and segment the {} in this image.',
  'Where is the {} in this picture? Please respond with a segmentation mask.',
  'Can you highlight the {} in this image with a segmentation mask?',
  'Can you segment the {} in this image.',
].flatMap((question) => [question, question.slice(0, -1)]);

const ANSWERS = [
  'It is {}.',
  'Sure, {}.',
  'Sure, it is {}.',
  'Sure, the segmentation result is {}.',
  '{}.',
  'The segmentation result of {}.',
  'Sure, the segmentation result of {}.',
];

const SEVERAL_QUESTIONS = [
  'Please segment the {}, {}, and {} in this image.',
  'Can you segment the {}, {} and {} in this image?',
  'What are {}, {}, and {} in this image? Please respond with segmentation mask.',
];

const SEVERAL_ANSWERS = [
  'Sure, {}, {}, and {}.',
  'Sure, {}, {} and {}.',
  '{}, {}, {}.',
  '{}, {}, {}, separately.',
  'Sure, they are {}, {}, {}.',
  'They are {}, {} and {}.',
  'The segmentation result of {}, {}, {}, separately.',
  'dog, man in red, and trash_can are {}, {}, {}.',
  'Sure, dog, man in red, trash_can are {}, {}, {}, separately.',
  'Sure, the segmentation result of dog, man in red and trash_can are {}, {}, {}.',
];

const NAMES = ['dog', 'trash_can', 'head of the dog', 'hot-air balloon', 'person-1', 'man in black and white'];
const THREE = ['dog', 'man in red', 'trash_can'];
const grounded = (name: string) => `<p> ${name} </p> [SEG]`;

function fill(template: string, values: readonly string[]): string {
  let next = 0;
  return template.replaceAll('{}', () => values[next++]!);
}

function found(task: string, question: string, answer: string): readonly string[] {
  const record = recordAround(answer, {
    task,
    width: 4,
    height: 1,
    conversations: [
      { from: 'human', value: `<image>\n${question}` },
      { from: 'gpt', value: answer },
    ],
  });
  const masks = (record['masks'] as unknown[]).map((_, i) => ({ size: [1, 4], counts: [i, 1, 3 - i] }));
  return FILE_KINDS.flatMap((kind) =>
    checkMarked(kind, { ...record, masks }).findings.map(({ code, message }) => `${code}: ${message}`),
  );
}

describe.each(['semantic', 'referring'])('the %s data', (task) => {
  it.each(QUESTIONS)('asks %j, in each answer', (question) => {
    for (const answer of ANSWERS) {
      for (const name of NAMES)
        expect(found(task, fill(question, [name]), fill(answer, [grounded(name)])), answer).toEqual([]);
    }
  });

  it.each([
    '{name} is {}.',
    'The {name} is {}.',
    'The segmentation result of {name} is {}.',
    'Sure, the segmentation result of {name} is {}.',
  ])('answers with its name: %j', (answer) => {
    for (const name of NAMES) {
      const said = fill(answer.replace('{name}', name), [grounded(name)]);
      expect(found(task, fill(QUESTIONS[0]!, [name]), said), said).toEqual([]);
    }
  });

  it.each(SEVERAL_ANSWERS)('answers several with %j', (answer) => {
    for (const question of SEVERAL_QUESTIONS) {
      expect(found(task, fill(question, THREE), fill(answer, THREE.map(grounded))), question).toEqual([]);
    }
  });

  it.each([
    ['dog', "Sure, <p> dog </p> [SEG]. But I don't see any man in red and trash_can in this image."],
    [
      'dog, man',
      "Sure, <p> dog </p> [SEG] and <p> man in red </p> [SEG]. But I don't see any trash_can in this image.",
    ],
    ['none', "Sorry, I don't see any dog, man in red, and trash_can in this image."],
    ['none, without the comma', "Sorry, I don't see any dog, man in red and trash_can in this image."],
  ])('denies what is absent: %s', (_, answer) => {
    expect(found(task, 'Please segment the dog, man in red, and trash_can in this image.', answer)).toEqual([]);
  });
});

describe('the other tasks', () => {
  const three = 'Sure, the image contains <p> person-1 </p> [SEG], <p> person-2 </p> [SEG]';
  const suffix = 'Please respond with interleaved segmentation masks for the corresponding parts of the answer.';
  it.each([
    ['panoptic', 'Can you segment all the objects in this image?', `${three}, and <p> sky </p> [SEG].`],
    ['panoptic', 'Can you segment all the objects in the image?', `${three} and <p> sky </p> [SEG].`],
    ['panoptic', 'Can you segment all the objects in this image?', 'Sure, the image contains <p> sky </p> [SEG].'],
    [
      'panoptic',
      'Can you segment all the objects in this image?',
      "Sorry, I don't see any of the 80 known objects in this image.",
    ],
    ['gcg', `Could you please give me a detailed description of the image? ${suffix}`, 'A <p> dog </p> [SEG] runs.'],
    [
      'gcg',
      `Could you please give me a detailed description of the image? ${suffix}`,
      "Sorry, I don't see any of the 80 known objects in this image.",
    ],
    [
      'mgsc',
      `Can you provide a detailed description in a comprehensive format for the woman in the image. ${suffix}`,
      "The woman in <p> a woman's bikini top </p> [SEG] surfs.",
    ],
    ['region', 'Could you provide me with a detailed analysis of region1?', 'A dog that sleeps.'],
    [
      'reasoning',
      "Who is the fastest? I'd appreciate segmentation masks.",
      'I would lie in the large grey cushioned <p> armchair </p> [SEG] and reach for the <p> water bottle </p> [SEG].',
    ],
    ['reasoning', 'Who is the fastest? Please output segmentation mask and explain why.', 'It is <p> dog </p> [SEG].'],
  ])('%s: %j', (task, question, answer) => expect(found(task, question, answer)).toEqual([]));
});
