import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type QualityEnd, runQuality } from './process.ts';

/** Runs a program in place of the command. */
async function run(source: string, stopsAtOnce = false): Promise<{ end: QualityEnd; shares: readonly number[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'uscdf-quality-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const program = join(folder, 'command.cjs');
  writeFileSync(program, source);
  const shares: number[] = [];
  const stopper = new AbortController();
  if (stopsAtOnce) stopper.abort();
  const end = await runQuality(program, 'stats', ['/data/a b.uscdf'], {
    signal: stopper.signal,
    onProgress: (share) => shares.push(share),
  });
  return { end, shares };
}

it('hands over the paths, and gives what the command prints and says', async () => {
  const { end, shares } = await run(`
    process.send({ kind: 'progress', unit: 'references', done: 1, total: 4 });
    process.send({ kind: 'other' });
    console.log(process.argv.slice(2).join('|'));
    console.error('uscdf stats: one file is gone.');
    process.exitCode = 2;`);
  expect(end).toEqual({ kind: 'text', text: 'stats|/data/a b.uscdf\n', remarks: ['one file is gone.'] });
  expect(shares).toEqual([0.25]);
});

it('says why there is nothing', async () => {
  const { end } = await run(`console.error('uscdf stats: no USCDF file is there.'); process.exitCode = 2;`);
  expect(end).toEqual({ kind: 'failed', message: 'no USCDF file is there.' });
  expect((await run('process.exit(3);')).end).toMatchObject({
    kind: 'failed',
    message: expect.stringContaining('(3)'),
  });
});

it('is cancelled when it is told to stop', async () => {
  const stopping = `process.on('message', () => process.exit(130)); setTimeout(() => {}, 4000);`;
  expect((await run(stopping, true)).end).toEqual({ kind: 'cancelled' });
});
