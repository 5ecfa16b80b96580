import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WorkerCrew } from './pool.ts';
import type { Settings, Task, TaskResult } from './task.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'uscdf-crew-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const settings: Settings = {
  plan: { protocol: 'paper', metrics: [] },
  similarity: { kind: 'none' },
  meteorLater: false,
};

/** A worker that answers with the task's start, and dies of odd ones. */
function script(): string {
  const path = join(folder, 'worker.cjs');
  writeFileSync(
    path,
    `const { parentPort } = require('node:worker_threads');
     parentPort.on('message', ({ start }) => {
       if (start % 2 === 1) process.exit(7);
       parentPort.postMessage({ failure: String(start) });
     });`,
  );
  return path;
}

const task = (start: number): Task => ({ kind: 'index', path: '', start, end: 0 });

describe('workers', () => {
  it('that die cost their own task only', async () => {
    const crew = new WorkerCrew(script(), 2, settings);
    try {
      const results: TaskResult[] = await Promise.all(Array.from({ length: 9 }, (_, i) => crew.run(task(i))));
      results.forEach(({ failure }, i) => {
        if (i % 2 === 0) expect(failure).toBe(String(i));
        else
          expect(failure).toMatch(
            /^A worker thread ended before its work was done \(it ended with code 7\): run this again/,
          );
      });
    } finally {
      await crew.close();
    }
  });
});
