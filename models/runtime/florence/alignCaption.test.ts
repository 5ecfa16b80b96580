import { describe, expect, it } from 'vitest';
import { generated } from '../testing/modelAnswer.ts';
import { alignCaption } from './alignCaption.ts';
import type { PixelBox } from './locations.ts';

const BOX: PixelBox = [1, 2, 3, 4];
const align = (caption: string, ...labels: readonly string[]) =>
  alignCaption(
    caption,
    labels.map((label, i) => ({ label, boxes: [[i, 0, i + 1, 1]] })),
    generated(''),
  );

describe('alignCaption', () => {
  it('puts tags around the labels, letter case aside', () => {
    const { answer, masks, notes } = align('A dog beside two balls.', 'a dog', 'two balls');
    expect(answer).toBe('<p> A dog </p> [SEG] beside <p> two balls </p> [SEG].');
    expect(masks.map(({ label }) => label)).toEqual(['A dog', 'two balls']);
    expect(notes).toEqual([]);
  });

  it('takes a label that comes twice at both its places, in the order of the boxes', () => {
    const { answer, masks } = align('A dog sees a dog.', 'a dog', 'a dog');
    expect(answer).toBe('<p> A dog </p> [SEG] sees <p> a dog </p> [SEG].');
    expect(masks.map(({ from }) => from.kind === 'boxes' && from.boxes[0]![0])).toEqual([0, 1]);
  });

  it('finds a label that comes out of order, and keeps masks in reading order', () => {
    const { masks } = align('A dog beside two balls.', 'two balls', 'a dog');
    expect(masks.map(({ from }) => from.kind === 'boxes' && from.boxes[0]![0])).toEqual([1, 0]);
  });

  it('leaves out what the caption does not say, and says so', () => {
    const { answer, notes } = align('A dog runs.', 'a cat', 'a dog', 'dog', 'og');
    expect(answer).toBe('<p> A dog </p> [SEG] runs.');
    expect(notes.join(' ')).toContain('“a cat”, “dog”, “og”');
  });

  it('takes no box for the picture itself or for a pronoun', () => {
    expect(align('The image shows a dog and it runs.', 'the image', 'it').masks).toEqual([]);
  });

  it('keeps a caption without boxes', () => {
    expect(alignCaption('A dog runs.', [], generated('')).answer).toBe('A dog runs.');
    expect(alignCaption('', [{ label: 'x', boxes: [BOX] }], generated('')).masks).toEqual([]);
  });
});
