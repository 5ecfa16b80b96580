import { readSync } from 'node:fs';

/** Bytes that are looked at here and there: a file need not be in memory for it. */
export interface ByteSource {
  readonly length: number;
  /** The byte at an offset below `length`. */
  at(offset: number): number;
  /** UTF-8 text of a range within `length`. */
  text(from: number, to: number): string;
}

/** A field of a message: its number, and the range of its value where that is bytes, a text or a message. */
export interface Field {
  readonly number: number;
  readonly from: number;
  readonly to: number;
}

/** The bytes are no protobuf message. */
export class ProtobufError extends Error {}

const WINDOW_BYTES = 64 * 2 ** 10;

export function bytesInMemory(bytes: Uint8Array): ByteSource {
  return {
    length: bytes.length,
    at: (offset) => bytes[offset]!,
    text: (from, to) => new TextDecoder().decode(bytes.subarray(from, to)),
  };
}

/** An open file, read through one window; what is skipped is not read. Throws where reading fails. */
export function bytesOfFile(descriptor: number, length: number): ByteSource {
  const window = new Uint8Array(WINDOW_BYTES);
  let start = 0;
  let filled = 0;
  return {
    length,
    at(offset) {
      if (offset < start || offset >= start + filled) {
        start = offset;
        filled = readSync(descriptor, window, 0, window.length, offset);
        // The file became shorter while it was read.
        if (filled === 0) throw new ProtobufError('the file ends early');
      }
      return window[offset - start]!;
    },
    text(from, to) {
      const bytes = new Uint8Array(to - from);
      return new TextDecoder().decode(bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, from)));
    },
  };
}

/**
 * The fields of a message that hold bytes, in order; numbers are skipped. Throws a `ProtobufError` at anything that is not
 * well-formed, groups included, which no model has.
 */
export function* fieldsIn(source: ByteSource, from: number, to: number): Generator<Field> {
  let at = from;
  /** Ten bytes at most, as everywhere; beyond 2^53 nothing fits into a file. */
  const varint = () => {
    let value = 0;
    for (let i = 0; i < 10; i++) {
      if (at >= to) throw new ProtobufError('a number is cut off');
      const byte = source.at(at++);
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return value;
    }
    throw new ProtobufError('a number is too long');
  };
  while (at < to) {
    // The library keeps 32 bits of a tag.
    const tag = varint() % 2 ** 32;
    const number = Math.floor(tag / 8);
    switch (tag % 8) {
      case 0:
        varint();
        break;
      case 1:
        at += 8;
        break;
      case 2: {
        const length = varint();
        if (length > to - at) throw new ProtobufError('a field reaches beyond the end');
        yield { number, from: at, to: at + length };
        at += length;
        break;
      }
      case 5:
        at += 4;
        break;
      default:
        throw new ProtobufError('a field has no known kind');
    }
  }
  if (at > to) throw new ProtobufError('a field reaches beyond the end');
}
