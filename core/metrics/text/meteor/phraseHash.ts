/** Two numbers of 32 bits for a phrase: of its bytes in UTF-8, words parted by one blank. */

export const SEED_LOW = 0x811c9dc5 | 0;
export const SEED_HIGH = 0x3c6ef372;

/** FNV-1a. */
export function mixLow(low: number, byte: number): number {
  return Math.imul(low ^ byte, 0x01000193);
}

/** As FNV-1a, with other numbers, and high bits folded into low ones. */
export function mixHigh(high: number, byte: number): number {
  const mixed = Math.imul(high ^ byte, 0x5bd1e995);
  return mixed ^ (mixed >>> 15);
}

/** The number of a phrase that goes on with a word. */
export function mixWord(state: number, word: string, mix: (state: number, byte: number) => number): number {
  let mixed = state;
  for (let i = 0; i < word.length; i++) {
    const unit = word.charCodeAt(i);
    if (unit < 0x80) mixed = mix(mixed, unit);
    else {
      const code = word.codePointAt(i)!;
      if (code > 0xffff) i++;
      mixed = mixCode(mixed, code, mix);
    }
  }
  return mixed;
}

function mixCode(state: number, code: number, mix: (state: number, byte: number) => number): number {
  if (code < 0x800) return mix(mix(state, 0xc0 | (code >> 6)), 0x80 | (code & 63));
  if (code < 0x10000) return mix(mix(mix(state, 0xe0 | (code >> 12)), 0x80 | ((code >> 6) & 63)), 0x80 | (code & 63));
  const first = mix(mix(state, 0xf0 | (code >> 18)), 0x80 | ((code >> 12) & 63));
  return mix(mix(first, 0x80 | ((code >> 6) & 63)), 0x80 | (code & 63));
}
