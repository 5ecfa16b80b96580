import { describe, expect, it } from 'vitest';
import { PassingError, retryAfter, withRetries } from './retry.ts';

function run(failures: readonly Error[], more: { readonly signal?: AbortSignal } = {}) {
  const waits: number[] = [];
  let n = 0;
  const result = withRetries(
    async () => {
      const failure = failures[n++];
      if (failure !== undefined) throw failure;
      return 'answer';
    },
    {
      attempts: 4,
      firstWaitMs: 1000,
      longestWaitMs: 60_000,
      signal: new AbortController().signal,
      random: () => 0.5,
      onWait: (_, ms) => waits.push(ms),
      sleep: async () => undefined,
      ...more,
    },
  );
  return { result, waits };
}

const busy = (waitMs?: number) => new PassingError('busy', waitMs);

describe('trying again', () => {
  it('waits twice as long each time', async () => {
    const { result, waits } = run([busy(), busy(), busy()]);
    expect(await result).toBe('answer');
    expect(waits).toEqual([1000, 2000, 4000]);
  });

  it('waits as long as the server asks, within bounds', async () => {
    const { result, waits } = run([busy(7000), busy(86_400_000)]);
    expect(await result).toBe('answer');
    expect(waits).toEqual([7000, 60_000]);
  });

  it('ends with the last attempt, with what will not pass, and when it is stopped', async () => {
    await expect(run([busy(), busy(), busy(), busy()]).result).rejects.toThrow('busy');
    const { result, waits } = run([new Error('wrong key')]);
    await expect(result).rejects.toThrow('wrong key');
    expect(waits).toEqual([]);
    await expect(run([busy()], { signal: AbortSignal.abort() }).result).rejects.toThrow('busy');
  });

  it.each([
    ['3', 3000],
    ['0.5', 500],
    ['Mon, 23 Nov 2026 05:00:10 GMT', 10_000],
    ['Mon, 23 Nov 2020 05:00:10 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    [null, undefined],
  ])('reads Retry-After %j', (header, ms) => {
    expect(retryAfter(header, Date.parse('Mon, 23 Nov 2026 05:00:00 GMT'))).toBe(ms);
  });
});
