/** Whether bytes that come in pieces are UTF-8. */
import { isUtf8 } from 'node:buffer';

export class Utf8Check {
  /** The beginning of a character whose end is in the next piece. */
  private begun: Uint8Array = new Uint8Array(0);

  /** Whether all pieces so far are the beginning of a UTF-8 text. */
  add(piece: Uint8Array): boolean {
    let from = 0;
    if (this.begun.length > 0) {
      from = Math.min(piece.length, lengthOf(this.begun[0]!) - this.begun.length);
      const joined = Buffer.concat([this.begun, piece.subarray(0, from)]);
      if (joined.length < lengthOf(joined[0]!)) {
        this.begun = joined;
        return true;
      }
      if (!isUtf8(joined)) return false;
    }
    const to = piece.length - unfinished(piece.subarray(from));
    this.begun = Uint8Array.from(piece.subarray(to));
    return isUtf8(piece.subarray(from, to));
  }
}

/** How many bytes at the end are the beginning of a character. */
function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return lengthOf(byte) > back ? back : 0;
  }
  return 0;
}

/** The bytes of a character that begins so. */
function lengthOf(first: number): number {
  if (first < 0xc0) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}
