/** Writes the parts of an ONNX file that tests need, field by field, sound or not. */

type Value = Uint8Array | string | number;

/** One field of a message: a number as a varint, a text or bytes with their length. */
export function field(number: number, value: Value): Uint8Array {
  if (typeof value === 'number') return joined([varint(8 * number), varint(value)]);
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  return joined([varint(8 * number + 2), varint(bytes.length), bytes]);
}

export function message(...fields: readonly Uint8Array[]): Uint8Array {
  return joined(fields);
}

/** A model whose graph has these fields. */
export function model(...graph: readonly Uint8Array[]): Uint8Array {
  return message(field(1, 8), field(7, message(...graph)));
}

/** A tensor (initializer, constant) that keeps its data in another file. */
export function externalTensor(location: string): Uint8Array {
  return message(field(1, 4), field(2, 1), field(13, message(field(1, 'location'), field(2, location))), field(14, 1));
}

export function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
