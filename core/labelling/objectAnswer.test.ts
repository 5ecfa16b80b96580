import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readObjectAnswer } from './objectAnswer.ts';

const captions = { short: 'a yellow surfboard', detailed: 'A long board. It lies on water.' };

describe('what a model says of an object', () => {
  it.each([
    ['as asked', 'Short Description: a yellow surfboard\nDetailed Caption: A long board. It lies on water.'],
    ['in bold', '**Short Description:** a yellow surfboard.\n\n**Detailed Caption:** A long board. It lies on water.'],
    [
      'with the colon outside',
      '**Short Description**: a yellow surfboard\n**Detail Caption**: A long board. It lies on water.',
    ],
    ['on one line', 'Short Caption: a yellow surfboard; Detail Caption: A long board. It lies on water.'],
    [
      'numbered',
      '1. Short description: "a yellow surfboard"\n2. Detailed description: A long board. It lies on water.',
    ],
    [
      'turned round',
      'Sure!\nDetailed Caption: A long board.\nIt lies on water.\nShort Description: a yellow surfboard',
    ],
  ])('is read %s', (_, answer) => {
    expect(readObjectAnswer(answer)).toEqual({ ok: true, captions });
  });

  it('is asked for again where a part is missing, empty or too long', () => {
    expect(readObjectAnswer('A board.')).toMatchObject({ ok: false, captions: {} });
    const half = readObjectAnswer('Short Description:\nDetailed Caption: A long board.');
    expect(half).toMatchObject({ ok: false, captions: { detailed: 'A long board.' } });
    expect(half.ok ? [] : half.findings).toEqual([expect.stringContaining('"Short Description:"')]);
    const long = readObjectAnswer(`Short Description: ${'very '.repeat(20)}long\nDetailed Caption: A board.`);
    expect(long.ok ? [] : long.findings).toEqual([expect.stringContaining('more than 12 words')]);
  });

  it('holds no tags of its own', () => {
    const read = readObjectAnswer('Short Description: <object1> a dog </object1>\nDetailed Caption: A `dog`.');
    expect(read.captions).toEqual({ short: 'object1 a dog /object1', detailed: 'A dog.' });
  });

  it('is read whatever it is, in time that grows with it', () => {
    fc.assert(fc.property(fc.string(), (answer) => typeof readObjectAnswer(answer).ok === 'boolean'));
    for (const piece of ['Short ', 'short description', 'short\t', '* ', 'detailed caption: ', ' '])
      expect(readObjectAnswer(piece.repeat(100_000)).ok).toBe(false);
  });
});
