import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodePng } from '../../core/images/encode.ts';
import { toBitmap } from '../../core/masks/bitmap.ts';
import { innermostPoint } from '../../core/masks/innermost.ts';
import { boundingBox, decodeCounts, iou } from '../../core/masks/runLengthMask.ts';
import { parseAnswer } from '../../core/text/answer.ts';
import type { DraftRequest } from './draft.ts';
import {
  BundleError,
  DeviceError,
  DraftCancelledError,
  ImageError,
  InferenceWorker,
  NothingKnownError,
  PromptError,
  WorkerCrashedError,
} from './host.ts';
import { BUNDLE, buildWorker, PHOTOS, workFolder } from './testing/builtWorker.ts';

/** The built worker with the bundle that ships, on real photographs. */
const RIDERS = join(PHOTOS, '000000214753.jpg');
const STREET = join(PHOTOS, '000000423617.jpg');
const folder = workFolder('worker');
let worker: InferenceWorker;
const log: string[] = [];

beforeAll(async () => {
  worker = new InferenceWorker({
    workerPath: await buildWorker(folder),
    maxCrashes: 100,
    log: (line) => log.push(line),
  });
});
afterAll(() => {
  worker.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const ask = (request: Partial<DraftRequest>, options?: Parameters<InferenceWorker['draft']>[1]) =>
  worker.draft({ bundle: BUNDLE, image: RIDERS, task: 'gcg', ...request }, options);

describe('a draft of a photograph', () => {
  it('describes it with a mask for every phrase', async () => {
    const stages: string[] = [];
    const draft = await ask({}, { onProgress: ({ stage, done }) => stages.push(`${stage} ${done >= 0 && done <= 1}`) });
    expect(draft.answer).toBe('The image shows <p> two horses </p> [SEG] in the centre and <p> two people </p> [SEG].');
    expect([...new Set(stages)]).toEqual(
      ['load', 'decode', 'detect', 'masks', 'compose'].map((stage) => `${stage} true`),
    );
    expect(draft).toMatchObject({
      width: 640,
      height: 424,
      device: 'cpu',
      model: { name: 'coco80', version: '1.1.0' },
    });
    expect(parseAnswer(draft.answer).segs).toHaveLength(draft.masks.length);
    for (const { size, counts, area, score } of draft.masks) {
      const runs = decodeCounts(counts);
      if (!runs.ok) throw new Error(runs.message);
      expect(size).toEqual([424, 640]);
      expect(runs.value.reduce((sum, run) => sum + run, 0)).toBe(424 * 640);
      expect(runs.value.reduce((sum, run, i) => sum + (i % 2 === 1 ? run : 0), 0)).toBe(area);
      expect(score).toBeGreaterThan(0.4);
    }
    // A horse and a rider are each a few per cent of this photograph.
    expect(draft.masks.map(({ area }) => area / (424 * 640) > 0.02 && area / (424 * 640) < 0.1)).toEqual([true, true]);
  });

  it('keeps the model for the next draft', async () => {
    await ask({});
    const loads = () => log.filter((line) => line.includes('runs on cpu')).length;
    const before = loads();
    await ask({ task: 'panoptic' });
    expect(before).toBeGreaterThan(0);
    expect(loads()).toBe(before);
  });

  it('answers a question with what is there and what is not', async () => {
    const draft = await ask({ task: 'referring', prompt: 'Please segment the horse and the zebra in this image.' });
    expect(draft.answer).toBe("Sure, it is <p> the horse </p> [SEG]. But I don't see any zebra in this image.");
    expect(draft.negatives).toEqual(['zebra']);
    const street = await ask({ image: STREET, task: 'referring', prompt: 'the left bus, the yellow car, and the dog' });
    expect(street.answer).toBe(
      "Sure, <p> the left bus </p> [SEG] and <p> the yellow car </p> [SEG]. But I don't see any dog in this image.",
    );
    const [bus, car] = street.masks;
    expect(bus!.bbox[0] + bus!.bbox[2]).toBeLessThan(320);
    expect(car!.bbox[1]).toBeGreaterThan(250);
  });

  it('lists the instances of a street', async () => {
    const { answer } = await ask({ image: STREET, task: 'panoptic' });
    expect(answer).toBe(
      'Sure, the image contains <p> person </p> [SEG], <p> car-1 </p> [SEG], <p> car-2 </p> [SEG], <p> car-3 </p> [SEG], <p> car-4 </p> [SEG], <p> bus-1 </p> [SEG], and <p> bus-2 </p> [SEG].',
    );
  });

  it('follows the threshold', async () => {
    expect((await ask({ scoreThreshold: 0.99 })).answer).toContain("I don't see any of the 80 known objects");
    expect((await ask({ image: STREET, scoreThreshold: 0.2, task: 'panoptic' })).masks.length).toBeGreaterThan(6);
  });
});

describe('a mask for points and boxes', () => {
  const click = (image: string, points: readonly (readonly [number, number, boolean])[]) =>
    worker.segment({ bundle: BUNDLE, image, points: points.map(([x, y, positive]) => ({ x, y, positive })) });
  const maskOf = ({
    size: [height, width],
    counts,
  }: {
    readonly size: readonly [number, number];
    readonly counts: string;
  }) => {
    const runs = decodeCounts(counts);
    if (!runs.ok) throw new Error(runs.message);
    return { height, width, counts: runs.value };
  };

  it('shows what a draft finds there', async () => {
    const { masks } = await ask({ image: STREET, task: 'referring', prompt: 'the left bus' });
    const bus = maskOf(masks[0]!);
    const { x, y } = innermostPoint(bus)!;
    const clicked = await click(STREET, [[x, y, true]]);
    expect(iou(maskOf(clicked), bus)).toBeGreaterThan(0.7);
    expect(clicked.score).toBeGreaterThan(0.4);
    const boxed = await worker.segment({ bundle: BUNDLE, image: STREET, box: boundingBox(bus) });
    expect(iou(maskOf(boxed), bus)).toBeGreaterThan(0.7);
  });

  it('follows every point', async () => {
    const first = maskOf(await click(RIDERS, [[320, 250, true]]));
    const [left, top, width, height] = boundingBox(first);
    const out = [left + width * 0.3, top + height * 0.5] as const;
    const points = [
      [320, 250, true],
      [...out, false],
    ] as const;
    const corrected = toBitmap(maskOf(await click(RIDERS, points)));
    for (const [x, y, positive] of points) expect(corrected[Math.floor(y) * 640 + Math.floor(x)] === 1).toBe(positive);
    expect(await click(RIDERS, points)).toMatchObject({ counts: (await click(RIDERS, points)).counts });
  });

  it('is there for any point and box, on the photograph or off it', async () => {
    for (const box of [
      [0, 0, 640, 424],
      [-50, -50, 10, 10],
      [639, 423, 900, 900],
      [5, 5, 0, 0],
    ] as const) {
      expect((await worker.segment({ bundle: BUNDLE, image: RIDERS, box })).size).toEqual([424, 640]);
    }
    for (const [x, y] of [
      [0, 0],
      [-20, 900],
      [639.9, 423.9],
    ] as const) {
      expect((await click(RIDERS, [[x, y, true]])).size).toEqual([424, 640]);
      expect((await click(RIDERS, [[x, y, false]])).size).toEqual([424, 640]);
    }
    await expect(worker.segment({ bundle: BUNDLE, image: RIDERS })).rejects.toThrow(PromptError);
  });

  it('costs no encoding where the photograph was encoded ahead', async () => {
    // So large that decoding it takes far longer than a mask.
    const image = join(folder, 'ahead.png');
    writeFileSync(image, encodePng({ width: 4000, height: 3000, data: new Uint8Array(4 * 4000 * 3000).fill(90) }));
    await click(RIDERS, [[320, 250, true]]);
    const { totalMs: aheadMs } = await worker.encode({ bundle: BUNDLE, image });
    const { totalMs } = await click(image, [[2000, 1500, true]]);
    expect(totalMs).toBeLessThan(aheadMs / 2);
    // The one before is still there, too.
    expect((await worker.encode({ bundle: BUNDLE, image: RIDERS })).totalMs).toBeLessThan(aheadMs / 2);
  });
});

describe('what a user can get wrong', () => {
  it.each([
    ['is not there', 'missing.jpg', undefined],
    ['is empty', 'empty.jpg', ''],
    ['is text', 'text.png', 'hello'],
    ['is cut off', 'cut.jpg', readFileSync(RIDERS).subarray(0, 40_000)],
    ['is a folder', '.', undefined],
  ])('an image that %s', async (_, name, content) => {
    const image = join(folder, name);
    if (content !== undefined) writeFileSync(image, content);
    await expect(ask({ image })).rejects.toThrow(ImageError);
  });

  it('an image that is a pipe', async () => {
    const image = join(folder, 'pipe.jpg');
    execFileSync('mkfifo', [image]);
    await expect(ask({ image })).rejects.toThrow(ImageError);
  });

  it('a prompt that asks for nothing, or for nothing known', async () => {
    await expect(ask({ task: 'referring' })).rejects.toThrow(PromptError);
    await expect(ask({ task: 'referring', prompt: 'the sky' })).rejects.toThrow(NothingKnownError);
  });

  it('a device that is not there', async () => {
    await expect(ask({ device: process.platform === 'darwin' ? 'dml' : 'coreml' })).rejects.toThrow(DeviceError);
    expect((await ask({})).device).toBe('cpu');
  });
});

describe('a broken bundle costs a message', () => {
  /** The shipped bundle with other bytes in the place of one graph, and a manifest that vouches for them. */
  function bundleWith(name: string, graph: 'detector' | 'maskHead', bytes: Uint8Array): string {
    const copy = join(folder, name);
    cpSync(BUNDLE, copy, { recursive: true });
    const manifest = JSON.parse(readFileSync(join(BUNDLE, 'bundle.json'), 'utf8'));
    manifest.graphs[graph].bytes = bytes.length;
    manifest.graphs[graph].sha256 = createHash('sha256').update(bytes).digest('hex');
    writeFileSync(join(copy, manifest.graphs[graph].file), bytes);
    writeFileSync(join(copy, 'bundle.json'), JSON.stringify(manifest));
    return copy;
  }

  it.each([
    ['text', () => Buffer.from('this is no graph')],
    ['zeros', () => Buffer.alloc(100_000)],
    ['half a graph', () => readFileSync(join(BUNDLE, 'detector.onnx')).subarray(0, 3_000_000)],
    ['the other graph', () => readFileSync(join(BUNDLE, 'mask_head.onnx'))],
  ])('%s in the place of the detector', async (name, bytes) => {
    await expect(ask({ bundle: bundleWith(name.replaceAll(' ', '-'), 'detector', bytes()) })).rejects.toThrow(
      BundleError,
    );
  });

  it('a graph with a byte changed', async () => {
    const copy = join(folder, 'changed');
    cpSync(BUNDLE, copy, { recursive: true });
    const bytes = readFileSync(join(copy, 'mask_head.onnx'));
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(join(copy, 'mask_head.onnx'), bytes);
    await expect(ask({ bundle: copy })).rejects.toThrow(/SHA-256/);
  });

  it('no bundle at all, and afterwards the good one works', async () => {
    await expect(ask({ bundle: join(folder, 'nowhere') })).rejects.toThrow(BundleError);
    expect((await ask({})).masks).toHaveLength(2);
  });
});

describe('the life of the process', () => {
  it('is reported when it is killed in the middle, and the next draft works', async () => {
    await ask({});
    // Large, so that there is work left when the first message of the draft arrives.
    const image = join(folder, 'large.png');
    writeFileSync(image, encodePng({ width: 4000, height: 4000, data: new Uint8Array(4 * 4000 * 4000).fill(200) }));
    const killed = ask(
      { image },
      { onProgress: ({ stage }) => stage === 'decode' && process.kill(worker.pid!, 'SIGKILL') },
    );
    await expect(killed).rejects.toThrow(WorkerCrashedError);
    await expect(killed).rejects.toMatchObject({ signal: 'SIGKILL' });
    expect((await ask({})).masks).toHaveLength(2);
  });

  it.each(['load', 'decode', 'detect', 'masks'])('is kept when a draft is cancelled at %s', async (at) => {
    await ask({});
    const pid = worker.pid;
    const abort = new AbortController();
    const cancelled = ask({}, { signal: abort.signal, onProgress: ({ stage }) => stage === at && abort.abort() });
    await expect(cancelled).rejects.toThrow(DraftCancelledError);
    expect((await ask({})).masks).toHaveLength(2);
    expect(worker.pid).toBe(pid);
  });

  it('survives Ctrl-C and ends with its parent', async () => {
    await ask({});
    const pid = worker.pid!;
    process.kill(pid, 'SIGINT');
    expect((await ask({})).masks).toHaveLength(2);
    expect(worker.pid).toBe(pid);
    worker.dispose();
    await expect.poll(() => alive(pid)).toBe(false);
  });
});

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
