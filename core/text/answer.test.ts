import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAnswer } from './answer.ts';

const shape = (text: string) => {
  const tree = parseAnswer(text);
  return {
    phrases: tree.phrases.map((p) => `${p.text}${p.nested ? ' (nested)' : ''}:${p.segs.length}`),
    unclosed: tree.unclosed.map((t) => t.start),
    unopened: tree.unopened.map((u) => u.close.start),
    orphans: tree.segs.filter((s) => s.phrase === undefined && !s.denied).length,
  };
};

describe('the tree of an answer', () => {
  it('holds as many loose tags as a text does', () => {
    expect(parseAnswer('<p> '.repeat(300_000)).unclosed).toHaveLength(300_000);
    // The last one is taken for the `</p>` of the one before it.
    expect(parseAnswer(`${'<p> '.repeat(300_000)}[SEG]`).unclosed).toHaveLength(299_999);
  });

  it('reads canonical phrases', () => {
    expect(shape('Sure, <p> dog </p> [SEG] and <p> the cat </p> [SEG].')).toEqual({
      phrases: ['dog:1', 'the cat:1'],
      unclosed: [],
      unopened: [],
      orphans: 0,
    });
  });

  it.each([
    ['a phrase without its close', '<p> dog [SEG].', { phrases: ['dog:1'], unclosed: [0], unopened: [], orphans: 0 }],
    ['a close without its open', 'dog </p> [SEG].', { phrases: [':1'], unclosed: [], unopened: [4], orphans: 0 }],
    [
      'a close written as an open',
      '<p> dog <p> [SEG].',
      { phrases: ['dog:1'], unclosed: [0], unopened: [], orphans: 0 },
    ],
    [
      'an open before a whole phrase',
      '<p> a <p> dog </p> [SEG]',
      { phrases: ['dog:1'], unclosed: [0], unopened: [], orphans: 0 },
    ],
    [
      'a nested pair',
      '<p> the <p> dog </p> there </p> [SEG]',
      { phrases: ['the dog there:1', 'dog (nested):0'], unclosed: [], unopened: [], orphans: 0 },
    ],
    [
      'a nested pair with its own [SEG]',
      '<p> man with <p> a hat </p> [SEG] </p> [SEG]',
      { phrases: ['man with a hat:1', 'a hat (nested):1'], unclosed: [], unopened: [], orphans: 0 },
    ],
    ['a second close', '<p> dog </p> </p> [SEG]', { phrases: ['dog:1'], unclosed: [], unopened: [13], orphans: 0 }],
    ['a [SEG] alone', 'it is [SEG].', { phrases: [], unclosed: [], unopened: [], orphans: 1 }],
    ['several [SEG]', '<p> dogs </p> [SEG] [SEG]', { phrases: ['dogs:2'], unclosed: [], unopened: [], orphans: 0 }],
    ['a comma in between', '<p> dog </p>, [SEG]', { phrases: ['dog:1'], unclosed: [], unopened: [], orphans: 0 }],
  ])('recovers from %s', (_, text, expected) => expect(shape(text)).toEqual(expected));

  it('sets tokens inside a negative clause aside', () => {
    const tree = parseAnswer("Sorry, I don't see any <p> zebra </p> [SEG] in this image.");
    expect(tree.phrases).toEqual([]);
    expect(tree.segs).toMatchObject([{ denied: true }]);
    expect(tree.clauses[0]!.tokens).toHaveLength(3);
  });

  it('takes any text', () => {
    const piece = fc.constantFrom(
      '<p>',
      '</p>',
      '[SEG]',
      ' ',
      'dog',
      ',',
      '<P>',
      '[seg',
      "But I don't see any ",
      ' in this image.',
      '<',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ unit: 'binary' })), { maxLength: 40 }), (pieces) => {
        const text = pieces.join('');
        const tree = parseAnswer(text);
        const opens = tree.tokens.filter((t) => t.kind === 'seg').length;
        expect(tree.segs).toHaveLength(opens);
        for (const phrase of tree.phrases) {
          expect(phrase.start).toBeLessThanOrEqual(phrase.contentStart);
          expect(phrase.contentStart).toBeLessThanOrEqual(phrase.contentEnd);
          expect(phrase.contentEnd).toBeLessThanOrEqual(phrase.end);
          expect(phrase.end).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 3_000 },
    );
  });
});
