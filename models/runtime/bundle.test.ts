import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processorMs } from '../../core/testing/processorMs.ts';
import { isFor, loadBundle, readManifest } from './bundle.ts';
import { BundleError, DraftCancelledError } from './errors.ts';
import { bundleManifest, graphsOf } from './manifest.ts';
import { BUNDLE } from './testing/builtWorker.ts';
import { generatorManifest } from './testing/manifests.ts';
import { externalTensor, field, model } from './testing/onnxBytes.ts';
import { COCO80 } from './testing/scene.ts';

let folder: string;
/** A sound bundle with two graphs that hold next to nothing; each test breaks one thing. */
let manifest: ReturnType<typeof soundManifest>;

const FIRST = model(field(2, 'first'));
const SECOND = model(field(2, 'second'));

function entry(name: string, content: Uint8Array | string) {
  return {
    file: name,
    bytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
  };
}

function soundManifest() {
  const copy = structuredClone(COCO80);
  return {
    ...copy,
    graphs: {
      detector: { ...copy.graphs.detector, ...entry('detector.onnx', FIRST) },
      maskHead: { ...copy.graphs.maskHead, ...entry('mask_head.onnx', SECOND) },
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
  writeFileSync(join(folder, 'detector.onnx'), FIRST);
  writeFileSync(join(folder, 'mask_head.onnx'), SECOND);
  for (const file of ['LICENSE', 'NOTICE', 'MODEL_CARD.md']) writeFileSync(join(folder, file), 'words');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('loadBundle', () => {
  it('reads the bundle that ships', async () => {
    const loaded = await loadBundle(BUNDLE);
    expect(loaded).toMatchObject({ ok: true, value: { manifest: { name: 'coco80', driver: 'detector' } } });
    expect(loaded.ok && loaded.value.graphs['detector']?.length).toBe(COCO80.graphs.detector.bytes);
  });

  it('finds those that ship whole, and together within what the package may carry', async () => {
    const shipped = join(BUNDLE, '..');
    let bytes = 0;
    for (const name of readdirSync(shipped)) {
      expect(await loadBundle(join(shipped, name)), name).toMatchObject({ ok: true, value: { manifest: { name } } });
      const files = readdirSync(join(shipped, name), { recursive: true, withFileTypes: true });
      for (const file of files) if (file.isFile()) bytes += statSync(join(file.parentPath, file.name)).size;
    }
    expect(bytes).toBeGreaterThan(10e6);
    expect(bytes).toBeLessThan(25e6);
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
    expect(!loaded.ok && loaded.error.message).toMatch(/There is no model bundle.*uscdf models list/);
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
    writeFileSync(join(folder, 'detector.onnx'), FIRST.subarray(1));
    expect((await refusal()).message).toContain(`${FIRST.length - 1} bytes where the manifest says ${FIRST.length}`);
    writeFileSync(join(folder, 'detector.onnx'), FIRST.toReversed());
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

  it('refuses a graph that is no ONNX file, though it is the one promised', async () => {
    manifest.graphs.detector = { ...manifest.graphs.detector, ...entry('detector.onnx', '<html>Not Found</html>') };
    writeFileSync(join(folder, 'detector.onnx'), '<html>Not Found</html>');
    writeManifest();
    expect((await refusal()).message).toContain('detector.onnx is not an ONNX file');
  });

  it('does not read a manifest of a gigabyte', async () => {
    truncateSync(join(folder, 'bundle.json'), 2 ** 30);
    const before = processorMs();
    expect((await refusal()).message).toContain('1073741824 bytes');
    expect(processorMs() - before).toBeLessThan(1000);
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

describe('weights in other files', () => {
  const WEIGHTS = 'sixteen bytes...';

  /** The detector's graph names this file, and the manifest lists that one. */
  function nameWeights(named: string, listed: string | undefined, file = 'detector.onnx'): void {
    const graph = model(field(5, externalTensor(named)));
    writeFileSync(join(folder, file), graph);
    manifest.graphs.detector = { ...manifest.graphs.detector, ...entry(file, graph) };
    if (listed !== undefined) Object.assign(manifest.graphs.detector, { external: [entry(listed, WEIGHTS)] });
    writeManifest();
  }

  it('are checked, and such a graph is opened by its path', async () => {
    mkdirSync(join(folder, 'onnx'));
    nameWeights('weights', 'onnx/weights', 'onnx/detector.onnx');
    writeFileSync(join(folder, 'onnx', 'weights'), WEIGHTS);
    const shares: number[] = [];
    const loaded = await loadBundle(folder, { onProgress: (share) => void shares.push(share) });
    expect(loaded.ok && loaded.value.graphs['detector']).toBe(join(realpathSync(folder), 'onnx', 'detector.onnx'));
    expect(loaded.ok && loaded.value.graphs['maskHead']).toBeInstanceOf(Uint8Array);
    expect(shares.at(-1)).toBe(1);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    writeFileSync(join(folder, 'onnx', 'weights'), WEIGHTS.toUpperCase());
    expect(await refusal()).toMatchObject({ file: 'onnx/weights', message: expect.stringContaining('SHA-256') });
  });

  it.each(['/etc/passwd', '../weights', '../../etc/passwd', 'other', './weights', 'a/../weights', ''])(
    'are not opened where the graph names %j',
    async (location) => {
      writeFileSync(join(folder, 'weights'), WEIGHTS);
      nameWeights(location, undefined);
      expect((await refusal()).message).toContain(`it names "${location}", which is not in its list "external"`);
      nameWeights(location, 'weights');
      expect((await refusal()).file).toBe('detector.onnx');
    },
  );

  it('must be used, lie beside the graph and be no links', async () => {
    writeFileSync(join(folder, 'weights'), WEIGHTS);
    mkdirSync(join(folder, 'sub'));
    writeFileSync(join(folder, 'sub', 'weights'), WEIGHTS);
    nameWeights('weights', 'sub/weights');
    expect((await refusal()).message).toContain('in another folder');
    nameWeights('weights', 'weights');
    expect((await loadBundle(folder)).ok).toBe(true);
    rmSync(join(folder, 'weights'));
    symlinkSync('sub/weights', join(folder, 'weights'));
    expect((await refusal()).message).toContain('weights is a link');
    rmSync(join(folder, 'weights'));
    expect((await refusal()).message).toContain('missing');
    manifest = soundManifest();
    Object.assign(manifest.graphs.detector, { external: [entry('weights', WEIGHTS)] });
    writeFileSync(join(folder, 'detector.onnx'), FIRST);
    writeManifest();
    expect((await refusal()).message).toContain('which the graph does not use');
  });

  it('stop being checked when the caller says so', async () => {
    nameWeights('weights', 'weights');
    writeFileSync(join(folder, 'weights'), WEIGHTS);
    const stop = () => {
      throw new DraftCancelledError();
    };
    await expect(loadBundle(folder, { onProgress: stop })).rejects.toBeInstanceOf(DraftCancelledError);
  });

  it('are not hashed again while they stay as they are', async () => {
    writeFileSync(join(folder, 'weights'), WEIGHTS);
    nameWeights('weights', 'weights');
    const progress = async () => {
      const shares: number[] = [];
      expect((await loadBundle(folder, { onProgress: (share) => void shares.push(share) })).ok).toBe(true);
      return shares.length;
    };
    const first = await progress();
    expect(await progress()).toBeLessThan(first);
    utimesSync(join(folder, 'weights'), 1, 1);
    expect(await progress()).toBe(first - 1);
  });
});

describe('a bundle with a tokenizer', () => {
  const VOCABULARY = { '<unk>': 0, '<s>': 1, '</s>': 2, a: 3, dog: 4, '[SEG]': 10, '<p>': 11, '</p>': 12 };
  const TOKENIZER = {
    added_tokens: ['[SEG]', '<p>', '</p>'].map((content, i) => ({ id: 10 + i, content, special: true })),
    normalizer: null,
    pre_tokenizer: { type: 'WhitespaceSplit' },
    post_processor: null,
    decoder: null,
    model: { type: 'WordLevel', vocab: VOCABULARY, unk_token: '<unk>' },
  };
  let generator: ReturnType<typeof generatorManifest>;

  function writeBundle(tokenizer: string = JSON.stringify(TOKENIZER)): void {
    mkdirSync(join(folder, 'onnx'), { recursive: true });
    for (const graph of Object.values(generator.graphs)) {
      if (graph === undefined) continue;
      Object.assign(graph, entry(graph.file, FIRST));
      writeFileSync(join(folder, graph.file), FIRST);
    }
    writeFileSync(join(folder, 'tokenizer.json'), tokenizer);
    generator.tokenizer = entry('tokenizer.json', tokenizer);
    writeManifest(generator);
  }

  beforeEach(() => {
    generator = generatorManifest();
  });

  it('comes with it', async () => {
    writeBundle();
    const loaded = await loadBundle(folder);
    if (!loaded.ok) throw loaded.error;
    expect(loaded.value.tokenizer?.encode('a dog [SEG]')).toEqual([3, 4, 10]);
    expect(isFor(loaded.value, 'generator') && loaded.value.manifest.hiddenState).toBe('predicting');
    expect(isFor(loaded.value, 'detector')).toBe(false);
  });

  it.each([
    ['{"model', 'is not JSON'],
    ['[]', 'is not a Hugging Face tokenizer'],
    ['{"model":{"vocab":{"a":-1}},"added_tokens":[]}', 'is not a Hugging Face tokenizer'],
    ['{"model":{"vocab":{"a":1e99}},"added_tokens":[]}', 'is not a Hugging Face tokenizer'],
    ['{"model":{"vocab":{}},"added_tokens":[{"id":4e9,"content":"x"}]}', 'is not a Hugging Face tokenizer'],
    [
      JSON.stringify({ ...TOKENIZER, pre_tokenizer: { type: 'Nonsense' } }),
      'is not a tokenizer that this version can run',
    ],
    [JSON.stringify({ ...TOKENIZER, normalizer: { type: 'Sequence', normalizers: [7] } }), 'can run'],
    [JSON.stringify({ ...TOKENIZER, pre_tokenizer: { type: 'Split', pattern: { Regex: '(' } } }), 'can run'],
    ['['.repeat(100_000), 'is not JSON'],
  ])('is refused with the tokenizer %j', async (tokenizer, message) => {
    writeBundle(tokenizer);
    expect((await refusal()).message).toContain(message);
  });

  it('is refused with a tokenizer of another size or content', async () => {
    writeBundle();
    writeFileSync(join(folder, 'tokenizer.json'), '{}');
    expect(await refusal()).toMatchObject({ file: 'tokenizer.json', message: expect.stringContaining('2 bytes') });
  });

  it('is refused where its ids are not those of the tokenizer', async () => {
    generator.tokens.eos = [2, 30];
    writeBundle();
    expect((await refusal()).message).toContain('tokens.eos names the token 30, which the tokenizer does not have');
    generator.tokens.eos = [2];
    generator.tokens.seg = [[4]];
    writeBundle();
    expect((await refusal()).message).toContain('which the tokenizer spells "dog" and dialect.seg "[SEG]"');
  });

  it('is refused where a tag of its dialect is no token', async () => {
    generator.dialect = { kind: 'phrases', open: '<p>', close: '</p>', seg: '<seg>' };
    writeBundle();
    expect((await refusal()).message).toContain('has the tag "<seg>", which is no token of the tokenizer');
  });

  it('needs no files of graphs that a server runs', async () => {
    writeBundle();
    for (const graph of Object.values(generator.graphs)) if (graph) rmSync(join(folder, graph.file));
    const keys = Object.keys(generator.graphs);
    const served = { url: 'http://localhost:8000', models: Object.fromEntries(keys.map((key) => [key, key])) };
    writeManifest({ ...generator, served });
    const loaded = await loadBundle(folder);
    expect(loaded.ok && loaded.value.graphs).toEqual({});
  });
});

/** One of each family, small and true to its kind. */
const FAMILIES = fileURLToPath(new URL('../../test/fixtures/bundles', import.meta.url));
const families = readdirSync(FAMILIES).filter((name) => existsSync(join(FAMILIES, name, 'bundle.json')));

it.each(families)('loads %s', async (name) => {
  const loaded = await loadBundle(join(FAMILIES, name));
  if (!loaded.ok) throw loaded.error;
  expect(loaded.value.tokenizer === undefined).toBe(!('tokenizer' in loaded.value.manifest));
  expect(Object.keys(loaded.value.graphs)).toEqual([...graphsOf(loaded.value.manifest).keys()]);
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
