/**
 * How many bytes a zlib stream unpacks to, without unpacking it: only lengths are read, nothing is stored. Stops above
 * `limit` and returns what was counted by then. A damaged stream is counted up to the damage: the decoder will say what
 * is wrong with it. Source: RFC 1951.
 */
export function inflatedSize(stream: Uint8Array, limit: number): number {
  const bits = new BitReader(stream, 2);
  let size = 0;
  let last = false;
  while (!last && size <= limit && !bits.ended) {
    last = bits.take(1) === 1;
    const kind = bits.take(2);
    if (kind === 0) size += bits.skipStored();
    else if (kind === 1) size += blockSize(bits, FIXED_LENGTHS, FIXED_DISTANCES, limit - size);
    else if (kind === 2) {
      const [lengths, distances] = readCodes(bits);
      size += blockSize(bits, lengths, distances, limit - size);
    } else return size;
  }
  return size;
}

const LENGTH_BASE = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
];
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const LONGEST_CODE = 15;
const END_OF_BLOCK = 256;

/** A canonical Huffman code: how many codes of each length, and their symbols in order. */
interface Code {
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

const FIXED_LENGTHS = codeOf([...Array(144).fill(8), ...Array(112).fill(9), ...Array(24).fill(7), ...Array(8).fill(8)]);
const FIXED_DISTANCES = codeOf(Array(30).fill(5));

function blockSize(bits: BitReader, lengths: Code, distances: Code, limit: number): number {
  let size = 0;
  while (size <= limit && !bits.ended) {
    const symbol = bits.symbol(lengths);
    if (symbol === END_OF_BLOCK) break;
    if (symbol < END_OF_BLOCK) {
      size++;
      continue;
    }
    size += (LENGTH_BASE[symbol - 257] ?? 0) + bits.take(LENGTH_EXTRA[symbol - 257] ?? 0);
    const distance = bits.symbol(distances);
    bits.take(distance < 4 ? 0 : (distance >> 1) - 1);
  }
  return size;
}

function readCodes(bits: BitReader): [Code, Code] {
  const literals = bits.take(5) + 257;
  const distances = bits.take(5) + 1;
  const ordered = Array<number>(19).fill(0);
  const given = bits.take(4) + 4;
  for (let i = 0; i < given; i++) ordered[CODE_LENGTH_ORDER[i]!] = bits.take(3);
  const code = codeOf(ordered);
  const lengths: number[] = [];
  while (lengths.length < literals + distances && !bits.ended) {
    const symbol = bits.symbol(code);
    if (symbol < 16) lengths.push(symbol);
    else if (symbol === 16) repeat(lengths, lengths[lengths.length - 1] ?? 0, 3 + bits.take(2));
    else repeat(lengths, 0, symbol === 17 ? 3 + bits.take(3) : 11 + bits.take(7));
  }
  return [codeOf(lengths.slice(0, literals)), codeOf(lengths.slice(literals, literals + distances))];
}

function repeat(list: number[], value: number, times: number): void {
  for (let i = 0; i < times; i++) list.push(value);
}

function codeOf(lengths: readonly number[]): Code {
  const counts = new Uint16Array(LONGEST_CODE + 1);
  for (const length of lengths) counts[length]!++;
  counts[0] = 0;
  const next = new Uint16Array(LONGEST_CODE + 2);
  for (let length = 1; length <= LONGEST_CODE; length++) next[length + 1] = next[length]! + counts[length]!;
  const symbols = new Uint16Array(lengths.length);
  lengths.forEach((length, symbol) => {
    if (length > 0) symbols[next[length]!++] = symbol;
  });
  return { counts, symbols };
}

/** Bits of a deflate stream, low ones first. Past the end it gives zeros and `ended` is true. */
class BitReader {
  private held = 0;
  private heldBits = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private position: number,
  ) {}

  get ended(): boolean {
    return this.position > this.bytes.length;
  }

  take(count: number): number {
    while (this.heldBits < count) {
      this.held |= (this.bytes[this.position++] ?? 0) << this.heldBits;
      this.heldBits += 8;
    }
    const value = this.held & ((1 << count) - 1);
    this.held >>>= count;
    this.heldBits -= count;
    return value;
  }

  /** The next symbol of a code; the end of the block where the bits are no code. */
  symbol({ counts, symbols }: Code): number {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length <= LONGEST_CODE; length++) {
      code |= this.take(1);
      const count = counts[length]!;
      if (code - count < first) return symbols[index + code - first]!;
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    this.position = this.bytes.length + 1;
    return END_OF_BLOCK;
  }

  /** Skips a stored block and returns its length. */
  skipStored(): number {
    this.position -= this.heldBits >> 3;
    this.held = 0;
    this.heldBits = 0;
    const length = this.take(16);
    this.take(16);
    this.position += length;
    return length;
  }
}
