import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAnswer, parseWithRecovery } from './answer.ts';
import { readCanonical } from './canonical.ts';
import type { AnswerTree } from './tree.ts';

const PHRASE = '<p> dog </p> [SEG]';
const pieces = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(PHRASE, '<p> the small cat </p> [SEG]', ' ', ', ', '. ', ' and ', 'a man') },
  {
    weight: 2,
    arbitrary: fc.constantFrom('<image>', '<IMAGE>\n', '\n', '"', '(', ')', ' (on the left)', "'", '  ', ' .', 'SEA'),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '<p>',
      '</p>',
      '[SEG]',
      '<p>dog</p>[SEG]',
      '<P>',
      '(SEG)',
      '( SEG)',
      'SEG]',
      ' SEG',
      '[SEGM]',
      '[SEG]]',
      '\\[SEG\\]',
      '\uff3bSEG\uff3d',
      '\uff3bseg\uff3d',
      '{seg}',
      '&lt;p&gt;',
      '& ',
      '<object1>',
      '\u00a0',
      '\u{1f415}',
      '\u201c',
      "But I don't see any zebra in this image.",
      'Sorry, I do not see any ',
    ),
  },
);
const texts = fc.array(pieces, { maxLength: 12 }).map((list) => list.join(''));

/** All that a tree says, getters or fields. */
function written({ tokens, placeholders, phrases, segs, segCount, unclosed, unopened }: AnswerTree) {
  return {
    tokens,
    placeholders,
    phrases: phrases.map(
      ({ open, close, closeWrittenAsOpen, start, end, contentStart, contentEnd, text, segEnd, gap, nested, segs }) => ({
        ...{ open, close, closeWrittenAsOpen, start, end, contentStart, contentEnd, text, segEnd, gap, nested },
        segs: segs.map(({ token, denied }) => ({ token, denied })),
      }),
    ),
    segs: segs.map(({ token, phrase, denied }) => ({
      token,
      denied,
      phrase: phrase && phrases.indexOf(phrase),
    })),
    segCount,
    unclosed,
    unopened: unopened.map(({ close, stray, phrase }) => ({ close, stray, phrase: phrase && phrases.indexOf(phrase) })),
  };
}

describe('the quick way through a text', () => {
  it('takes canonical answers and questions', () => {
    const words = (text: string) => readCanonical(text, [])?.phrases.map((phrase) => phrase.text);
    expect(words(`Sure, ${PHRASE} and <p> the cat (left) </p> [SEG].`)).toEqual(['dog', 'the cat (left)']);
    expect(readCanonical('<image>\nCan you segment the dog in this image?', [])?.tokens).toHaveLength(1);
    expect(readCanonical('A dog.', [])?.tokens).toEqual([]);
  });

  it.each([
    '<p>dog</p>[SEG]',
    '<p> dog </p>',
    '<p> dog </p> [SEG] [SEG]',
    `${PHRASE} .`,
    `${PHRASE}s`,
    `a${PHRASE}`,
    '<p>  dog </p> [SEG]',
    '<p> </p> [SEG]',
    '<p> a <p> b </p> [SEG]',
    '[SEG]',
    'the dog </p> [SEG]',
    '<object1> dog </object1>',
  ])('leaves %s to the parser', (text) => {
    expect(readCanonical(text, [])).toBeUndefined();
  });

  it('gives the same tree as the parser', () => {
    let quick = 0;
    fc.assert(
      fc.property(texts, (text) => {
        const tree = parseAnswer(text);
        if (tree.canonical) quick++;
        expect(written(tree)).toEqual(written(parseWithRecovery(text, tree.clauses)));
      }),
      { numRuns: 3_000 },
    );
    expect(quick).toBeGreaterThan(300);
  });
});
