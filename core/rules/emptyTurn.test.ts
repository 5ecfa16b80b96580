import { describe, expect, it } from 'vitest';
import { checkMarked } from '../testing/findings.ts';
import { FILE_KINDS, recordAround, tinyMask } from '../testing/fixtures.ts';
import { isBlank } from './emptyTurn.ts';

const talk = (...values: readonly string[]) =>
  recordAround('', { conversations: values.map((value, i) => ({ from: i % 2 === 0 ? 'human' : 'gpt', value })) });

describe.each(FILE_KINDS)('an empty turn of a %s file', (kind) => {
  const codes = (record: Record<string, unknown>) => checkMarked(kind, record).findings.map(({ code }) => code);

  it('is one finding', () => {
    expect(codes(talk('<image>\nDescribe it.', ''))).toEqual(['empty-turn']);
    expect(codes(talk(' ', 'A dog.'))).toEqual(['empty-turn']);
    expect(codes(talk('<image>\nDescribe it.', 'A dog.', '\t', '\u00a0'))).toEqual(['empty-turn', 'empty-turn']);
  });

  it('is one finding where its masks wait for the answer', () => {
    const record = talk('<image>\nCan you segment the dog in this image?', '');
    expect(codes({ ...record, masks: [tinyMask(0)] })).toEqual(['empty-turn']);
  });

  it('is none that holds the image alone', () => {
    expect(codes(talk('<image>', 'A dog.'))).toEqual([]);
  });
});

it('knows white space', () => {
  expect(['', ' ', '\n\t\u00a0\u3000'].map(isBlank)).toEqual([true, true, true]);
  expect(['.', ' a', '\u00a0é', '猫', '\u007f'].map(isBlank)).toEqual([false, false, false, false, false]);
});
