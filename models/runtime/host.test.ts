import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import {
  DraftCancelledError,
  DraftTimeoutError,
  ImageError,
  InferenceWorker,
  type InferenceWorkerOptions,
  RuntimeMissingError,
  WorkerCooldownError,
  WorkerCrashedError,
} from './host.ts';
import { workFolder } from './testing/builtWorker.ts';

/** The host against workers of a few lines each, which do as the request's image says. */
const folder = workFolder('host');
const workerPath = join(folder, 'worker.cjs');
writeFileSync(
  workerPath,
  `
  const draft = { task: 'gcg', question: 'q', answer: 'a', width: 1, height: 1, masks: [], negatives: [], notes: [],
    model: { name: 'm', version: '1.0.0' }, device: 'cpu', deviceReasons: [],
    timings: { loadMs: 0, decodeMs: 0, encodeMs: 0, generateMs: 0, masksMs: 0, totalMs: 0 } };
  const waiting = new Map();
  const mask = { size: [1, 1], counts: '1', score: 1, bbox: [0, 0, 0, 0], area: 0, device: 'cpu', totalMs: 0 };
  let prepared = '';
  process.on('message', ({ kind, id, request, image }) => {
    if (kind === 'prepare') { prepared += image + ' '; return; }
    if (kind === 'cancel') {
      if (waiting.get(id) === 'polite') process.send({ kind: 'failure', id, code: 'cancelled', message: 'cancelled' });
      return;
    }
    process.send({ kind: 'progress', id, progress: { stage: 'load', done: 0, elapsedMs: 0 } });
    if (kind === 'encode') {
      // Lets go of one when told to; takes its time for another.
      if (request.image === 'far') waiting.set(id, 'polite');
      else setTimeout(() => process.send({ kind: 'encoded', id, encoded: { totalMs: 100 } }), 100);
      return;
    }
    if (request.image === 'good') process.send({ kind: 'draft', id, draft: { ...draft, answer: String(process.pid) } });
    if (request.image === 'told') process.send({ kind: 'draft', id, draft: { ...draft, answer: prepared } });
    if (request.image === 'mask') process.send({ kind: 'mask', id, mask });
    if (request.image === 'late mask') setTimeout(() => process.send({ kind: 'mask', id, mask }), 200);
    if (request.image === 'slow') {
      const steps = setInterval(() => process.send({ kind: 'progress', id, progress: { stage: 'generate', done: 0.5, text: 'A dog', elapsedMs: 1 } }), 50);
      setTimeout(() => { clearInterval(steps); process.send({ kind: 'draft', id, draft }); }, 2000);
    }
    if (request.image === 'bad') process.send({ kind: 'failure', id, code: 'image', message: 'no image' });
    if (request.image === 'exit') { console.error('out of everything'); process.exit(7); }
    if (request.image === 'garbage') process.send({ hello: 'world' });
    if (request.image === 'late') { process.send({ kind: 'draft', id: id + 1, draft }); process.send({ kind: 'draft', id, draft }); }
    waiting.set(id, request.image);
  });
  process.on('disconnect', () => process.exit());
  `,
);

let worker: InferenceWorker;
let log: string[];

function start(options: Partial<InferenceWorkerOptions> = {}): InferenceWorker {
  log = [];
  worker = new InferenceWorker({ workerPath, log: (line) => log.push(line), ...options });
  return worker;
}

const ask = (image: string, options?: Parameters<InferenceWorker['draft']>[1]) =>
  worker.draft({ bundle: 'b', image, task: 'gcg' }, options);

afterEach(() => worker.dispose());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('InferenceWorker', () => {
  it('starts with the first draft and keeps the process for the next', async () => {
    start();
    expect(worker.pid).toBeUndefined();
    const [first, second] = await Promise.all([ask('good'), ask('good')]);
    expect(first.answer).toBe(second.answer);
    expect(Number(first.answer)).toBe(worker.pid);
  });

  it('hands on progress, and failures as their own kind', async () => {
    start();
    const stages: string[] = [];
    await expect(ask('bad', { onProgress: ({ stage }) => stages.push(stage) })).rejects.toThrow(ImageError);
    expect(stages).toEqual(['load']);
    expect((await ask('good')).task).toBe('gcg');
  });

  it('stops the idle process and starts another when asked', async () => {
    start({ idleMs: 50 });
    const first = await ask('good');
    await expect.poll(() => worker.pid).toBeUndefined();
    expect((await ask('good')).answer).not.toBe(first.answer);
  });

  it('rejects every pending draft once when the process ends, and works on', async () => {
    start();
    const outcomes = await Promise.allSettled([ask('exit'), ask('good')]);
    for (const outcome of outcomes) {
      expect(outcome.status === 'rejected' && outcome.reason).toMatchObject({ code: 'crashed', exitCode: 7 });
    }
    expect(log.join('\n')).toContain('out of everything');
    expect((await ask('good')).task).toBe('gcg');
  });

  it('stops a process that speaks another language', async () => {
    start();
    await expect(ask('garbage')).rejects.toThrow(WorkerCrashedError);
    expect((await ask('good')).task).toBe('gcg');
  });

  it('leaves the process alone after three crashes, for a while', async () => {
    start({ cooldownMs: 3_000 });
    for (let i = 0; i < 3; i++) await expect(ask('exit')).rejects.toThrow(WorkerCrashedError);
    await expect(ask('good')).rejects.toThrow(WorkerCooldownError);
    await expect(ask('good')).rejects.toThrow(/Try again in \d+ s/);
    await expect
      .poll(
        () =>
          ask('good').then(
            ({ task }) => task,
            () => undefined,
          ),
        { timeout: 20_000 },
      )
      .toBe('gcg');
  });

  it('forgets crashes of long ago', async () => {
    start({ crashWindowMs: 1 });
    for (let i = 0; i < 4; i++) {
      await expect(ask('exit')).rejects.toThrow(WorkerCrashedError);
    }
  });

  it('cancels at once, before, during and in the queue', async () => {
    start();
    const abort = new AbortController();
    const during = ask('polite', { signal: abort.signal });
    const queued = ask('good', { signal: abort.signal });
    const other = ask('good');
    const pid = worker.pid;
    abort.abort();
    await expect(during).rejects.toThrow(DraftCancelledError);
    await expect(queued).rejects.toThrow(DraftCancelledError);
    await expect(ask('good', { signal: abort.signal })).rejects.toThrow(DraftCancelledError);
    expect(Number((await other).answer)).toBe(pid);
  });

  it('stops a process that does not let go of a cancelled draft', async () => {
    start({ cancelGraceMs: 50 });
    const abort = new AbortController();
    const stubborn = ask('stubborn', { signal: abort.signal });
    const pid = worker.pid;
    const next = ask('good');
    abort.abort();
    await expect(stubborn).rejects.toThrow(DraftCancelledError);
    expect(Number((await next).answer)).not.toBe(pid);
  });

  it('gives up a draft that takes too long', async () => {
    start({ timeoutMs: 1500 });
    await expect(ask('silent')).rejects.toThrow(DraftTimeoutError);
    expect((await ask('good')).task).toBe('gcg');
  });

  it('waits for a draft that takes long and says how it goes', async () => {
    start({ timeoutMs: 1500 });
    const words: (string | undefined)[] = [];
    const draft = await ask('slow', { onProgress: ({ text }) => words.push(text) });
    expect(draft.answer).toBe('a');
    expect(words).toContain('A dog');
  });

  it('tells the process which photograph comes next, once', async () => {
    start();
    const drafts = await Promise.all([ask('good'), ask('good'), ask('told')]);
    expect(drafts[2]!.answer).toBe('good told ');
  });

  it('hands on masks, and takes no draft for one', async () => {
    start();
    const request = { bundle: 'b', points: [{ x: 1, y: 2, positive: true }] };
    expect(await worker.segment({ ...request, image: 'mask' })).toMatchObject({ area: 0, device: 'cpu' });
    await expect(worker.segment({ ...request, image: 'good' })).rejects.toThrow(WorkerCrashedError);
    await expect(ask('mask')).rejects.toThrow(WorkerCrashedError);
  });

  it('does first what a person waits for', async () => {
    start();
    const done: string[] = [];
    const noted = (name: string, work: Promise<unknown>) => work.then(() => done.push(name));
    await Promise.all([
      noted('under way', ask('good')),
      noted('ahead', worker.encode({ bundle: 'b', image: 'near' })),
      noted('of a queue', ask('good', { background: true })),
      noted('asked for', ask('good')),
      noted('clicked', worker.segment({ bundle: 'b', image: 'mask' })),
      noted('clicked again', worker.segment({ bundle: 'b', image: 'mask' })),
    ]);
    expect(done).toEqual(['under way', 'clicked', 'clicked again', 'asked for', 'of a queue', 'ahead']);
  });

  it('lets go of a photograph that is encoded ahead when another one is asked about', async () => {
    start();
    await ask('good');
    const { pid } = worker;
    const ahead = worker.encode({ bundle: 'b', image: 'far' });
    const clicked = worker.segment({ bundle: 'b', image: 'mask' });
    await expect(ahead).rejects.toThrow(DraftCancelledError);
    expect(await clicked).toMatchObject({ area: 0 });
    expect(worker.pid).toBe(pid);
  });

  it('goes on encoding the photograph that is asked about', async () => {
    start();
    const done: string[] = [];
    await Promise.all([
      worker.encode({ bundle: 'b', image: 'mask' }).then(({ totalMs }) => done.push(`encoded in ${totalMs} ms`)),
      worker.segment({ bundle: 'b', image: 'mask' }).then(() => done.push('mask')),
    ]);
    expect(done).toEqual(['encoded in 100 ms', 'mask']);
  });

  it('keeps the process when a click is taken back while it is worked on', async () => {
    start({ cancelGraceMs: 50 });
    await ask('good');
    const { pid } = worker;
    const abort = new AbortController();
    const clicked = worker.segment({ bundle: 'b', image: 'late mask' }, { signal: abort.signal });
    abort.abort();
    await expect(clicked).rejects.toThrow(DraftCancelledError);
    expect(await worker.segment({ bundle: 'b', image: 'mask' })).toMatchObject({ area: 0 });
    expect(worker.pid).toBe(pid);
  });

  it('ignores an answer to another question', async () => {
    start();
    expect((await ask('late')).answer).toBe('a');
  });

  it('refuses work after dispose, and cancels what was open', async () => {
    start();
    const open = ask('silent');
    worker.dispose();
    await expect(open).rejects.toThrow(DraftCancelledError);
    await expect(ask('good')).rejects.toThrow(DraftCancelledError);
    expect(worker.pid).toBeUndefined();
  });

  it('says so where its program is missing', async () => {
    start({ workerPath: join(folder, 'none.cjs') });
    await expect(ask('good')).rejects.toThrow(RuntimeMissingError);
  });
});
