/** Two numbers of 32 bits for a word, of its bytes in UTF-8, and for a phrase, of those of its words; both from the seeds. */

export const SEED_LOW = 0x811c9dc5 | 0;
export const SEED_HIGH = 0x3c6ef372;

/** FNV-1a. The number of a word that goes on with a byte, or of a phrase that goes on with a word of this number. */
export function mixLow(low: number, next: number): number {
  return Math.imul(low ^ next, 0x01000193);
}

/** The same with another factor. */
export function mixHigh(high: number, next: number): number {
  return Math.imul(high ^ next, 0x5bd1e995);
}

/** Folds high bits, which most depends on, into low ones: for numbers of whole words, before phrases are made of them. */
export function folded(high: number): number {
  return high ^ (high >>> 15);
}

export function lowOfWord(word: string): number {
  return mixWord(SEED_LOW, word, mixLow);
}

export function highOfWord(word: string): number {
  return folded(mixWord(SEED_HIGH, word, mixHigh));
}

function mixWord(seed: number, word: string, mix: (state: number, byte: number) => number): number {
  let mixed = seed;
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
