import { describe, expect, it } from 'vitest';
import { linesToAsk, pictureHeight, picturesToShow, readInlineMasks, roomFor } from './looked.ts';

describe('the lines that are asked for', () => {
  it('are those to be seen and some round them, inside the text', () => {
    expect(linesToAsk([{ first: 100, last: 140 }], 1_000, 20)).toEqual([{ first: 80, last: 160 }]);
    expect(linesToAsk([{ first: 5, last: 9 }], 12, 20)).toEqual([{ first: 0, last: 11 }]);
  });

  it('leave out what is folded, and are apart', () => {
    const visible = [
      { first: 900, last: 910 },
      { first: 0, last: 10 },
      { first: 30, last: 40 },
    ];
    expect(linesToAsk(visible, 1_000, 10)).toEqual([
      { first: 0, last: 50 },
      { first: 890, last: 920 },
    ]);
  });

  it('are none where nothing is to be seen, or the text has become shorter', () => {
    expect(linesToAsk([], 100, 10)).toEqual([]);
    expect(linesToAsk([{ first: 80, last: 90 }], 20, 10)).toEqual([]);
  });
});

describe('the pictures that are shown', () => {
  const pictures = [3, 4, 9].map((line) => ({ range: { start: { line } } }));

  it('are all, those of the cursors’ lines, or none', () => {
    expect(picturesToShow(pictures, 'always', [4])).toEqual(pictures);
    expect(picturesToShow(pictures, 'currentLine', [4, 7])).toEqual([pictures[1]]);
    expect(picturesToShow(pictures, 'off', [4])).toEqual([]);
  });

  it('follow a setting that may hold anything', () => {
    expect(['off', 'currentLine', 'always', 'sometimes', undefined].map(readInlineMasks)).toEqual([
      'off',
      'currentLine',
      'always',
      'always',
      'always',
    ]);
  });

  it('fit into their line', () => {
    // The font's size, the line's height: left to the editor, a factor, pixels.
    expect(pictureHeight(14, 0)).toBe(16);
    expect(pictureHeight(14, 1)).toBe(12);
    expect(pictureHeight(14, 15)).toBe(13);
    expect(pictureHeight(14, 40)).toBe(16);
    expect(pictureHeight(1, 0)).toBe(1);
  });
});

it('the room for a picture is about as wide as one of a usual photograph', () => {
  for (const fontSize of [8, 14, 24]) {
    const height = pictureHeight(fontSize, 0);
    const { blanks, width } = roomFor(height, fontSize);
    expect(blanks).toMatch(/^\u00a0+$/);
    expect(Math.abs(width - (1.5 * height + 4))).toBeLessThan(fontSize / 2);
  }
  expect(roomFor(1_000, 1).blanks).toHaveLength(20);
});
