import { describe, expect, it } from 'vitest';
import type { TensorValue } from '../sessions/session.ts';
import { bytesOf, elementsOf, fromBytes, fromJson, toJson } from './tensors.ts';

const tensors: readonly TensorValue[] = [
  { type: 'float32', dims: [2, 2], data: Float32Array.of(0.1, -2, 3e-20, 16_777_216) },
  { type: 'float16', dims: [3], data: Uint16Array.of(0x3c00, 0xc100, 0x0001) },
  { type: 'int64', dims: [2], data: BigInt64Array.of(-1n, 2n ** 52n) },
  { type: 'int32', dims: [1, 2], data: Int32Array.of(-7, 7) },
  { type: 'uint8', dims: [2], data: Uint8Array.of(0, 255) },
  { type: 'bool', dims: [2], data: Uint8Array.of(1, 0) },
  { type: 'int64', dims: [], data: BigInt64Array.of(16n) },
  { type: 'float32', dims: [0, 4], data: new Float32Array(0) },
];

describe('a tensor', () => {
  it.each(tensors)('of $type $dims comes back from JSON as it was', (tensor) => {
    expect(fromJson(tensor.type as 'float32', tensor.dims, JSON.parse(toJson(tensor)!))).toEqual(tensor);
  });

  it.each(tensors)('of $type $dims comes back from bytes that begin anywhere', (tensor) => {
    const bytes = bytesOf(tensor)!;
    const shifted = new Uint8Array(bytes.byteLength + 1);
    shifted.set(bytes, 1);
    expect(fromBytes(tensor.type as 'float32', tensor.dims, shifted.subarray(1))).toEqual(tensor);
  });

  it('is read from a nested list, as some servers write it', () => {
    expect(fromJson('float32', [2, 1, 2], [[[1, 2]], [[3, 4]]])?.data).toEqual(Float32Array.of(1, 2, 3, 4));
  });

  it.each([
    ['too few values', 'int32', [3], [1, 2]],
    ['words', 'float32', [1], ['1']],
    ['a fraction among whole numbers of 64 bits', 'int64', [1], [1.5]],
    ['a number too large to be exact', 'int64', [1], [2 ** 60]],
    ['a list that is not as deep everywhere', 'float32', [2, 1], [[1], 2]],
    ['no list', 'float32', [1], 1],
  ] as const)('is not read from %s', (_, type, dims, list) => {
    expect(fromJson(type, dims, list)).toBeUndefined();
  });

  it('with an infinite value has no JSON', () => {
    expect(toJson({ type: 'float32', dims: [1], data: Float32Array.of(Number.NEGATIVE_INFINITY) })).toBeUndefined();
    expect(toJson({ type: 'float16', dims: [1], data: Uint16Array.of(0x7c00) })).toBeUndefined();
  });

  it('has as many bytes as its shape says', () => {
    expect(fromBytes('float32', [2], new Uint8Array(7))).toBeUndefined();
  });
});

it.each([[[1, -1]], [[1.5]], ['3'], [null], [[2 ** 20, 2 ** 20]], [Array.from({ length: 17 }, () => 1)]])(
  '%j is no shape',
  (shape) => {
    expect(elementsOf(shape)).toBeUndefined();
  },
);
