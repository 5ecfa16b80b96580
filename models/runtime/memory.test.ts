import { describe, expect, it } from 'vitest';
import { MemoryError } from './errors.ts';
import { memoryAtHand } from './memory/available.ts';
import { expectMemory, limitFromEnvironment, memoryNeed } from './memory.ts';
import { generatorManifest } from './testing/manifests.ts';
import { COCO80 } from './testing/scene.ts';

const GB = 2 ** 30;

/** A language model of seven thousand million weights at four bits, as an exporter writes it. */
function large() {
  const manifest = generatorManifest();
  const { decoder_model_merged, generate_loop } = manifest.graphs;
  const weights = [{ file: 'weights', sha256: '0'.repeat(64), bytes: 4 * GB }];
  return {
    ...manifest,
    cache: { layers: 32, kvHeads: 32, headDim: 128, type: 'float16' as const },
    generation: { maxNewTokens: 512, maxLength: 2048, loopTokens: 16 },
    graphs: {
      ...manifest.graphs,
      decoder_model_merged: { ...decoder_model_merged, external: weights },
      generate_loop: { ...generate_loop!, external: weights },
    },
  };
}

describe('memoryNeed', () => {
  it('counts the weights of the loop or of the step graph, not of both', () => {
    const { weightsBytes } = memoryNeed(large(), 'cpu');
    expect(weightsBytes).toBeGreaterThan(4 * GB);
    expect(weightsBytes).toBeLessThan(5 * GB);
    const both = memoryNeed(large(), 'cpu', ['decoder_model_merged', 'generate_loop']);
    expect(both.weightsBytes).toBeGreaterThan(8 * GB);
  });

  it('counts keys and values of the tokens that an answer may have', () => {
    const { cacheBytes } = memoryNeed(large(), 'cpu');
    const bytesOfToken = 2 * 32 * 32 * 128 * 2;
    const tokens = large().image.tokens + 512 + 512;
    expect(cacheBytes).toBe(3 * tokens * bytesOfToken);
  });

  it('counts halves more on a processor, which computes with floats', () => {
    const halves = { ...large(), precision: 'fp16' as const };
    expect(memoryNeed(halves, 'cpu').weightsBytes).toBeGreaterThan(2 * memoryNeed(halves, 'webgpu').weightsBytes);
  });

  it('believes the manifest before its own estimate', () => {
    const told = { ...large(), memory: { weightsBytes: 5, workingBytes: 7 } };
    expect(memoryNeed(told, 'cpu')).toMatchObject({ weightsBytes: 5, workingBytes: 7 });
  });

  it('leaves out what a server runs', () => {
    const graphs = Object.keys(large().graphs);
    const served = { url: 'http://localhost:8000', models: Object.fromEntries(graphs.map((key) => [key, key])) };
    expect(memoryNeed({ ...large(), served }, 'cpu').weightsBytes).toBe(0);
  });
});

describe('expectMemory', () => {
  it('says what is needed, by what, how much there is, and what to do', () => {
    const check = () => expectMemory(large(), 'cpu', { limitBytes: 2 * GB });
    expect(check).toThrow(MemoryError);
    expect(check).toThrow(
      /needs about 5\.\d GB of memory \(weights 4\.2 GB, context of the answer \d\.\d GB, work 0\.\d GB\)/,
    );
    expect(check).toThrow(/2\.0 GB are free of 2\.0 GB/);
    expect(check).toThrow(/int4.*USCDF_MODEL_MEMORY to "off"/);
  });

  it('lets through what fits, and everything where the check is off', () => {
    expect(() => expectMemory(large(), 'cpu', { limitBytes: 64 * GB })).not.toThrow();
    expect(() => expectMemory(large(), 'cpu', { limitBytes: Number.POSITIVE_INFINITY })).not.toThrow();
  });

  it('does not refuse small models, nor what lies on a graphics card', () => {
    expect(() => expectMemory(COCO80, 'cpu', { limitBytes: 1 })).not.toThrow();
    if (process.platform !== 'darwin') expect(() => expectMemory(large(), 'cuda', { limitBytes: 1 })).not.toThrow();
  });

  it('reads the limit that a user sets', () => {
    const limit = (value: string) => limitFromEnvironment({ USCDF_MODEL_MEMORY: value });
    expect(limit('off')).toBe(Number.POSITIVE_INFINITY);
    expect(limit('12GB')).toBe(12 * GB);
    expect(limit(' 1.5 gb ')).toBe(1.5 * GB);
    expect(limit('800MB')).toBe(800 * 2 ** 20);
    expect(limit('plenty')).toBeUndefined();
    expect(limitFromEnvironment({})).toBeUndefined();
  });
});

describe('memoryAtHand', () => {
  const read = (files: Record<string, string>) => (path: string) => files[path];

  it("takes a container's limit, with what the kernel keeps of files counted as free", () => {
    const files = read({
      '/proc/self/cgroup': '0::/box\n',
      '/sys/fs/cgroup/box/memory.max': String(4 * GB),
      '/sys/fs/cgroup/box/memory.current': String(3 * GB),
      '/sys/fs/cgroup/box/memory.stat': `anon ${GB}\ninactive_file ${GB}\nactive_file ${GB / 2}\n`,
    });
    expect(memoryAtHand(16 * GB, 32 * GB, files)).toEqual({
      availableBytes: 2.5 * GB,
      totalBytes: 4 * GB,
      of: 'the memory that this container may use',
    });
  });

  it('finds a limit further up, in either version', () => {
    const unified = read({
      '/proc/self/cgroup': '0::/a/b\n',
      '/sys/fs/cgroup/a/b/memory.max': 'max\n',
      '/sys/fs/cgroup/a/b/memory.current': '5\n',
      '/sys/fs/cgroup/a/memory.max': `${2 * GB}\n`,
      '/sys/fs/cgroup/a/memory.current': `${GB}\n`,
    });
    expect(memoryAtHand(16 * GB, 32 * GB, unified).availableBytes).toBe(GB);
    const legacy = read({
      '/proc/self/cgroup': '5:cpu:/\n4:memory:/x\n',
      '/sys/fs/cgroup/memory/x/memory.limit_in_bytes': `${3 * GB}`,
      '/sys/fs/cgroup/memory/x/memory.usage_in_bytes': `${GB}`,
    });
    expect(memoryAtHand(16 * GB, 32 * GB, legacy).availableBytes).toBe(2 * GB);
  });

  it("stays with the machine's own numbers where there is no limit", () => {
    const machine = { availableBytes: GB, totalBytes: 2 * GB, of: 'the memory of this machine' };
    expect(memoryAtHand(GB, 2 * GB, () => undefined)).toEqual(machine);
    expect(memoryAtHand(GB, 2 * GB, () => 'rubbish')).toEqual(machine);
    expect(memoryAtHand(GB, 2 * GB, () => '9223372036854771712')).toEqual(machine);
  });
});
