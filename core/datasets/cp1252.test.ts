import { describe, expect, it } from 'vitest';
import { decodeCp1252 } from './cp1252.ts';

describe('decodeCp1252', () => {
  it('reads the characters that Latin-1 does not have, and all others as Latin-1', () => {
    expect(decodeCp1252(Uint8Array.of(0x93, 0x80, 0x92, 0x9f, 0x94))).toBe('“€’Ÿ”');
    for (let byte = 0; byte < 256; byte++) {
      const text = decodeCp1252(Uint8Array.of(byte));
      expect(text).toHaveLength(1);
      if (byte < 0x80 || byte > 0x9f) expect(text.charCodeAt(0)).toBe(byte);
    }
  });

  it('reads texts of any length', () => {
    const bytes = new Uint8Array(100_003).fill(0xe9);
    expect(decodeCp1252(bytes)).toBe('é'.repeat(bytes.length));
  });
});
