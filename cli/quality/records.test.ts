import fc from 'fast-check';
import { expect, it } from 'vitest';
import { generatedRecord } from '../../core/testing/generatedRecords.ts';
import { placedRecords } from './records.ts';
import { testFolder, writeLines } from './testing.ts';

it('hears while it reads that it is to stop', async () => {
  const records = fc.sample(generatedRecord(), { numRuns: 200, seed: 1 });
  const path = writeLines(testFolder(), 'a.uscdf.jsonl', records);
  const paths = Array<string>(2000).fill(path);
  const stopper = new AbortController();
  setTimeout(() => stopper.abort(), 1);
  let read = 0;
  for await (const { model } of placedRecords(paths, { signal: stopper.signal, read: () => {}, fail: () => {} })) {
    expect(model.segCount).toBeGreaterThan(0);
    read++;
  }
  expect(stopper.signal.aborted).toBe(true);
  expect(read).toBeLessThan(paths.length * records.length);
});
