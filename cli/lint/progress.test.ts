import { describe, expect, it } from 'vitest';
import { LintProgress, type Terminal } from './progress.ts';

/** What a bar of a terminal shows after so many bytes of a thousand, one string a write. */
function shown(terminal: Omit<Terminal, 'write'>, total: number, steps: readonly number[]): readonly string[] {
  const written: string[] = [];
  const progress = new LintProgress({ ...terminal, write: (text) => written.push(text) }, total);
  for (const bytes of steps) progress.add(bytes);
  progress.clear();
  return written;
}

describe('the bar of uscdf lint', () => {
  it('grows, is not written again where it is the same, and goes away', () => {
    expect(shown({ isTTY: true }, 1000, [100, 1, 899, 500])).toEqual([
      `\r\u001b[K[###${' '.repeat(27)}] 10 %`,
      `\r\u001b[K[${'#'.repeat(30)}] 100 %`,
      '\r\u001b[K',
    ]);
  });

  it.each([
    ['what is no terminal', {}, 1000],
    ['a narrow terminal', { isTTY: true, columns: 20 }, 1000],
    ['small input', { isTTY: true }, 0],
  ])('does not show on %s', (_, terminal, total) => {
    expect(shown(terminal, total, [500])).toEqual([]);
  });
});
