import { expect, it } from 'vitest';
import { WordTable } from './words.ts';

it('gives equal words of two texts as one object, and words with one stem one number', () => {
  const [[dogs, run], [again, dog]] = new WordTable(true, undefined).pair(['dogs', 'run'], ['dogs', 'dog']);
  expect(again).toBe(dogs);
  expect(dog).not.toBe(dogs);
  expect(dog!.stem).toBe(dogs!.stem);
  expect(run!.stem).not.toBe(dogs!.stem);
  expect(dogs!.senseBits).toBe(0);
});

it('compares no stems where they are not asked for', () => {
  const [[dogs], [dog, same]] = new WordTable(false, undefined).pair(['dogs'], ['dog', 'dogs']);
  expect(dog!.stem).not.toBe(dogs!.stem);
  expect(same).toBe(dogs);
});

it('forgets words when there are too many, and never between two texts', () => {
  const table = new WordTable(false, undefined);
  const many = Array.from({ length: 200_001 }, (_, i) => `w${i}`);
  const [words, others] = table.pair(many, ['w7']);
  expect(others[0]).toBe(words[7]);
  const [[later], [twin]] = table.pair(['w7'], ['w7']);
  expect(later).not.toBe(words[7]);
  expect(twin).toBe(later);
});
