import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

export interface Answer {
  readonly ms: number;
  /** SHA-256 of the results, where it was asked for. */
  readonly digest?: string;
}

/** pycocotools in a process of its own, which answers one question at a time. */
export interface Reference {
  /** Takes over the masks of a file. `block`: bitmaps in memory at a time; `group`: objects an image. */
  load(file: string, block: number, group: number): Promise<void>;
  measure(operation: string, digest: boolean): Promise<Answer>;
  stop(): void;
}

/** Benchmarks run bundled, from `out/bench`. */
const script = join(__dirname, '../../test/bench/masks_reference.py');

/** The reference, or undefined, after saying so, where pycocotools cannot be imported. */
export async function startReference(): Promise<Reference | undefined> {
  const python = process.env.USCDF_BENCH_PYTHON ?? 'python3';
  const probe = spawnSync(python, ['-c', 'import pycocotools._mask']);
  if (probe.status !== 0) {
    console.log(
      `SKIPPED: the reference. ${python} cannot import pycocotools, so there is nothing to compare our times with.\n` +
        'Get it: python3 -m venv /tmp/bench && /tmp/bench/bin/pip install pycocotools numpy, then\n' +
        'USCDF_BENCH_PYTHON=/tmp/bench/bin/python npm run bench -- masks',
    );
    return undefined;
  }
  const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ask = questions(child);
  return {
    load: async (file, block, group) => void (await ask({ file, block, group })),
    measure: async (operation, digest) => (await ask({ operation, digest })) as Answer,
    stop: () => void child.kill(),
  };
}

/** Sends one line, resolves with the next. Rejects where the process ends instead of answering. */
function questions(child: ChildProcessByStdio<Writable, Readable, null>): (question: object) => Promise<unknown> {
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async (question) => {
    child.stdin.write(`${JSON.stringify(question)}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error('The reference ended without an answer; its message stands above.');
    return JSON.parse(value) as unknown;
  };
}
