/** Inputs that are large or deep: findings in bounded time, where a search that grows with the square would take minutes. */
import { describe, expect, it } from 'vitest';
import { MAX_DIAGNOSTICS } from '../../core/language/languageService.ts';
import type { FileKind } from '../../core/records/document.ts';
import { processorMs } from '../../core/testing/processorMs.ts';
import { askEverything } from './everyFeature.ts';
import { HUGE, LONG_LINE } from './hugeText.ts';

/** What a hundred thousand characters may take, every feature asked, on a machine that does other things too. */
const MOST_MS = 30_000;

async function findingsOf(kind: FileKind, text: string): Promise<{ readonly findings: number; readonly ms: number }> {
  const start = processorMs();
  const findings = await askEverything(kind, new TextEncoder().encode(text));
  return { findings, ms: processorMs() - start };
}

describe('large and deep inputs', () => {
  it.each(HUGE)('%s, as %s', async (_, kind, text) => {
    const { findings, ms } = await findingsOf(kind, text());
    expect(findings).toBeLessThanOrEqual(MAX_DIAGNOSTICS + 1);
    expect(ms).toBeLessThan(MOST_MS);
  });

  it('a line of 40 MB', async () => {
    const { findings, ms } = await findingsOf('jsonl', LONG_LINE());
    // The runs make no mask of that size, the image is not there, the line is long, and "the cat" has no answer.
    expect(findings).toBe(4);
    expect(ms).toBeLessThan(4 * MOST_MS);
  }, 200_000);
});
