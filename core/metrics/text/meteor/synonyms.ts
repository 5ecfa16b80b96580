/**
 * The synonym table: which senses of WordNet 3.0 a word has, and base forms of irregular words (facts/metrics.md §0.6
 * and §1.6). `scripts/wordnet.mjs` packs it; whoever scores hands in the bytes, unzipped.
 *
 * The bytes, numbers little-endian or varints of 7 bits a byte, low first: the four letters `UWN1`; how many words,
 * how many blocks, and how many bytes of exceptions (uint32 each); where each block begins (uint32 each, from the start
 * of the first); the blocks; the exceptions. A block holds 32 words in the order of their codes: the length that a word
 * shares with the one before, the length of the rest, the rest (ASCII), the number of its senses, and the senses, sorted,
 * as differences. Exceptions are lines of a word and its base forms, with blanks between them.
 */
import { fail, ok, type Result } from '../../../result.ts';
import { baseForm } from './morph.ts';

const MAGIC = 'UWN1';
const HEADER = 16;
export const WORDS_A_BLOCK = 32;
const NONE = new Uint32Array(0);
/** Words of which the senses are remembered. */
const MOST = 100_000;

export class SynonymTable {
  private readonly bytes: Uint8Array;
  private readonly starts: Uint32Array;
  private readonly blocks: number;
  private readonly exceptions: ReadonlyMap<string, readonly string[]>;
  private readonly known = new Map<string, Uint32Array>();

  private constructor(bytes: Uint8Array, starts: Uint32Array, exceptions: ReadonlyMap<string, readonly string[]>) {
    this.bytes = bytes;
    this.starts = starts;
    this.blocks = HEADER + starts.length * 4;
    this.exceptions = exceptions;
  }

  /** Reads the packed table; fails where the bytes are none. */
  static read(bytes: Uint8Array): Result<SynonymTable> {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const broken = 'The synonym table is damaged, so METEOR cannot match synonyms. Install the package again.';
    if (bytes.length < HEADER || ascii(bytes, 0, 4) !== MAGIC) return fail(broken);
    const count = view.getUint32(8, true);
    const exceptionBytes = view.getUint32(12, true);
    if (HEADER + count * 4 + exceptionBytes > bytes.length) return fail(broken);
    const starts = Uint32Array.from({ length: count }, (_, i) => view.getUint32(HEADER + i * 4, true));
    const lines = ascii(bytes, bytes.length - exceptionBytes, bytes.length).split('\n');
    return ok(new SynonymTable(bytes, starts, new Map(lines.map(exceptionOf))));
  }

  /**
   * The senses of a word in lower case, its own and those of its base forms, sorted; the array is shared and must
   * not be changed.
   */
  sensesOf(word: string): Uint32Array {
    const known = this.known.get(word);
    if (known !== undefined) return known;
    if (this.known.size >= MOST) this.known.clear();
    const senses = this.findAll(word);
    this.known.set(word, senses);
    return senses;
  }

  /** Two words share a sense. */
  areSynonyms(one: string, other: string): boolean {
    return meet(this.sensesOf(one), this.sensesOf(other));
  }

  private findAll(word: string): Uint32Array {
    const own = this.find(word);
    const bases = this.exceptions.get(word) ?? [baseForm(word, (form) => this.find(form) !== undefined)];
    const senses = new Set(own);
    for (const base of bases) for (const sense of this.find(base) ?? NONE) senses.add(sense);
    return senses.size === 0 ? NONE : Uint32Array.from(senses).sort();
  }

  /** The senses of a word as WordNet lists it; undefined where it does not. */
  private find(word: string): Uint32Array | undefined {
    const block = this.blockOf(word);
    return block < 0 ? undefined : this.findIn(block, word);
  }

  /** The last block whose first word does not come after `word`; -1 where there is none. */
  private blockOf(word: string): number {
    let low = 0;
    let high = this.starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.firstWord(middle) <= word) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  private firstWord(block: number): string {
    // It shares nothing with a word before, and it is shorter than 128 characters.
    const at = this.blocks + this.starts[block]!;
    return ascii(this.bytes, at + 2, at + 2 + (this.bytes[at + 1] ?? 0));
  }

  private findIn(block: number, wanted: string): Uint32Array | undefined {
    const reader = new Reader(this.bytes, this.blocks + this.starts[block]!);
    let word = '';
    for (let i = 0; i < WORDS_A_BLOCK && word < wanted; i++) {
      const shared = reader.number();
      word = word.slice(0, shared) + reader.text(reader.number());
      const senses = reader.number();
      if (word === wanted) return reader.sorted(senses);
      reader.skip(senses);
    }
    return undefined;
  }
}

/** Reads numbers and text one after the other; beyond the end they are 0 and empty. */
class Reader {
  private readonly bytes: Uint8Array;
  private at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  number(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.bytes[this.at++] ?? 0;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) break;
    }
    return value;
  }

  text(length: number): string {
    this.at += length;
    return ascii(this.bytes, this.at - length, this.at);
  }

  sorted(count: number): Uint32Array {
    const values = new Uint32Array(Math.min(count, this.bytes.length));
    let last = 0;
    for (let i = 0; i < values.length; i++) values[i] = last += this.number();
    return values;
  }

  skip(numbers: number): void {
    for (let left = numbers; left > 0 && this.at < this.bytes.length; left--) this.number();
  }
}

/** Two sorted lists have a number in common. */
export function meet(one: Uint32Array, other: Uint32Array): boolean {
  for (let i = 0, j = 0; i < one.length && j < other.length; ) {
    const difference = one[i]! - other[j]!;
    if (difference === 0) return true;
    if (difference < 0) i++;
    else j++;
  }
  return false;
}

function exceptionOf(line: string): [string, readonly string[]] {
  const [word = '', ...bases] = line.split(' ');
  return [word, bases];
}

function ascii(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let i = start; i < Math.min(end, bytes.length); i++) text += String.fromCharCode(bytes[i]!);
  return text;
}
