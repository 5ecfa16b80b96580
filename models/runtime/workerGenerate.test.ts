import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeCounts } from '../../core/masks/runLengthMask.ts';
import { parseAnswer } from '../../core/text/answer.ts';
import type { DraftProgress, DraftRequest } from './draft.ts';
import { DraftCancelledError, InferenceWorker, PromptError, TaskError, WorkerCrashedError } from './host.ts';
import { BUNDLE, buildWorker, REPOSITORY, workFolder } from './testing/builtWorker.ts';

/** The built worker with a small generator: its answers are known by heart, its way is that of the large ones. */
const BUNDLES = join(REPOSITORY, 'test/fixtures/bundles');
const MGLMM = join(BUNDLES, 'mglmm');
const RIDERS = join(BUNDLES, 'riders.png');
const CAPTION =
  '<p> Two riders </p> [SEG] on <p> dark horses </p> [SEG] follow <p> a sandy beach </p> [SEG] beside <p> the sea </p> [SEG].';
const folder = workFolder('worker-generate');
let worker: InferenceWorker;
const log: string[] = [];

beforeAll(async () => {
  const workerPath = await buildWorker(folder);
  worker = new InferenceWorker({ workerPath, maxCrashes: 100, log: (line) => log.push(line) });
});
afterAll(() => {
  worker.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const ask = (request: Partial<DraftRequest> = {}, options?: Parameters<InferenceWorker['draft']>[1]) =>
  worker.draft({ bundle: MGLMM, image: RIDERS, task: 'gcg', ...request }, options);

describe('a draft by a generator', () => {
  it('is written word by word, with a mask for every phrase', async () => {
    const steps: DraftProgress[] = [];
    const draft = await ask({}, { onProgress: (step) => steps.push(step) });
    expect(draft.answer).toBe(CAPTION);
    expect(draft.masks.map(({ label }) => label)).toEqual(parseAnswer(CAPTION).phrases.map(({ text }) => text));
    for (const { size, counts, area } of draft.masks) {
      const runs = decodeCounts(counts);
      if (!runs.ok) throw new Error(runs.message);
      expect(size).toEqual([draft.height, draft.width]);
      expect(runs.value.reduce((sum, run, i) => sum + (i % 2 === 1 ? run : 0), 0)).toBe(area);
      expect(area).toBeGreaterThan(0);
    }
    expect(draft).toMatchObject({ task: 'gcg', device: 'cpu', model: { name: expect.stringContaining('mglmm') } });
    expect(draft.deviceReasons.join(' ')).toMatch(/It runs on cpu, by the bundle's own order\..* tokens a run/);
    expect(draft.timings.generateMs).toBeGreaterThan(0);

    expect([...new Set(steps.map(({ stage }) => stage))]).toEqual([
      'load',
      'decode',
      'encode',
      'generate',
      'masks',
      'compose',
    ]);
    const words = steps.flatMap(({ text }) => (text === undefined ? [] : [text]));
    expect(words.at(-1)).toBe('Two riders on dark horses follow a sandy beach beside the sea.');
    expect(words.every((text) => words.at(-1)!.startsWith(text))).toBe(true);
    expect(steps.map(({ done }) => done)).toEqual(steps.map(({ done }) => done).toSorted((a, b) => a - b));
  });

  it('encodes a photograph once for further questions', async () => {
    await ask();
    const next = await ask({ task: 'referring', prompt: 'the zebra' });
    expect(next.answer).toBe("Sorry, I don't see any zebra in this image.");
    expect(next.timings).toMatchObject({ encodeMs: 0, loadMs: expect.any(Number) });
    expect((await ask()).timings.encodeMs).toBe(0);
  });

  it('answers each task that the bundle has', async () => {
    const mixed = await ask({ task: 'referring', prompt: 'the left horse and the zebra' });
    expect(mixed).toMatchObject({
      question: 'Please segment the left horse and the zebra in this image.',
      answer: "Sure, <p> the left horse </p> [SEG]. But I don't see any zebra in this image.",
      negatives: ['zebra'],
    });
    const root = await ask({ task: 'mgsc' });
    expect(root.answer).toContain('<p> Riders </p> [SEG]');
    expect(root.target).toBeUndefined();
    const part = await ask({ task: 'mgsc', prompt: 'dark horses' });
    expect(part).toMatchObject({ task: 'mgsc', target: 'dark horses' });
    expect(part.masks).toHaveLength(2);
    const reason = await ask({ task: 'reasoning', prompt: 'What could carry a person?' });
    expect(reason).toMatchObject({ question: 'What could carry a person?', masks: [{ label: 'The horses' }] });
  });

  it('refuses a task that the bundle lacks, and names those it has', async () => {
    await expect(ask({ bundle: join(BUNDLES, 'lisa') })).rejects.toThrow(TaskError);
    await expect(ask({ bundle: join(BUNDLES, 'lisa') })).rejects.toThrow(/not made for the task gcg.*referring/);
    await expect(ask({ bundle: BUNDLE, task: 'reasoning', prompt: 'Why?' })).rejects.toThrow(TaskError);
    await expect(ask({ bundle: BUNDLE, task: 'mgsc', prompt: 'the dog' })).rejects.toThrow(/nothing of their parts/);
    await expect(ask({ task: 'reasoning' })).rejects.toThrow(PromptError);
    await expect(ask({ task: 'reasoning', prompt: 'What is <p> this </p>?' })).rejects.toThrow(PromptError);
  });

  it('asks a model for things one by one that cannot name them', async () => {
    const draft = await ask({
      bundle: join(BUNDLES, 'lisa'),
      task: 'referring',
      prompt: 'the left horse and the zebra',
    });
    expect(draft.answer).toBe("Sure, it is <p> the left horse </p> [SEG]. But I don't see any zebra in this image.");
    expect(draft.negatives).toEqual(['zebra']);
  });

  it('draws the mask of points and of a box, while the model that writes stays loaded', async () => {
    await ask();
    const request = { bundle: join(BUNDLES, 'segmenter'), image: RIDERS };
    const box = await worker.segment({ ...request, box: [10, 10, 40, 40] });
    expect(box).toMatchObject({ size: [expect.any(Number), expect.any(Number)], device: 'cpu' });
    expect(box.score).toBeLessThanOrEqual(1);
    const points = [
      { x: 20, y: 20, positive: true },
      { x: 2, y: 2, positive: false },
    ];
    expect((await worker.segment({ ...request, points })).bbox).toHaveLength(4);
    expect((await ask()).timings).toMatchObject({ encodeMs: 0 });
  });

  it('draws no masks for points where the bundle has no graph for it', async () => {
    const point = { bundle: join(BUNDLES, 'mglmm'), image: RIDERS, points: [{ x: 1, y: 1, positive: true }] };
    await expect(worker.segment(point)).rejects.toThrow(TaskError);
    await expect(worker.segment({ bundle: BUNDLE, image: RIDERS })).rejects.toThrow(PromptError);
  });
});

describe('the life of the process', () => {
  it.each(['load', 'decode', 'encode', 'generate', 'masks'])('is kept when a draft is cancelled at %s', async (at) => {
    await ask();
    const pid = worker.pid;
    const abort = new AbortController();
    const cancelled = ask({}, { signal: abort.signal, onProgress: ({ stage }) => stage === at && abort.abort() });
    await expect(cancelled).rejects.toThrow(DraftCancelledError);
    expect((await ask()).answer).toBe(CAPTION);
    expect(worker.pid).toBe(pid);
  });

  it('is reported when it is killed while words are written, and the next draft works', async () => {
    await ask();
    const killed = ask({}, { onProgress: ({ stage }) => stage === 'generate' && process.kill(worker.pid!, 'SIGKILL') });
    await expect(killed).rejects.toThrow(WorkerCrashedError);
    expect((await ask()).answer).toBe(CAPTION);
  });

  it('changes the model and back, and says where each runs', async () => {
    await ask();
    await ask({ bundle: BUNDLE });
    expect(log.filter((line) => line.includes('coco80 1.1.0: It runs on cpu')).length).toBeGreaterThan(0);
    expect((await ask()).answer).toBe(CAPTION);
  });
});
