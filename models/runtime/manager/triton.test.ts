import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BUNDLE } from '../testing/builtWorker.ts';
import { tritonConfig, writeTritonRepository } from './triton.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'uscdf-triton-'));
});
afterEach(() => rmSync(root, { recursive: true }));

describe('a model repository of Triton', () => {
  it('holds a folder for each graph with its configuration and its file', async () => {
    const output = join(root, 'repository');
    expect(await writeTritonRepository(BUNDLE, output)).toEqual(['coco80_detector', 'coco80_maskHead']);
    const file = readFileSync(join(output, 'coco80_maskHead/1/mask_head.onnx'));
    expect(file.equals(readFileSync(join(BUNDLE, 'mask_head.onnx')))).toBe(true);
    expect(readFileSync(join(output, 'coco80_maskHead/config.pbtxt'), 'utf8')).toBe(`name: "coco80_maskHead"
backend: "onnxruntime"
default_model_filename: "mask_head.onnx"
# The graphs have their own first dimension, and the client sends one request at a time.
max_batch_size: 0
input [
  {
    name: "n8"
    data_type: TYPE_FP32
    dims: [ 1, 128, 52, 52 ]
  },
  {
    name: "n16"
    data_type: TYPE_FP32
    dims: [ 1, 128, 26, 26 ]
  },
  {
    name: "img"
    data_type: TYPE_FP32
    dims: [ 1, 512, 512, 3 ]
  },
  {
    name: "boxes"
    data_type: TYPE_FP32
    dims: [ -1, 4 ]
  }
]
output [
  {
    name: "masks"
    data_type: TYPE_FP32
    dims: [ -1, 112, 112 ]
  }
]
`);
  });

  it('links instead of copying where it is asked to, also over an older repository', async () => {
    cpSync(BUNDLE, join(root, 'bundle'), { recursive: true });
    await writeTritonRepository(join(root, 'bundle'), join(root, 'out'));
    await writeTritonRepository(join(root, 'bundle'), join(root, 'out'), { link: true });
    const copy = statSync(join(root, 'out/coco80_detector/1/detector.onnx'));
    expect(copy.ino).toBe(statSync(join(root, 'bundle/detector.onnx')).ino);
  });

  it('is not written outside its folder, whatever the manifest calls its graphs', async () => {
    cpSync(BUNDLE, join(root, 'bundle'), { recursive: true });
    const manifest = JSON.parse(readFileSync(join(BUNDLE, 'bundle.json'), 'utf8'));
    const served = { url: 'http://localhost:8000', models: { maskHead: '../../escaped' } };
    writeFileSync(join(root, 'bundle/bundle.json'), JSON.stringify({ ...manifest, served }));
    await expect(writeTritonRepository(join(root, 'bundle'), join(root, 'a/b'))).rejects.toThrow(
      /cannot be a folder's name/,
    );
    expect(existsSync(join(root, 'escaped'))).toBe(false);
  });
});

it('a tensor without dimensions is one element there', () => {
  const graph = {
    file: 'onnx/generate_loop.onnx',
    sha256: '0'.repeat(64),
    bytes: 1,
    inputs: { max_new_tokens: { type: 'int64' as const, shape: [] } },
    outputs: { 'a "b"\\': { type: 'bool' as const, shape: ['n'] } },
  };
  const text = tritonConfig('x', graph);
  expect(text).toContain('name: "max_new_tokens"\n    data_type: TYPE_INT64\n    dims: [ 1 ]\n');
  expect(text).toContain('default_model_filename: "generate_loop.onnx"');
  expect(text).toContain('name: "a \\"b\\"\\\\"');
});
