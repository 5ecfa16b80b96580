/** The built command as the extension runs it: progress on the way, a report of what is there when it is stopped. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runEvaluation } from '../../client/evaluation/process.ts';
import { builtBundles, DIST, REPOSITORY } from './builtBundles.ts';

const MANY = 3_000;
const command = join(DIST, 'uscdf.cjs');
const fixture = (name: string) => join(REPOSITORY, 'test/fixtures/evaluation', name);
const predictions = [fixture('predicted.uscdf.jsonl')];
const never = new AbortController().signal;

let folder = '';
beforeAll(async () => {
  await builtBundles();
  folder = mkdtempSync(join(tmpdir(), 'uscdf-evaluate-process-'));
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('hands over the report and how far it is', async () => {
  const progress: (readonly [number, number, string])[] = [];
  const end = await runEvaluation(
    command,
    { references: [fixture('truth.uscdf.jsonl')], predictions, protocol: 'strict' },
    { onProgress: (...step) => progress.push(step), signal: never },
  );
  if (end.kind !== 'report') throw new Error(JSON.stringify(end));
  expect(end.remarks).toEqual([]);
  expect(end.report).toMatchObject({ protocol: 'strict', complete: true, counts: { images: 6, unanswered: 0 } });
  expect(end.report.worst[0]).toMatchObject({ id: 'beach-riders', reference: { line: 0 } });
  expect(progress.at(-1)).toEqual([6, 6, 'references']);
});

it('says what is missing beside the numbers of the rest', async () => {
  const references = [join(REPOSITORY, 'samples/scenes.uscdf.jsonl')];
  const end = await runEvaluation(
    command,
    { references, predictions, protocol: 'paper' },
    { onProgress: () => undefined, signal: never },
  );
  if (end.kind !== 'report') throw new Error(JSON.stringify(end));
  expect(end.report).toMatchObject({ complete: false, counts: { images: 1, unanswered: 3 } });
  expect(end.remarks.join(' ')).toMatch(/3 references have no prediction/);
});

it('fails with a sentence where there is nothing to compare', async () => {
  const request = { references: [join(folder, 'nowhere.uscdf')], predictions, protocol: 'paper' } as const;
  const end = await runEvaluation(command, request, { onProgress: () => undefined, signal: never });
  expect(end).toMatchObject({ kind: 'failed', message: expect.stringMatching(/nowhere\.uscdf.*no such file/) });
});

it('keeps what was scored before it was stopped', async () => {
  const records = readFileSync(fixture('truth.uscdf.jsonl'), 'utf8').trim().split('\n');
  const [first] = records.map((line) => JSON.parse(line));
  const many = join(folder, 'many.uscdf.jsonl');
  writeFileSync(
    many,
    Array.from({ length: MANY }, (_, i) => `${JSON.stringify({ ...first, id: `r${i}` })}\n`).join(''),
  );
  const abort = new AbortController();
  const end = await runEvaluation(
    command,
    { references: [many], predictions: [many], protocol: 'paper' },
    { onProgress: (done) => done > 0 && abort.abort(), signal: abort.signal, graceMs: 60_000 },
  );
  if (end.kind !== 'report') throw new Error(JSON.stringify(end));
  expect(end.report.complete).toBe(false);
  expect(end.report.counts.images).toBeGreaterThan(0);
  expect(end.report.counts.images).toBeLessThan(MANY);
  expect(end.remarks.join(' ')).toMatch(/stopped after \d+ of 3000 references/);
});
