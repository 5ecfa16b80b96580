import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { processorMs } from '../../../core/testing/processorMs.ts';
import type { GeneratorManifest } from '../manifest.ts';
import { asking, generated, lintErrors } from '../testing/modelAnswer.ts';
import { dialectOf } from './dialectOf.ts';

/** Whatever a model writes, the answer is a text that the linter finds no error in, with a mask for each `[SEG]`. */

const KOSMOS = {
  kind: 'boxes',
  phraseOpen: '<phrase>',
  phraseClose: '</phrase>',
  objectOpen: '<object>',
  objectClose: '</object>',
  separator: '</delimiter_of_multi_objects/>',
  patch: '<patch_index_{4 digits}>',
  grid: 32,
} as const;
const DIALECTS: readonly GeneratorManifest['dialect'][] = [
  { kind: 'phrases', open: '<p>', close: '</p>', seg: '[SEG]' },
  { kind: 'bare', seg: '[SEG]' },
  { kind: 'groups', seg: ['[SEG0]', '[SEG1]', '[SEG2]'] },
  KOSMOS,
];

const TAGS = ['<p>', '</p>', '[SEG]', '[SEG0]', '[SEG1]', '[SEG2]', '<phrase>', '</phrase>', '<object>', '</object>'];
const BOXES = ['</delimiter_of_multi_objects/>', '<patch_index_0044>', '<patch_index_0863>', '<patch_index_9999>'];
const WORDS = [' the', ' dog', ' zebra', ' and', ' frisbee', ',', '.', ' ', '\n', ' is', ' a', ' in this image', ' on'];
const DENIALS = [
  "I don't see any",
  ' Sorry,',
  ' But',
  ' there is no',
  ' I cannot find',
  ' is not visible',
  " I don't see",
];
const RUBBISH = [
  '<',
  '>',
  '[',
  ']',
  'SEG',
  '<p',
  '/p>',
  '</s>',
  'USER:',
  'ASSISTANT',
  ':',
  '<image>',
  '\\',
  '(seg)',
  '{',
  '&lt;p&gt;',
];
const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...TAGS, ...BOXES) },
  { weight: 4, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 2, arbitrary: fc.constantFrom(...DENIALS) },
  { weight: 1, arbitrary: fc.constantFrom(...RUBBISH) },
  { weight: 1, arbitrary: fc.string({ maxLength: 6, unit: 'binary' }) },
);
const questions = fc.constantFrom({}, asking('dog'), asking('the dog', 'the zebra', 'frisbee'), {
  task: 'reasoning',
} as const);

describe.each(DIALECTS)('$kind', (dialect) => {
  it('makes a record without errors of any tokens', () => {
    const read = dialectOf({ dialect });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), questions, (texts, question) => {
        const pieces = texts.map((text, tokenId) => ({ tokenId, text }));
        const given = generated('', { ...question, pieces });
        const reading = read(given);
        expect(lintErrors(reading, given.question)).toEqual([]);
        expect(reading.answer.match(/\[SEG\]/g)?.length ?? 0).toBe(reading.masks.length);
        for (const { from } of reading.masks) {
          if (from.kind === 'tokens')
            expect(from.steps.every((step) => pieces[step]!.text.includes('[SEG'))).toBe(true);
          else for (const [left, top, right, bottom] of from.boxes) expect(left < right && top < bottom).toBe(true);
        }
      }),
      { numRuns: Number(process.env['RUNS'] ?? 500) },
    );
  });

  it('reads an answer of 20 000 tokens in seconds', () => {
    const read = dialectOf({ dialect });
    const long = generated('', {
      pieces: Array.from({ length: 20_000 }, (_, i) => ({ tokenId: i, text: TAGS[i % 3]! })),
    });
    const started = processorMs();
    expect(lintErrors(read(long), long.question)).toEqual([]);
    expect(processorMs() - started).toBeLessThan(5000);
  });
});
