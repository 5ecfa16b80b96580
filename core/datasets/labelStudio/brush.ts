/**
 * Label Studio's runs of a brush: the picture's RGBA values one after the other, row by row, as a bit stream. 32 bits say how
 * many values there are, 5 how many bits one has, less one, and 4 × 4 how many bits the four kinds of lengths have, less one.
 * Then come runs: a bit that is set for one value many times over and not set for many values, two bits for the kind of
 * length, the length less one, and the value or values. What is opaque is the mask. Source: rle-pack of thi.ng/umbrella.
 */
import { fromBitmap, toBitmap } from '../../masks/bitmap.ts';
import type { RunLengthMask } from '../../masks/runLengthMask.ts';
import { fail, ok, type Result } from '../../result.ts';

const CHANNELS = 4;
/** As Label Studio writes them: bits of a value, and of the four kinds of lengths. */
const VALUE_BITS = 8;
const LENGTH_BITS = [3, 4, 8, 16] as const;
const OPAQUE = 255;

/** The pixels of runs. Fails, with what to do, where they are cut off or of another size. */
export function decodeBrush(runs: readonly unknown[], height: number, width: number): Result<RunLengthMask> {
  const bytes = bytesOf(runs);
  if (bytes === undefined) return fail('Its runs are no list of bytes: export it again.');
  const bits = new BitReader(bytes);
  const count = bits.read(32);
  if (count !== height * width * CHANNELS)
    return fail(
      `Its runs are of ${count / CHANNELS} pixels and the image has ${height * width}: the sizes do not belong together.`,
    );
  const valueBits = bits.read(5) + 1;
  const lengthBits = [0, 0, 0, 0].map(() => bits.read(4) + 1);
  const bitmap = new Uint8Array(height * width);
  for (let at = 0; at < count; ) {
    if (bits.ended) return fail('Its runs end before the image does: export it again.');
    const isRun = bits.read(1) === 1;
    const end = Math.min(count, at + 1 + bits.read(lengthBits[bits.read(2)]!));
    if (isRun) {
      // The last of a pixel's four values says how opaque it is.
      if (bits.read(valueBits) > 0) bitmap.fill(1, at >> 2, end >> 2);
      at = end;
    } else for (; at < end; at++) if (bits.read(valueBits) > 0 && at % CHANNELS === CHANNELS - 1) bitmap[at >> 2] = 1;
  }
  return bits.exceeded
    ? fail('Its runs end before the image does: export it again.')
    : ok(fromBitmap(bitmap, height, width));
}

/** The runs of a mask: its pixels white and opaque, the others nothing. */
export function encodeBrush(mask: RunLengthMask): readonly number[] {
  const bitmap = toBitmap(mask);
  const bits = new BitWriter();
  bits.write(bitmap.length * CHANNELS, 32);
  bits.write(VALUE_BITS - 1, 5);
  for (const each of LENGTH_BITS) bits.write(each - 1, 4);
  for (let start = 0; start < bitmap.length; ) {
    let end = bitmap.indexOf(bitmap[start] === 1 ? 0 : 1, start);
    if (end < 0) end = bitmap.length;
    writeRun(bits, (end - start) * CHANNELS, bitmap[start] === 1 ? OPAQUE : 0);
    start = end;
  }
  return bits.finish();
}

function writeRun(bits: BitWriter, length: number, value: number): void {
  const most = 2 ** LENGTH_BITS[3];
  for (let left = length; left > 0; left -= most) {
    const part = Math.min(left, most);
    const kind = LENGTH_BITS.findIndex((each) => part <= 2 ** each);
    bits.write(1, 1);
    bits.write(kind, 2);
    bits.write(part - 1, LENGTH_BITS[kind]!);
    bits.write(value, VALUE_BITS);
  }
}

function bytesOf(runs: readonly unknown[]): Uint8Array | undefined {
  const bytes = new Uint8Array(runs.length);
  for (let i = 0; i < runs.length; i++) {
    const byte = runs[i];
    if (typeof byte !== 'number' || !Number.isInteger(byte) || byte < 0 || byte > 255) return undefined;
    bytes[i] = byte;
  }
  return bytes;
}

class BitReader {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  /** No bit is left. */
  get ended(): boolean {
    return this.at >= this.bytes.length * 8;
  }

  /** More bits were asked for than there are; those were 0. */
  get exceeded(): boolean {
    return this.at > this.bytes.length * 8;
  }

  /** Up to 32 bits as a number, the highest first. */
  read(bits: number): number {
    let value = 0;
    for (let left = bits; left > 0; ) {
      const [free, byte] = [8 - (this.at & 7), this.bytes[this.at >> 3] ?? 0];
      const taken = Math.min(free, left);
      value = value * 2 ** taken + ((byte >> (free - taken)) & (2 ** taken - 1));
      this.at += taken;
      left -= taken;
    }
    return value;
  }
}

class BitWriter {
  private readonly bytes: number[] = [];
  private byte = 0;
  private free = 8;

  write(value: number, bits: number): void {
    for (let left = bits; left > 0; ) {
      const taken = Math.min(this.free, left);
      const part = Math.floor(value / 2 ** (left - taken)) % 2 ** taken;
      this.byte |= part << (this.free - taken);
      this.free -= taken;
      left -= taken;
      if (this.free > 0) continue;
      this.bytes.push(this.byte);
      this.byte = 0;
      this.free = 8;
    }
  }

  /** The bytes; as Label Studio's own program does, with a byte of zeros behind bits that fill their last one. */
  finish(): readonly number[] {
    return [...this.bytes, this.byte];
  }
}
