import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { asking, generated, lintErrors } from '../testing/modelAnswer.ts';
import { dialectOf } from './dialectOf.ts';

const phrases = dialectOf({ dialect: { kind: 'phrases', open: '<p>', close: '</p>', seg: '[SEG]' } });
const bare = dialectOf({ dialect: { kind: 'bare', seg: '[SEG]' } });
const groups = dialectOf({ dialect: { kind: 'groups', seg: ['[SEG0]', '[SEG1]', '[SEG2]'] } });

describe('phrases (MGLMM, GLaMM, OMG-LLaVA, Sa2VA)', () => {
  it('keeps a caption and knows which step wrote each mask', () => {
    const given = generated('A<p> dog </p> [SEG]  catches\n<p>the frisbee</p>[SEG] .');
    const { answer, masks, notes } = phrases(given);
    expect(answer).toBe('A <p> dog </p> [SEG] catches <p> the frisbee </p> [SEG].');
    expect(masks.map(({ label }) => label)).toEqual(['dog', 'the frisbee']);
    expect(masks.map(({ from }) => from.kind === 'tokens' && given.pieces[from.steps[0]!]!.text)).toEqual([
      '[SEG]',
      '[SEG]',
    ]);
    expect(notes).toEqual([]);
  });

  it.each([
    // What the model wrote, the answer, and a word of the note about it.
    ['<p> a dog [SEG] runs.', '<p> a dog </p> [SEG] runs.', 'partner'],
    ['A dog </p> runs.', 'A dog runs.', 'partner'],
    ['<p> a dog </p> runs.', 'a dog runs.', 'without a mask'],
    ['<p> a <p> dog </p> [SEG] runs.', 'a <p> dog </p> [SEG] runs.', 'partner'],
    ['<p> a dog </p>, [SEG] runs.', '<p> a dog </p> [SEG], runs.', undefined],
    ['<p> </p> [SEG] runs.', 'runs.', 'had no words'],
    ['<p> a dog </p> [SEG] [SEG] runs.', '<p> a dog </p> [SEG] runs.', 'had no words'],
    ['A dog and a red ball [SEG].', 'A dog and <p> a red ball </p> [SEG].', 'right before'],
    ['There is [SEG] here.', 'There is here.', 'had no words'],
    ['A <p> dog </p> [SEG] on <p> the', 'A <p> dog </p> [SEG] on the', 'partner'],
    ['<p> a dog </p> [SEG]</s> ASSISTANT: yes <region>', '<p> a dog </p> [SEG] yes', undefined],
  ])('%s', (text, answer, note) => {
    const reading = phrases(generated(text));
    expect(reading.answer).toBe(answer);
    if (note === undefined) expect(reading.notes).toEqual([]);
    else expect(reading.notes.join(' ')).toContain(note);
  });

  it('takes no mask of a [SEG] that was spelt in letters: no state stands for it', () => {
    const pieces = ['<p>', ' dog', '</p>', ' [', 'SEG', ']'].map((text, tokenId) => ({ tokenId, text }));
    const { answer, masks, notes } = phrases(generated('', { pieces }));
    expect([answer, masks]).toEqual(['dog', []]);
    expect(notes.join(' ')).toContain('spelt');
  });

  it.each([
    ["Sorry, I don't see any zebra in this image.", "Sorry, I don't see any zebra in this image.", ['zebra']],
    [
      'Sorry, I cannot see any zebra and bus in the image.',
      "Sorry, I don't see any zebra and bus in this image.",
      ['zebra', 'bus'],
    ],
    ["But I don't see any zebra in this image", "Sorry, I don't see any zebra in this image.", ['zebra']],
    ['There is no zebra in the picture.', "Sorry, I don't see any zebra in this image.", ['zebra']],
    [
      "Sorry, I don't see any <p> zebra </p> [SEG] in this image.",
      "Sorry, I don't see any zebra in this image.",
      ['zebra'],
    ],
  ])('%s', (text, answer, negatives) => {
    const given = generated(text, asking('the zebra', 'the bus'));
    const reading = phrases(given);
    expect(reading.answer).toBe(answer);
    expect(reading.negatives).toEqual(negatives);
    expect(reading.masks).toEqual([]);
    expect(lintErrors(reading, given.question)).toEqual([]);
  });

  it('grounds some and denies others', () => {
    const text = 'Sure,<p> dog </p> [SEG] and<p> frisbee </p> [SEG]. But I do not see any zebra in this image.';
    const reading = phrases(generated(text, asking('the dog', 'the frisbee', 'the zebra')));
    expect(reading.answer).toBe(
      "Sure, <p> dog </p> [SEG] and <p> frisbee </p> [SEG]. But I don't see any zebra in this image.",
    );
    expect(reading.negatives).toEqual(['zebra']);
    expect(reading.masks.map(({ label }) => label)).toEqual(['dog', 'frisbee']);
  });

  it('believes the mask where an answer shows and denies the same thing', () => {
    const text = "Sure, it is <p> dog </p> [SEG]. But I don't see any dog and bus in this image.";
    const reading = phrases(generated(text, asking('the dog', 'the bus')));
    expect(reading.answer).toBe("Sure, it is <p> dog </p> [SEG]. But I don't see any bus in this image.");
    expect(reading.notes.join(' ')).toContain('shows and denies “dog”');
  });

  it('takes the question’s words for a mask without any, as GLaMM answers', () => {
    const reading = phrases(generated('It is [SEG].', asking('the black dog')));
    expect(reading.answer).toBe('It is <p> the black dog </p> [SEG].');
    expect(reading.masks).toHaveLength(1);
  });

  it('says what is left open', () => {
    const reading = phrases(generated('Sure, it is <p> dog </p> [SEG].', asking('the dog', 'the bus')));
    expect(reading.notes.join(' ')).toContain('neither shows nor denies “the bus”');
  });

  it('has an answer where the model wrote nothing', () => {
    const reading = phrases(generated('</s>'));
    expect(lintErrors(reading, 'What is there?')).toEqual([]);
    expect(reading.notes).toEqual(['The model wrote nothing.']);
  });
});

describe('bare (LISA)', () => {
  it.each([
    ['Sure, it is [SEG].', ['the dog'], 'Sure, it is <p> the dog </p> [SEG].'],
    ['[SEG] .', ['the dog'], 'Sure, it is <p> the dog </p> [SEG].'],
    ['The dog [SEG] is here.', ['dog'], '<p> The dog </p> [SEG] is here.'],
    ['[SEG], [SEG]', ['the dog', 'the bus'], 'Sure, <p> the dog </p> [SEG] and <p> the bus </p> [SEG].'],
  ])('%s', (text, referents, answer) => {
    expect(bare(generated(text, asking(...referents))).answer).toBe(answer);
  });

  it('takes words before the mask for an answer that reasons, else a word that says nothing', () => {
    const why = { task: 'reasoning', question: 'What could one sit on?' } as const;
    expect(bare(generated('One could sit on the armchair [SEG].', why)).answer).toBe(
      'One could sit on <p> the armchair </p> [SEG].',
    );
    const unnamed = bare(generated('Sure, it is [SEG].', why));
    expect(unnamed.answer).toBe('Sure, it is <p> object </p> [SEG].');
    expect(unnamed.notes.join(' ')).toContain('Write what it is');
  });
});

describe('groups (PixelLM)', () => {
  const group = '[SEG0][SEG1][SEG2]';

  it('makes one mask of each whole group, with the words before it', () => {
    const reading = groups(generated(`Sure, the dog ${group} and the frisbee ${group}.`, asking('dog', 'frisbee')));
    expect(reading.answer).toBe('Sure, <p> the dog </p> [SEG] and <p> the frisbee </p> [SEG].');
    expect(reading.masks.map(({ from }) => from.kind === 'tokens' && from.steps.length)).toEqual([3, 3]);
  });

  it('takes the question’s words where the answer has none', () => {
    expect(groups(generated(`${group}, ${group}.`, asking('dog', 'frisbee'))).answer).toBe(
      'Sure, <p> dog </p> [SEG] and <p> frisbee </p> [SEG].',
    );
  });

  it.each(['the dog [SEG0][SEG2] runs', 'the dog [SEG1][SEG0] runs', 'the dog [SEG0] runs'])(
    'leaves out %s',
    (text) => {
      const reading = groups(generated(text));
      expect(reading.answer).toBe('the dog runs');
      expect(reading.notes.join(' ')).toContain('not whole');
    },
  );
});

describe('boxes (Kosmos-2)', () => {
  const boxes = dialectOf({
    dialect: {
      kind: 'boxes',
      phraseOpen: '<phrase>',
      phraseClose: '</phrase>',
      objectOpen: '<object>',
      objectClose: '</object>',
      separator: '</delimiter_of_multi_objects/>',
      patch: '<patch_index_{4 digits}>',
      grid: 32,
    },
  });

  it('reads the example of the transformers library as its own processor does', () => {
    const [{ text, caption, entities }] = snowman();
    const asked = '<grounding> An image of';
    const given = generated(text.slice(asked.length), { asked, width: 1, height: 1 });
    const { answer, masks } = boxes(given);
    expect(answer).toBe('An image of <p> a snowman </p> [SEG] warming himself by <p> a fire </p> [SEG].');
    expect(answer.replaceAll(/<\/?p> | \[SEG\]| <\/p>/g, '')).toBe(caption);
    expect(masks.map(({ label, from }) => [label, from.kind === 'boxes' && from.boxes])).toEqual(
      entities.map(([phrase, , found]) => [phrase, found]),
    );
  });

  it('reads several boxes of one phrase, in pixels', () => {
    const text =
      '<phrase> two dogs</phrase><object><patch_index_0000><patch_index_0033></delimiter_of_multi_objects/><patch_index_0010><patch_index_0010></object>.';
    const [mask] = boxes(generated(text, { width: 320, height: 64 })).masks;
    expect(mask?.from).toEqual({
      kind: 'boxes',
      boxes: [
        [5, 1, 15, 3],
        [100, 0, 110, 2],
      ],
    });
  });

  it('goes on from the phrase of its prompt', () => {
    const asked = '<grounding><phrase> a dog</phrase>';
    const text = '<object><patch_index_0000><patch_index_0033></object>';
    const reading = boxes(generated(text, { ...asking('a dog'), asked }));
    expect(reading.answer).toBe('Sure, it is <p> a dog </p> [SEG].');
    expect(boxes(generated(' is not here', { ...asking('a dog'), asked })).masks).toEqual([]);
  });

  it.each([
    ['a <phrase> dog</phrase> runs', 'a dog runs', 'without a mask'],
    ['a <phrase> dog</phrase><object><patch_index_0044></object> runs', 'a dog runs', 'is none'],
    ['a <phrase> dog</phrase><object><patch_index_0863><patch_index_0044></object> runs', 'a dog runs', 'is none'],
    ['a <phrase> dog</phrase><object><patch_index_0044><patch_index_5000></object> runs', 'a dog runs', 'is none'],
    ['a dog<object><patch_index_0044><patch_index_0863></object> runs', '<p> a dog </p> [SEG] runs', 'right before'],
    [
      'a <phrase> dog</phrase><object><patch_index_0044><patch_index_0863> runs',
      'a <p> dog </p> [SEG] runs',
      undefined,
    ],
  ])('%s', (text, answer, note) => {
    const reading = boxes(generated(text));
    expect(reading.answer).toBe(answer);
    if (note !== undefined) expect(reading.notes.join(' ')).toContain(note);
  });
});

/** The example of Kosmos2Processor's documentation (huggingface/transformers, Apache-2.0) and what it makes of it. */
function snowman() {
  const file = new URL('../../../test/fixtures/kosmos2/snowman.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as [
    {
      readonly text: string;
      readonly caption: string;
      readonly entities: readonly [string, readonly number[], readonly (readonly number[])[]][];
    },
  ];
}
