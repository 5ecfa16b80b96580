import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inferBody, JSON_LENGTH, readAnswer } from './infer.ts';

const feeds = {
  image: { type: 'float32', dims: [1, 2], data: Float32Array.of(0.5, -1) },
  count: { type: 'int64', dims: [], data: BigInt64Array.of(16n) },
} as const;

describe('a request', () => {
  it('holds numbers as JSON where the server takes nothing else', () => {
    const body = inferBody(feeds, ['masks'], false);
    if (typeof body === 'string') throw new Error(body);
    expect(JSON.parse(Buffer.concat(body.chunks).toString())).toEqual({
      inputs: [
        { name: 'image', shape: [1, 2], datatype: 'FP32', data: [0.5, -1] },
        { name: 'count', shape: [], datatype: 'INT64', data: [16] },
      ],
      outputs: [{ name: 'masks', parameters: { binary_data: false } }],
    });
  });

  it('holds the bytes behind the JSON, in the order of the inputs, without copying them', () => {
    const body = inferBody(feeds, ['masks'], true);
    if (typeof body === 'string') throw new Error(body);
    const [json, image, count] = body.chunks;
    expect(body.headers[JSON_LENGTH]).toBe(String(json!.byteLength));
    expect(JSON.parse(Buffer.from(json!).toString()).inputs).toEqual([
      { name: 'image', shape: [1, 2], datatype: 'FP32', parameters: { binary_data_size: 8 } },
      { name: 'count', shape: [], datatype: 'INT64', parameters: { binary_data_size: 8 } },
    ]);
    expect(image!.buffer).toBe(feeds.image.data.buffer);
    expect(count!.byteLength).toBe(8);
  });

  it('says which tensor JSON cannot hold', () => {
    const infinite = { x: { type: 'float32', dims: [1], data: Float32Array.of(Number.NaN) } } as const;
    expect(inferBody(infinite, [], false)).toContain('"x"');
  });
});

const answer = (outputs: unknown, ...more: Uint8Array[]) => {
  const json = Buffer.from(JSON.stringify({ model_name: 'm', outputs }));
  return { body: Buffer.concat([json, ...more]), length: String(json.byteLength) };
};

describe('an answer', () => {
  it('may hold bytes and JSON side by side', () => {
    const { body, length } = answer(
      [
        { name: 'a', datatype: 'FP32', shape: [2], parameters: { binary_data_size: 8 } },
        { name: 'b', datatype: 'BOOL', shape: [2], data: [true, false] },
        { name: 'c', datatype: 'UINT8', shape: [1], parameters: { binary_data_size: 1 } },
      ],
      new Uint8Array(Float32Array.of(1, 2).buffer),
      Uint8Array.of(7),
    );
    const read = readAnswer(body, length, ['a', 'c']);
    if (typeof read === 'string') throw new Error(read);
    expect(read['a']?.data).toEqual(Float32Array.of(1, 2));
    expect(read['b']?.data).toEqual(Uint8Array.of(1, 0));
    expect(read['c']?.data).toEqual(Uint8Array.of(7));
  });

  it.each([
    ['no JSON', Buffer.from('<html>'), undefined, 'outputs'],
    ['a length beyond its end', Buffer.from('{}'), '99', JSON_LENGTH],
    ['a length that is no number', Buffer.from('{}'), 'x', JSON_LENGTH],
    ['an output without a name', answer([{ datatype: 'FP32' }]).body, undefined, 'name'],
    ['a strange type', answer([{ name: 'a', datatype: 'BYTES', shape: [1], data: ['x'] }]).body, undefined, 'BYTES'],
    ['a strange shape', answer([{ name: 'a', datatype: 'FP32', shape: [-1], data: [] }]).body, undefined, '[-1]'],
    ['too few values', answer([{ name: 'a', datatype: 'FP32', shape: [2], data: [1] }]).body, undefined, '"a"'],
    ['another output', answer([{ name: 'b', datatype: 'FP32', shape: [1], data: [1] }]).body, undefined, '"a"'],
  ])('with %s is refused in words', (_, body, length, words) => {
    expect(readAnswer(body, length, ['a'])).toEqual(expect.stringContaining(words));
  });

  it('whose bytes end early is refused', () => {
    const { body, length } = answer([{ name: 'a', datatype: 'FP32', shape: [2], parameters: { binary_data_size: 8 } }]);
    expect(readAnswer(body, length, ['a'])).toContain('"a"');
  });

  it('of any bytes is read or refused, never thrown at', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.option(fc.string(), { nil: undefined }), (body, length) => {
        expect(['string', 'object']).toContain(typeof readAnswer(body, length, ['a']));
      }),
    );
    fc.assert(
      fc.property(fc.jsonValue(), (outputs) => {
        expect(['string', 'object']).toContain(typeof readAnswer(answer(outputs).body, undefined, ['a']));
        expect(['string', 'object']).toContain(typeof readAnswer(answer([outputs]).body, undefined, ['a']));
      }),
    );
  });
});
