/** Where a file's bytes are no UTF-8. */

/**
 * The place in `text`, which was decoded from `bytes`, of the first character that the decoder put in for bytes that are no
 * UTF-8; `undefined` where there is none. A replacement character that stands in the file itself is no error. Where the
 * decoder took a byte-order mark away, `bytes` must not begin with it.
 */
export function firstInvalid(bytes: Uint8Array, text: string): number | undefined {
  let at = text.indexOf('\ufffd');
  if (at < 0) return undefined;
  const encoder = new TextEncoder();
  for (let offset = 0, from = 0; at >= 0; at = text.indexOf('\ufffd', at + 1)) {
    offset += encoder.encode(text.slice(from, at)).length;
    if (bytes[offset] !== 0xef || bytes[offset + 1] !== 0xbf || bytes[offset + 2] !== 0xbd) return at;
    offset += 3;
    from = at + 1;
  }
  return undefined;
}
