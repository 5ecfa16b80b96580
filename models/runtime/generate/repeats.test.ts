import { describe, expect, it } from 'vitest';
import { RepeatGuard } from './repeats.ts';

/** How many tokens are kept, and after how many the guard spoke. */
function watch(tokens: readonly number[]): readonly [kept: number, at: number] | undefined {
  const guard = new RepeatGuard();
  for (const [i, token] of tokens.entries()) {
    const kept = guard.add(token);
    if (kept !== undefined) return [kept, i + 1];
  }
  return undefined;
}

const times = (piece: readonly number[], count: number) => Array.from({ length: count }, () => piece).flat();

describe('the guard against repetition', () => {
  it('keeps a piece once that follows itself eight times', () => {
    const piece = [7, 8, 9, 10, 11];
    expect(watch([1, 2, 3, ...times(piece, 7)])).toBeUndefined();
    expect(watch([1, 2, 3, ...times(piece, 8)])).toEqual([8, 43]);
    expect(watch(times([5], 40))).toEqual([1, 25]);
  });

  it('lets lists of things be', () => {
    const instances = Array.from({ length: 60 }, (_, i) => [5, 1000 + i, 6, 7]).flat();
    expect(watch(instances)).toBeUndefined();
    expect(watch([...times([4, 5, 6, 7], 5), 1, ...times([4, 5, 6, 7], 5)])).toBeUndefined();
  });
});
