import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BundleError } from '../errors.ts';
import { halvesOfFloats } from '../sessions/halves.ts';
import { tensor } from '../sessions/session.ts';
import { argmax, lastRow } from './rows.ts';

describe('argmax', () => {
  it('is the first of the greatest', () => {
    expect(argmax(Float32Array.of(1, 3, 3, 2))).toBe(1);
    expect(argmax(Float32Array.of(-3, -1, Number.NaN, -2))).toBe(1);
    expect(argmax(halvesOfFloats(Float32Array.of(-3, -1, Number.NaN, -2)))).toBe(1);
    expect(argmax(halvesOfFloats(Float32Array.of(Number.NEGATIVE_INFINITY, 0, 2 ** -24)))).toBe(2);
  });

  it('is the same for halves as for the floats that they are', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -2048, max: 2048 }), { minLength: 1 }), (values) => {
        const row = Float32Array.from(values, (value) => value / 8);
        return argmax(halvesOfFloats(row)) === argmax(row);
      }),
    );
  });
});

describe('lastRow', () => {
  it('is a view of the end', () => {
    const data = Float32Array.of(1, 2, 3, 4, 5, 6);
    expect([...lastRow(tensor('float32', data, [1, 2, 3]), 'f', 'x')]).toEqual([4, 5, 6]);
    expect(() => lastRow(tensor('int64', BigInt64Array.of(1n), [1]), 'f.onnx', 'logits')).toThrow(BundleError);
    expect(() => lastRow(undefined, 'f.onnx', 'logits')).toThrow(/f\.onnx gave no numbers as "logits"/);
  });
});
