import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineOffsets, LineStore } from './lineStore.ts';

const text = fc
  .array(fc.constantFrom('a', 'bc', '\n', '\r\n', '\r', '\u{1f600}', ' '), { maxLength: 30 })
  .map((parts) => parts.join(''));

describe('the line store', () => {
  it('keeps endings and a missing last newline', () => {
    const source = 'a\r\nb\nc\rd';
    const store = new LineStore(source);
    expect(store.lineCount).toBe(4);
    expect(store.text()).toBe(source);
  });

  it('equals a plain string after any edits', () => {
    const edit = fc.record({
      from: fc.double({ min: 0, max: 1, noNaN: true }),
      to: fc.double({ min: 0, max: 1, noNaN: true }),
      newText: text,
    });
    fc.assert(
      fc.property(text, fc.array(edit, { maxLength: 8 }), (start, edits) => {
        const store = new LineStore(start);
        let plain = start;
        for (const { from, to, newText } of edits) {
          const offsets = new LineOffsets(plain);
          const [a, b] = [Math.floor(from * plain.length), Math.floor(to * plain.length)].sort((x, y) => x - y) as [
            number,
            number,
          ];
          const range = { start: offsets.position(a), end: offsets.position(b) };
          // A position inside a `\r\n` is not one an editor can name.
          const [first, last] = [offsets.offset(range.start), offsets.offset(range.end)];
          if (plain[first - 1] === '\r' && plain[first] === '\n') continue;
          if (plain[last - 1] === '\r' && plain[last] === '\n') continue;
          const change = store.edit({ range, newText });
          plain = plain.slice(0, first) + newText + plain.slice(last);
          expect(store.text()).toBe(plain);
          const fresh = new LineStore(plain);
          expect(store.lineCount).toBe(fresh.lineCount);
          for (let i = 0; i < fresh.lineCount; i++) expect(store.line(i)).toBe(fresh.line(i));
          expect(change.inserted).toBeGreaterThan(0);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
