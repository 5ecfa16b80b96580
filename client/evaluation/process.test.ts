import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type RunOptions, runEvaluation } from './process.ts';
import type { EvaluationRequest } from './request.ts';

const folder = mkdtempSync(join(tmpdir(), 'uscdf-process-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const request: EvaluationRequest = {
  references: ['/a b'],
  predictions: ['/c', '/d'],
  protocol: 'strict',
  similarity: '/models/bert',
};

/** Runs a program in place of the command. */
async function run(program: string, options: Partial<RunOptions> = {}) {
  const command = join(folder, `${Math.random()}.cjs`);
  writeFileSync(command, program);
  const progress: (readonly [number, number, string])[] = [];
  const end = await runEvaluation(command, request, {
    onProgress: (...step) => progress.push(step),
    signal: new AbortController().signal,
    ...options,
  });
  return { end, progress };
}

const report = (images: number) => `console.log(JSON.stringify({ counts: { images: ${images} } }));`;

it('hands over paths, progress, report and remarks', async () => {
  const { end, progress } = await run(`
    process.send({ kind: 'progress', unit: 'phrases', done: 1, total: 2 });
    process.send({ kind: 'progress', done: 3, total: 9 });
    process.send({ kind: 'progress', done: 'x' });
    console.error('uscdf evaluate: ' + process.argv.slice(2).join('|'));
    ${report(3)}
    process.exitCode = 2;`);
  expect(end).toEqual({
    kind: 'report',
    report: { counts: { images: 3 } },
    remarks: [
      'evaluate|--references|/a b|--predictions|/c|/d|--protocol|strict|--similarity|/models/bert|--format|json',
    ],
  });
  expect(progress).toEqual([
    [1, 2, 'phrases'],
    [3, 9, 'references'],
  ]);
});

it('fails with the words of a command that refuses', async () => {
  const { end } = await run(`console.error('uscdf evaluate: no USCDF file is there.'); process.exitCode = 2;`);
  expect(end).toEqual({ kind: 'failed', message: 'no USCDF file is there.' });
});

it('says when the process dies', async () => {
  const { end } = await run(`process.kill(process.pid, 'SIGKILL');`);
  expect(end).toMatchObject({ kind: 'failed', message: expect.stringMatching(/unexpectedly \(SIGKILL\)/) });
});

const obedient = (images: number) =>
  `process.on('message', (message) => { if (message === 'stop') { ${report(images)} process.exit(130); } });
   process.send({ kind: 'progress', done: 1, total: 2 });`;

it.each([
  [4, 'report'],
  [0, 'cancelled'],
])('asks a command to stop, which has scored %i images by then', async (images, kind) => {
  const abort = new AbortController();
  const { end } = await run(obedient(images), { signal: abort.signal, onProgress: () => abort.abort() });
  expect(end.kind).toBe(kind);
});

it('ends a command that does not stop', async () => {
  const abort = new AbortController();
  const stubborn = `process.send({ kind: 'progress', done: 1, total: 2 }); setInterval(() => undefined, 1000);`;
  const { end } = await run(stubborn, { signal: abort.signal, onProgress: () => abort.abort(), graceMs: 50 });
  expect(end).toEqual({ kind: 'cancelled' });
});
