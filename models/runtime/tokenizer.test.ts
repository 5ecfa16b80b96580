import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { processorMs } from '../../core/testing/processorMs.ts';
import { readTokenizer, type TextTokenizer } from './tokenizer.ts';

interface Sample {
  readonly text: string;
  readonly ids: readonly number[];
  readonly withSpecial: readonly number[];
  readonly decoded: string;
}

/** Made by Hugging Face's tokenizers: models/export/uscdf_export/golden/tokenizers.py. */
const folder = new URL('../../test/fixtures/tokenizers/', import.meta.url);
const expected: Readonly<Record<string, readonly Sample[]>> = JSON.parse(
  readFileSync(new URL('expected.json', folder), 'utf8'),
);

function open(name: string): TextTokenizer {
  const tokenizer = readFileSync(new URL(`${name}.json`, folder));
  return readTokenizer({ tokenizer, names: { tokenizer: `${name}.json` } });
}

/** What comes out when ids come one by one. */
function streamed(tokenizer: TextTokenizer, ids: readonly number[]): readonly string[] {
  const reader = tokenizer.reader();
  return [...ids.map((id) => reader.next(id)), reader.end()];
}

describe.each(Object.keys(expected))('a tokenizer of the kind %s', (name) => {
  const tokenizer = open(name);

  it.each(expected[name]!)('reads and writes $text as Hugging Face', ({ text, ids, withSpecial, decoded }) => {
    expect(tokenizer.encode(text)).toEqual(ids);
    expect(tokenizer.decode(ids)).toBe(decoded);
    if (text !== '') expect(tokenizer.encode(text, true)).toEqual(withSpecial);
    expect(streamed(tokenizer, ids).join('')).toBe(decoded);
  });

  it('knows its tags by their ids', () => {
    for (const tag of ['[SEG]', '<p>', '</p>']) {
      const id = tokenizer.idOf(tag)!;
      expect(tokenizer.tokenOf(id)).toBe(tag);
      expect(tokenizer.encode(tag)).toEqual([id]);
      expect(tokenizer.decode([id])).toBe(tag);
    }
    expect(tokenizer.idOf('no such token')).toBeUndefined();
    expect(tokenizer.tokenOf(1_000_000)).toBeUndefined();
  });

  it('gives the same text at once and one by one, whatever a model writes', () => {
    const id = fc.oneof(fc.nat(420), fc.constantFrom(-1, 1_000_000, 2 ** 40));
    fc.assert(
      fc.property(fc.array(id, { maxLength: 40 }), (ids) => {
        expect(streamed(tokenizer, ids).join('')).toBe(tokenizer.decode(ids));
      }),
      { numRuns: 300 },
    );
  });
});

describe('a character of several tokens', () => {
  it.each(['llama', 'bytelevel'])('comes whole, with its last token (%s)', (name) => {
    const tokenizer = open(name);
    const ids = tokenizer.encode('🐕Ω');
    expect(ids.length).toBeGreaterThanOrEqual(4);
    const pieces = streamed(tokenizer, ids).filter((piece) => piece !== '');
    expect(pieces.join('')).toContain('🐕Ω');
    for (const piece of pieces) expect(piece).not.toContain('\ufffd');
  });

  it('comes whole after bytes that are none', () => {
    const tokenizer = open('bytelevel');
    const broken = tokenizer.encode('🐕').slice(0, 1);
    const ids = [...broken, ...broken, ...broken, ...tokenizer.encode('🐕!')];
    expect(streamed(tokenizer, ids).join('')).toBe('\ufffd\ufffd\ufffd🐕!');
    expect(tokenizer.decode(ids)).toBe('\ufffd\ufffd\ufffd🐕!');
  });

  it('comes as the replacement character where the rest never comes', () => {
    const tokenizer = open('bytelevel');
    const [first] = tokenizer.encode('🐕');
    expect(streamed(tokenizer, [first!])).toEqual(['', '\ufffd']);
  });
});

it('decodes a long answer one by one in linear time', () => {
  const tokenizer = open('llama');
  const ids = Array.from({ length: 20_000 }, (_, i) => 260 + (i % 200));
  const before = processorMs();
  const text = streamed(tokenizer, ids).join('');
  expect(text.length).toBeGreaterThan(20_000);
  expect(processorMs() - before).toBeLessThan(5000);
});
