import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BundleError } from '../errors.ts';
import { graphsOf } from '../manifest.ts';
import { BUNDLE } from '../testing/builtWorker.ts';
import { COCO80 } from '../testing/scene.ts';
import { fileManifestOf, graphManifestOf } from './graphManifest.ts';

describe('what an ONNX file says of itself', () => {
  it.each([...graphsOf(COCO80)])('is what the manifest of the bundle that ships says of %s', async (_, graph) => {
    const { inputs, outputs, ...file } = await graphManifestOf(BUNDLE, graph.file);
    expect(file).toEqual({ file: graph.file, sha256: graph.sha256, bytes: graph.bytes });
    for (const [found, promised] of [
      [inputs, graph.inputs],
      [outputs, graph.outputs],
    ] as const) {
      expect(Object.keys(found)).toEqual(expect.arrayContaining(Object.keys(promised)));
      for (const [name, { type, shape }] of Object.entries(promised)) {
        expect(found[name]?.type).toBe(type);
        // The library knows some sizes that the file leaves open.
        const sides = found[name]?.shape.map((side, k) => (typeof side === 'number' ? side : shape[k]));
        expect(sides).toEqual(shape);
      }
    }
    expect(await fileManifestOf(BUNDLE, graph.file)).toEqual({
      file: graph.file,
      sha256: graph.sha256,
      bytes: graph.bytes,
    });
  });

  it('is an error in words where the file is something else, or cut off anywhere', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'uscdf-graph-'));
    try {
      cpSync(join(BUNDLE, 'mask_head.onnx'), join(folder, 'x.onnx'));
      const whole = readFileSync(join(folder, 'x.onnx'));
      const isRefused = async (bytes: Uint8Array) => {
        writeFileSync(join(folder, 'x.onnx'), bytes);
        const error = await graphManifestOf(folder, 'x.onnx').catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(BundleError);
      };
      for (let cut = 0; cut < whole.length; cut += 20_011) await isRefused(whole.subarray(0, cut));
      await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), isRefused), { numRuns: 50 });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
