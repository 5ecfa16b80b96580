import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMask } from '../../core/masks/maskValue.ts';
import { iou } from '../../core/masks/runLengthMask.ts';
import type { DraftMask } from './draft.ts';
import { InferenceWorker } from './host.ts';
import { buildWorker, REPOSITORY, workFolder } from './testing/builtWorker.ts';

/**
 * The way of a graphics card without one: WebGPU on Chromium's software renderer, where Chromium is installed. The cache
 * stays on the device there, and a wrong step would end the process. Slow: every kernel is compiled first.
 */
const CHROMIUM = '/usr/lib/chromium';
const RENDERER = join(CHROMIUM, 'vk_swiftshader_icd.json');
const hasRenderer = existsSync(RENDERER) && existsSync(join(CHROMIUM, 'libvulkan.so.1'));
if (!hasRenderer) console.warn(`SKIPPED: WebGPU. There is no ${RENDERER}; install Chromium to test that device.`);

const BUNDLES = join(REPOSITORY, 'test/fixtures/bundles');
const TIMEOUT_MS = 300_000;

describe.skipIf(!hasRenderer)('a draft on WebGPU', () => {
  const folder = workFolder('worker-webgpu');
  const runtime = mkdtempSync(join(tmpdir(), 'uscdf-webgpu-'));
  const before = { ...process.env };
  let worker: InferenceWorker;
  beforeAll(async () => {
    // The process inherits them; the loader reads them when it starts.
    Object.assign(process.env, {
      LD_LIBRARY_PATH: CHROMIUM,
      VK_ICD_FILENAMES: RENDERER,
      XDG_RUNTIME_DIR: runtime,
    });
    worker = new InferenceWorker({ workerPath: await buildWorker(folder), timeoutMs: TIMEOUT_MS });
  });
  afterAll(() => {
    worker.dispose();
    process.env = before;
    rmSync(folder, { recursive: true, force: true });
    rmSync(runtime, { recursive: true, force: true });
  });

  it(
    'says and draws what the processor does, answer after answer',
    async () => {
      const ask = (device: 'cpu' | 'webgpu') =>
        worker.draft({
          bundle: join(BUNDLES, 'mglmm'),
          image: join(BUNDLES, 'riders.png'),
          task: 'referring',
          prompt: 'the left horse and the zebra',
          device,
        });
      const first = await ask('webgpu');
      const second = await ask('webgpu');
      const expected = await ask('cpu');
      expect(first.device).toBe('webgpu');
      expect(first.deviceReasons).toContain('Words are written one token a run, because webgpu runs no loops.');
      for (const draft of [first, second]) {
        expect(draft.answer).toBe(expected.answer);
        expect(draft.masks).toHaveLength(1);
        expect(iou(maskOf(draft.masks[0]!), maskOf(expected.masks[0]!))).toBeGreaterThan(0.99);
      }
      expect(second.timings.encodeMs).toBe(0);
    },
    TIMEOUT_MS,
  );
});

function maskOf(mask: DraftMask) {
  const reading = readMask(mask);
  if (!reading.ok) throw new Error(reading.message);
  return reading.mask;
}
