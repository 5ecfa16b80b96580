import { describe, expect, it } from 'vitest';
import { fromBitmap, type RunLengthMask } from '../../../core/masks/runLengthMask.ts';
import { parseAnswer } from '../../../core/text/answer.ts';
import type { DialectReading } from '../dialects/dialect.ts';
import { NothingKnownError } from '../errors.ts';
import { type DrawnAnswer, description, joinedAnswer, listAnswer } from './answers.ts';

const FULL: RunLengthMask = fromBitmap(Uint8Array.of(1, 1, 0, 0), 2, 2);
const EMPTY: RunLengthMask = fromBitmap(new Uint8Array(4), 2, 2);

/** An answer and its masks: `true` for one with pixels. */
function drawn(answer: string, visible: readonly boolean[], more: Partial<DialectReading> = {}): DrawnAnswer {
  const { phrases } = parseAnswer(answer);
  const masks = phrases.map(({ text }) => ({ label: text, from: { kind: 'tokens' as const, steps: [0] } }));
  return {
    reading: { answer, masks, negatives: [], notes: [], ...more },
    masks: visible.map((isVisible) => ({ mask: isVisible ? FULL : EMPTY, score: 0.5 })),
  };
}

describe('a description', () => {
  it('keeps what has pixels', () => {
    const said = description(drawn('There is <p> a dog </p> [SEG] here.', [true]));
    expect(said).toMatchObject({ answer: 'There is <p> a dog </p> [SEG] here.', notes: [] });
    expect(said.masks).toMatchObject([{ label: 'a dog', area: 2, score: 0.5 }]);
  });

  it('loses the tags of what has none', () => {
    const said = description(
      drawn('<p> A dog </p> [SEG] and <p> a cat </p> [SEG] on <p> grass </p> [SEG].', [false, true, false]),
    );
    expect(said.answer).toBe('A dog and <p> a cat </p> [SEG] on grass.');
    expect(said.masks.map(({ label }) => label)).toEqual(['a cat']);
    expect(said.notes).toEqual([expect.stringContaining('“A dog”'), expect.stringContaining('“grass”')]);
  });
});

describe('an answer to a list question', () => {
  it('denies what was drawn without a pixel', () => {
    const said = listAnswer(
      drawn(
        "Sure, <p> the dog </p> [SEG] and <p> the cat </p> [SEG]. But I don't see any zebra in this image.",
        [true, false],
        {
          negatives: ['zebra'],
        },
      ),
    );
    expect(said.answer).toBe("Sure, it is <p> the dog </p> [SEG]. But I don't see any zebra and cat in this image.");
    expect(said.negatives).toEqual(['zebra', 'cat']);
    expect(said.masks).toHaveLength(1);
  });

  it('joins what was asked one by one', () => {
    const said = joinedAnswer(
      ['the dog', 'the zebra', 'the cat', 'the sky'],
      [
        drawn('Sure, it is <p> the dog </p> [SEG].', [true]),
        drawn("Sorry, I don't see any zebra in this image.", [], { negatives: ['zebra'] }),
        drawn('Sure, it is <p> the cat </p> [SEG].', [false]),
        drawn('I cannot say.', []),
      ],
    );
    expect(said.answer).toBe("Sure, it is <p> the dog </p> [SEG]. But I don't see any zebra and cat in this image.");
    expect(said.notes).toEqual([expect.stringContaining('“the cat”'), expect.stringContaining('“the sky”')]);
  });

  it('says so where nothing is answered', () => {
    expect(() => joinedAnswer(['the sky'], [drawn('I cannot say.', [])])).toThrow(NothingKnownError);
  });
});
