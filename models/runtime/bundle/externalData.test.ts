import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BundleError } from '../errors.ts';
import { BUNDLE } from '../testing/builtWorker.ts';
import { externalTensor, field, joined, message, model, varint } from '../testing/onnxBytes.ts';
import { externalLocations } from './externalData.ts';
import { bytesInMemory } from './protobuf.ts';

const locations = (bytes: Uint8Array) => [...externalLocations(bytesInMemory(bytes), 'x.onnx')];

/** A node whose attribute holds what `attribute` says. */
const node = (...attribute: readonly Uint8Array[]) =>
  field(1, message(field(4, 'Op'), field(5, message(...attribute))));
const weights = externalTensor('/etc/passwd');

describe('externalLocations', () => {
  it.each([
    ['an initializer', model(field(5, weights))],
    ['a sparse initializer', model(field(15, message(field(1, weights))))],
    ['the indices of a sparse initializer', model(field(15, message(field(2, weights))))],
    ['a constant', model(node(field(5, weights)))],
    ['one of several constants', model(node(field(10, weights), field(10, weights)))],
    ['a sparse constant', model(node(field(22, message(field(1, weights)))))],
    ['the body of a loop', model(node(field(6, message(field(5, weights)))))],
    ['a body in a body', model(node(field(6, message(node(field(11, message(field(5, weights))))))))],
    ['a function', message(field(25, message(field(7, message(field(5, message(field(5, weights))))))))],
    ['the default of a function', message(field(25, message(field(11, message(field(5, weights))))))],
    ['training', message(field(20, message(field(1, message(field(5, weights))))))],
    ['a graph that is there twice', message(field(7, message()), field(7, message(field(5, weights))))],
  ])('finds a file named by %s', (_, bytes) => {
    expect(locations(bytes)).toEqual(['/etc/passwd']);
  });

  it('finds it where numbers are longer than they need be, or the key comes last', () => {
    const long = joined([
      Uint8Array.of(0xba, 0x80, 0x00),
      varint(message(field(5, weights)).length),
      message(field(5, weights)),
    ]);
    expect(locations(long)).toEqual(['/etc/passwd']);
    const last = message(field(13, message(field(2, '../x'), field(1, 'location'))));
    expect(locations(model(field(5, last)))).toEqual(['../x']);
  });

  it('takes all values of a pair, and no others', () => {
    const pair = (key: string, ...values: string[]) =>
      field(13, message(field(1, key), ...values.map((value) => field(2, value))));
    const tensor = message(pair('offset', '4096'), pair('location', 'a', 'b'), pair('length', '12'));
    expect(locations(model(field(5, tensor)))).toEqual(['a', 'b']);
    // The word alone, in a name or in weights, means nothing.
    expect(locations(model(field(2, 'location'), field(5, message(field(9, '\u0008location\u0012\u0001x')))))).toEqual(
      [],
    );
  });

  it('finds none in the graphs that ship', () => {
    for (const name of ['detector.onnx', 'mask_head.onnx'])
      expect(locations(readFileSync(`${BUNDLE}/${name}`))).toEqual([]);
  });

  it('refuses a model compiled for one device, which could name any file', () => {
    const compiled = model(field(1, message(field(4, 'EPContext'))));
    expect(() => locations(compiled)).toThrow(/compiled for one device/);
  });

  it.each([
    ['text', new TextEncoder().encode('<html>404 Not Found</html>')],
    ['a cut file', model(field(5, weights)).subarray(0, 20)],
    ['a length beyond the end', Uint8Array.of(0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f)],
    ['a number without an end', new Uint8Array(30).fill(0xff)],
    ['a group', Uint8Array.of(0x3b, 0x3c)],
  ])('refuses %s', (_, bytes) => {
    expect(() => locations(bytes)).toThrow(BundleError);
    expect(() => locations(bytes)).toThrow(/x\.onnx is not an ONNX file/);
  });

  it('does not follow graphs in graphs for ever', () => {
    let inner = message(field(5, weights));
    for (let i = 0; i < 500; i++) inner = message(node(field(6, inner)));
    expect(() => locations(message(field(7, inner)))).toThrow(/nested too deep/);
  });

  it('answers any bytes with names or a BundleError', () => {
    const noise = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(noise, noise, (head, tail) => {
        for (const bytes of [head, joined([head, model(field(5, weights)), tail])]) {
          try {
            for (const location of locations(bytes)) expect(typeof location).toBe('string');
          } catch (error) {
            expect(error).toBeInstanceOf(BundleError);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });
});
