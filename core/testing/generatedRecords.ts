/** Sound records of every task by chance, for property tests of converters. */
import fc from 'fast-check';
import type { NewRecord } from '../datasets/format.ts';
import { maskValue, newRecord, panopticAnswer, referringAnswer } from '../datasets/newRecord.ts';
import {
  ask,
  GCG_QUESTIONS,
  listQuestion,
  PANOPTIC_QUESTION,
  REASONING_QUESTIONS,
  SEGMENT_QUESTIONS,
} from '../datasets/questions.ts';
import { fromBitmap } from '../masks/bitmap.ts';
import { groundedPhrase } from '../text/compose.ts';

const NOUNS = [
  'dog',
  'cat',
  'red kite',
  'wine glass',
  "woman's hat",
  'café table',
  'grüner Baum',
  '狗',
  'surfboard',
  'tall lamp',
  'jar of jam',
  'T-shirt',
];
const ABSENT = ['zebra', 'fire hydrant', 'polar bear', 'violin'];
/** With less than nine pixels there may be fewer masks than phrases. */
const [LEAST_SIDE, MOST_SIDE, MOST_PHRASES] = [3, 24, 5];

/** A mask that is not empty, as compressed runs with box and area; `[height, width]` in pixels. */
export function generatedMask(height: number, width: number): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  return fc
    .array(fc.boolean(), { minLength: height * width, maxLength: height * width })
    .filter((pixels) => pixels.includes(true))
    .map((pixels) => maskValue(fromBitmap(Uint8Array.from(pixels, Number), height, width)));
}

/** The same mask twice would be a finding. */
function differentMasks(count: number, height: number, width: number): fc.Arbitrary<readonly unknown[]> {
  return fc.uniqueArray(generatedMask(height, width), {
    minLength: count,
    maxLength: count,
    selector: (mask) => String(mask['counts']),
  });
}

/** Masks that share no pixel. */
function segments(count: number, height: number, width: number): fc.Arbitrary<readonly unknown[]> {
  const pixels = fc.array(fc.integer({ min: 0, max: count }), { minLength: height * width, maxLength: height * width });
  return pixels.map((owners) =>
    Array.from({ length: count }, (_, i) => {
      // The first pixels see to it that no segment is empty.
      const owns = (owner: number, pixel: number) => (pixel < count ? pixel === i : owner === i + 1);
      return maskValue(
        fromBitmap(
          Uint8Array.from(owners, (owner, pixel) => Number(owns(owner, pixel))),
          height,
          width,
        ),
      );
    }),
  );
}

interface Parts {
  readonly phrases: readonly string[];
  readonly absent: readonly string[];
  readonly pick: number;
}

const TASKS: Readonly<
  Record<string, (parts: Parts) => { question: string; answer: string; negatives?: readonly string[] }>
> = {
  semantic: ({ phrases, pick }) => ({
    question: ask(SEGMENT_QUESTIONS[pick % SEGMENT_QUESTIONS.length]!, phrases[0]!),
    answer: referringAnswer(phrases.slice(0, 1), []),
  }),
  referring: ({ phrases, absent }) => ({
    question: listQuestion([...phrases, ...absent]),
    answer: referringAnswer(phrases, absent),
    negatives: absent,
  }),
  panoptic: ({ phrases }) => ({ question: PANOPTIC_QUESTION, answer: panopticAnswer(phrases) }),
  gcg: ({ phrases, pick }) => ({
    question: GCG_QUESTIONS[pick % GCG_QUESTIONS.length]!,
    answer: `Here ${phrases.map((phrase, i) => `${i === 0 ? 'we see' : 'beside'} ${groundedPhrase(phrase)}`).join(', ')}.`,
  }),
  reasoning: ({ phrases, pick }) => ({
    question: ask(REASONING_QUESTIONS[pick % REASONING_QUESTIONS.length]!, 'What would one take along?'),
    answer: `One would take the ${phrases.map(groundedPhrase).join(' and the ')} along.`,
  }),
};

/** A record that lints without a finding, of one of the tasks, or of those named. */
export function generatedRecord(tasks: readonly string[] = Object.keys(TASKS)): fc.Arbitrary<NewRecord> {
  return fc
    .record({
      id: fc.stringMatching(/^[a-z0-9]{1,8}$/),
      task: fc.constantFrom(...tasks),
      height: fc.integer({ min: LEAST_SIDE, max: MOST_SIDE }),
      width: fc.integer({ min: LEAST_SIDE, max: MOST_SIDE }),
      phrases: fc.uniqueArray(fc.constantFrom(...NOUNS), { minLength: 1, maxLength: MOST_PHRASES }),
      absent: fc.uniqueArray(fc.constantFrom(...ABSENT), { maxLength: 2 }),
      pick: fc.nat(),
    })
    .chain(({ id, task, height, width, ...parts }) => {
      const { question, answer, negatives } = TASKS[task]!(parts);
      const count = answer.split('[SEG]').length - 1;
      const masks = task === 'panoptic' ? segments(count, height, width) : differentMasks(count, height, width);
      const image = { image: `images/${id}.jpg`, path: undefined, size: { width, height } };
      return masks.map((all) =>
        newRecord({
          id,
          image,
          task,
          turns: [{ question, answer }],
          masks: all,
          ...(negatives !== undefined && { negatives }),
          provenance: { dataset: 'generated', sourceId: id },
        }),
      );
    });
}

/** A file of records with an id each. */
export function generatedRecords(tasks?: readonly string[]): fc.Arbitrary<readonly NewRecord[]> {
  return fc
    .array(generatedRecord(tasks), { minLength: 1, maxLength: 6 })
    .map((records) =>
      records.map((record, i) => ({ ...record, id: `${record.id}-${i}`, image: `images/${record.id}-${i}.jpg` })),
    );
}
