import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadBundle, readManifest } from './bundle.ts';
import { BundleError } from './errors.ts';
import { bundleManifest } from './manifest.ts';
import { BUNDLE } from './testing/builtWorker.ts';
import { COCO80 } from './testing/scene.ts';

let folder: string;
/** A sound bundle with two small files in the place of graphs; each test breaks one thing. */
let manifest: ReturnType<typeof soundManifest>;

function soundManifest() {
  const file = (name: string, content: string) => ({
    file: name,
    bytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
  });
  const copy = structuredClone(COCO80);
  return {
    ...copy,
    graphs: {
      detector: { ...copy.graphs.detector, ...file('detector.onnx', 'first') },
      maskHead: { ...copy.graphs.maskHead, ...file('mask_head.onnx', 'second') },
    },
  };
}

function writeManifest(value: unknown = manifest): void {
  writeFileSync(join(folder, 'bundle.json'), JSON.stringify(value));
}

async function refusal(): Promise<BundleError> {
  const loaded = await loadBundle(folder);
  if (loaded.ok) throw new Error('the bundle was accepted');
  expect(loaded.error).toBeInstanceOf(BundleError);
  return loaded.error;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  manifest = soundManifest();
  writeManifest();
  writeFileSync(join(folder, 'detector.onnx'), 'first');
  writeFileSync(join(folder, 'mask_head.onnx'), 'second');
  for (const file of ['LICENSE', 'NOTICE', 'MODEL_CARD.md']) writeFileSync(join(folder, file), 'words');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('loadBundle', () => {
  it('reads the bundle that ships', async () => {
    const loaded = await loadBundle(BUNDLE);
    expect(loaded).toMatchObject({ ok: true, value: { manifest: { name: 'coco80', driver: 'detector' } } });
    expect(loaded.ok && loaded.value.graphs.detector.length).toBe(COCO80.graphs.detector.bytes);
  });

  it('reads a sound bundle, also by a link and with links inside', async () => {
    mkdirSync(join(folder, 'files'));
    cpSync(join(folder, 'detector.onnx'), join(folder, 'files', 'a'));
    rmSync(join(folder, 'detector.onnx'));
    symlinkSync('files/a', join(folder, 'detector.onnx'));
    expect((await loadBundle(folder)).ok).toBe(true);
  });

  it('names a folder that is none', async () => {
    const loaded = await loadBundle(join(folder, 'nothing'));
    expect(!loaded.ok && loaded.error.message).toContain('There is no model bundle');
    expect((await loadBundle(join(folder, 'LICENSE'))).ok).toBe(false);
    expect((await loadBundle('a\0b')).ok).toBe(false);
  });

  it.each(['../detector.onnx', '/etc/passwd', 'a/../../x', './detector.onnx', 'a\\b', 'C:/x', 'a//b', ''])(
    'refuses the path %j',
    async (path) => {
      manifest.graphs.detector.file = path;
      writeManifest();
      expect((await refusal()).message).toContain('graphs.detector.file');
    },
  );

  it('refuses a link that leads out', async () => {
    rmSync(join(folder, 'detector.onnx'));
    symlinkSync('/etc/hostname', join(folder, 'detector.onnx'));
    expect(await refusal()).toMatchObject({ file: 'detector.onnx', message: expect.stringContaining('leads out') });
  });

  it('refuses a linked folder that leads out', async () => {
    symlinkSync('/etc', join(folder, 'sub'));
    manifest.modelCard = 'sub/hostname';
    writeManifest();
    expect((await refusal()).message).toContain('leads out');
  });

  it('refuses a graph of another size, another content, or none', async () => {
    writeFileSync(join(folder, 'detector.onnx'), 'firs');
    expect((await refusal()).message).toContain('4 bytes where the manifest says 5');
    writeFileSync(join(folder, 'detector.onnx'), 'tsrif');
    expect((await refusal()).message).toContain('SHA-256');
    rmSync(join(folder, 'detector.onnx'));
    expect((await refusal()).message).toContain('missing');
  });

  it('refuses a missing licence', async () => {
    rmSync(join(folder, 'NOTICE'));
    expect(await refusal()).toMatchObject({ file: 'NOTICE' });
  });

  it('refuses a folder and a pipe in the place of a file', async () => {
    rmSync(join(folder, 'mask_head.onnx'));
    mkdirSync(join(folder, 'mask_head.onnx'));
    expect((await refusal()).file).toBe('mask_head.onnx');
    rmSync(join(folder, 'mask_head.onnx'), { recursive: true });
    execFileSync('mkfifo', [join(folder, 'mask_head.onnx')]);
    expect((await refusal()).message).toContain('not a regular file');
  });

  it('refuses weights in other files', async () => {
    const content = '\u0001\n\u0008location\u0012\u000b/etc/passwd';
    writeFileSync(join(folder, 'detector.onnx'), content);
    manifest.graphs.detector.bytes = content.length;
    manifest.graphs.detector.sha256 = createHash('sha256').update(content).digest('hex');
    writeManifest();
    expect((await refusal()).message).toContain('weights in other files');
  });

  it('does not read a manifest of a gigabyte', async () => {
    truncateSync(join(folder, 'bundle.json'), 2 ** 30);
    const before = performance.now();
    expect((await refusal()).message).toContain('1073741824 bytes');
    expect(performance.now() - before).toBeLessThan(1000);
  });

  it.each(['', '{', 'null', '[]', '"x"', '{"driver":"other"}', '\u0000', `${'['.repeat(500_000)}`])(
    'refuses a manifest that is %.20j',
    async (text) => {
      writeFileSync(join(folder, 'bundle.json'), text);
      expect((await refusal()).file).toBe('bundle.json');
    },
  );

  it('refuses a manifest that contradicts itself', async () => {
    manifest.graphs.detector.outputs['Identity_out']!.shape = [1, 2704, 81];
    manifest.detector.absentBelow = 0.9;
    manifest.groups = [{ name: 'x', plural: 'xs', classes: ['unicorn'] }];
    writeManifest();
    const { message } = await refusal();
    expect(message).toContain('must be float32, 1 × 2704 × 80');
    expect(message).toContain('askedThreshold');
    expect(message).toContain('unicorn');
  });
});

describe('readManifest', () => {
  it('does not need the graphs', async () => {
    rmSync(join(folder, 'detector.onnx'));
    expect(await readManifest(folder)).toMatchObject({ ok: true, value: { name: 'coco80' } });
  });

  it('answers any JSON with a value or an error', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(bundleManifest.safeParse(value).success).toBe(false);
      }),
    );
  });
});
