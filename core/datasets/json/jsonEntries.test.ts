import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonEntryError, jsonEntries } from './jsonEntries.ts';

const encoder = new TextEncoder();

async function entriesOf(text: string, size: number): Promise<readonly (readonly [string, number, unknown])[]> {
  const bytes = encoder.encode(text);
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const found: [string, number, unknown][] = [];
  for await (const entry of jsonEntries(pieces())) {
    const own = new TextDecoder().decode(entry.bytes);
    expect(new TextDecoder().decode(bytes.subarray(entry.offset, entry.offset + entry.bytes.length))).toBe(own);
    found.push([entry.key, entry.index, JSON.parse(own)]);
  }
  return found;
}

/** What the entries of a value are. */
function expected(value: unknown): readonly (readonly [string, number, unknown])[] {
  if (Array.isArray(value)) return value.map((item, i) => ['', i, item]);
  return Object.entries(value as object).flatMap(([key, item]) =>
    Array.isArray(item) ? item.map((each, i) => [key, i, each] as const) : [[key, -1, item] as const],
  );
}

describe('jsonEntries', () => {
  it('gives the items of any JSON list or object, however the file is cut into pieces', async () => {
    const file = fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })));
    await fc.assert(
      fc.asyncProperty(
        file,
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(undefined, 1, '\t'),
        async (value, size, indent) => {
          const text = JSON.stringify(value, null, indent);
          expect(await entriesOf(text, size)).toEqual(expected(JSON.parse(text)));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('reads a byte-order mark, escaped quotes and brackets in texts', async () => {
    const text = '\ufeff{"a]": ["x\\"]", "\\\\", "{"], "b": {"c": [1, {"d": "]}"}]}, "e": null}';
    expect(await entriesOf(text, 3)).toEqual([
      ['a]', 0, 'x"]'],
      ['a]', 1, '\\'],
      ['a]', 2, '{'],
      ['b', -1, { c: [1, { d: ']}' }] }],
      ['e', -1, null],
    ]);
  });

  it.each([
    ['', 'byte 1: the file ends here, in the middle of its JSON'],
    ['12', 'byte 1: the file is neither a JSON object nor a list'],
    ['{"a": [1, 2', 'byte 12: the file ends here, in the middle of its JSON'],
    ['{"a": [1 2]}', 'byte 10: a comma or ] should stand here'],
    ['{"a" 1}', 'byte 2: a colon should stand behind the key'],
    ['{a: 1}', 'byte 2: a key in double quotes should stand here'],
    ['[1]]', 'byte 4: something stands behind the end of the JSON'],
    ['[1,,2]', 'byte 4: a value should stand here'],
  ])('says where %s is wrong', async (text, message) => {
    for (const size of [1, 100]) {
      await expect(entriesOf(text, size)).rejects.toThrow(JsonEntryError);
      await expect(entriesOf(text, size)).rejects.toThrow(message);
    }
  });
});
