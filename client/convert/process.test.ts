import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type RunOptions, runConversion } from './process.ts';

const folder = mkdtempSync(join(tmpdir(), 'uscdf-convert-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const request = { from: 'llava', to: 'uscdf', inputs: ['/in.json'], output: '/out.uscdf.jsonl' };
const report = join(folder, 'report.json');
const written = JSON.stringify({
  ...{ version: 1, from: 'llava', to: 'uscdf', outputs: [], records: 3, phrases: 0, masks: 0, imagesNotFound: 0 },
  ...{ counts: { rejected: {}, changed: {}, lost: {} }, items: [] },
});
const writes = `require('fs').writeFileSync(process.argv[process.argv.indexOf('--report') + 1], ${JSON.stringify(written)});`;

/** Runs a program in place of the command. */
async function run(program: string, options: Partial<RunOptions> = {}) {
  const command = join(folder, `${Math.random()}.cjs`);
  writeFileSync(command, program);
  const progress: number[] = [];
  const end = await runConversion(command, request, {
    report,
    onProgress: (share) => progress.push(share),
    signal: new AbortController().signal,
    ...options,
  });
  return { end, progress };
}

it('hands over the report and how far it is, also where items were rejected', async () => {
  const { end, progress } = await run(`
    for (const done of [0.25, 'x', 7]) process.send({ kind: 'progress', done, total: 1 });
    process.send({ kind: 'progress', done: 1, total: 0 });
    ${writes} process.exitCode = 1;`);
  expect(end).toMatchObject({ kind: 'report', report: { records: 3 } });
  expect(progress).toEqual([0.25, 1]);
});

it('does not take the report of an earlier conversion for its own', async () => {
  writeFileSync(report, written);
  const { end } = await run(
    `console.error('uscdf convert: /in.json is not there: check the path.'); process.exitCode = 2;`,
  );
  expect(end).toEqual({ kind: 'failed', message: '/in.json is not there: check the path.' });
});

it('says when the process dies', async () => {
  const { end } = await run(`process.kill(process.pid, 'SIGKILL');`);
  expect(end).toMatchObject({ kind: 'failed', message: expect.stringMatching(/unexpectedly \(SIGKILL\)/) });
});

const begins = `process.send({ kind: 'progress', done: 0.5, total: 1 });`;

it('asks a command to stop, and ends one that does not', async () => {
  for (const program of [
    `process.on('message', (message) => message === 'stop' && process.exit(130)); ${begins}`,
    `setInterval(() => undefined, 1000); ${begins}`,
  ]) {
    const abort = new AbortController();
    const { end } = await run(program, { signal: abort.signal, onProgress: () => abort.abort(), graceMs: 50 });
    expect(end).toEqual({ kind: 'cancelled' });
  }
});
