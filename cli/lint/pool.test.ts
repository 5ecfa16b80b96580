import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Pipeline } from './pipeline.ts';
import { WorkerCrew, WorkerGoneError } from './pool.ts';
import type { LinesTask, TaskFinding } from './task.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'uscdf-pool-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A worker that does what `body` says with each message. */
function script(body: string): string {
  const path = join(folder, 'worker.cjs');
  writeFileSync(
    path,
    `const { parentPort } = require('node:worker_threads');
     const post = (message) => parentPort.postMessage(message);
     parentPort.on('message', (message) => { ${body} });`,
  );
  return path;
}

const task = (start: number): LinesTask => ({
  kind: 'lines',
  path: '',
  name: '',
  start,
  end: 0,
  scopes: [],
  severities: {},
  images: false,
  withEdits: false,
});

/** Gives tasks to a crew of two; what came of them, in the order in which it was received. */
async function received(path: string, tasks: number): Promise<unknown[]> {
  const pipeline = new Pipeline(() => new WorkerCrew(path, 2));
  const seen: unknown[] = [];
  try {
    for (let i = 0; i < tasks; i++) {
      await pipeline.give(task(i), {
        emit: async (findings) => {
          for (const { message } of findings as readonly TaskFinding[]) seen.push(message);
        },
        done: ({ records }) => {
          seen.push(records);
        },
      });
    }
    await pipeline.finish();
    return seen;
  } finally {
    await pipeline.close();
  }
}

describe('a crew of workers', () => {
  it('hands out findings in the order of the tasks, however long each takes', async () => {
    const path = script(`
      if (message.kind !== 'task') return;
      const { start } = message.task;
      setTimeout(() => {
        post({ kind: 'findings', findings: [{ message: start + 'a' }] });
        post({ kind: 'findings', findings: [{ message: start + 'b' }] });
        post({ kind: 'done', result: { records: start, lines: 0 } });
      }, start % 2 === 0 ? 20 : 0);`);
    expect(await received(path, 9)).toEqual(Array.from({ length: 9 }, (_, i) => [`${i}a`, `${i}b`, i]).flat());
  });

  it.each([
    ['leaves', 'process.exit(7)', /ended with code 7.*--jobs/],
    ['throws', "throw new Error('no more memory')", /no more memory/],
  ])('ends with a sentence when a worker %s', async (_, body, message) => {
    const ended = received(
      script(`if (message.task?.start === 3) { ${body}; } post({ kind: 'done', result: { records: 0, lines: 0 } });`),
      9,
    );
    await expect(ended).rejects.toThrow(WorkerGoneError);
    await expect(ended).rejects.toThrow(message);
  });

  it('passes on what a worker failed at', async () => {
    const path = script(`post({ kind: 'failed', message: 'odd', stack: 'somewhere' });`);
    await expect(received(path, 2)).rejects.toThrow('odd');
  });
});
