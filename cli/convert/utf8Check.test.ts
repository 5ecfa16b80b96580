import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Utf8Check } from './utf8Check.ts';

/** Cut into pieces of these sizes, and whether each is found to be good. */
function check(bytes: Uint8Array, sizes: readonly number[]): boolean {
  const checked = new Utf8Check();
  let good = true;
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length]!;
    good = checked.add(bytes.subarray(at, at + size)) && good;
    at += size;
  }
  return good;
}

const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 6 });

it('takes any text, wherever it is cut', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), sizes, (text, cut) => check(new TextEncoder().encode(text), cut)),
  );
});

it('refuses what is no UTF-8 and does not end in the middle of a character', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 12 }), sizes, (bytes, cut) => {
      const ended = Uint8Array.from([...bytes, 0x20, 0x20, 0x20, 0x20]);
      expect(check(ended, cut)).toBe(isUtf8(ended));
    }),
    { numRuns: 2000 },
  );
});

it('refuses cp1252', () => {
  expect(check(Uint8Array.from([0x63, 0x61, 0x66, 0xe9, 0x22, 0x5d]), [3])).toBe(false);
});
