import { describe, expect, it } from 'vitest';
import { generatorManifest } from '../testing/manifests.ts';
import { loopOptions } from './generator.ts';

describe('loopOptions', () => {
  it.each([
    ['fp32', 'float32', true],
    ['fp16', 'float32', true],
    ['fp16', 'float16', false],
    ['int8', 'float32', false],
    ['int4', 'float32', false],
  ] as const)('weights of %s that are computed with in %s are left as they lie: %s', (precision, type, unpacked) => {
    const manifest = generatorManifest();
    const options = loopOptions({ ...manifest, precision, cache: { ...manifest.cache, type } });
    expect(options.unpacked).toBe(unpacked);
  });
});
