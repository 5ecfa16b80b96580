/** Half-precision numbers (IEEE 754 binary16) as their bits, to and from 32-bit floats. */

const bits = new Uint32Array(1);
const float = new Float32Array(bits.buffer);

/** Every half as a float, made when the first one is read: 256 KiB that save the arithmetic. */
let floats: Float32Array | undefined;

export function floatsOfHalves(halves: Uint16Array): Float32Array {
  floats ??= Float32Array.from({ length: 2 ** 16 }, (_, half) => floatOfHalf(half));
  const table = floats;
  const result = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) result[i] = table[halves[i]!]!;
  return result;
}

/** Rounds to the nearest half, ties to even; what is too large becomes infinite. */
export function halvesOfFloats(values: Float32Array): Uint16Array {
  const result = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) result[i] = halfOfFloat(values[i]!);
  return result;
}

function floatOfHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function halfOfFloat(value: number): number {
  float[0] = value;
  const all = bits[0]!;
  const sign = (all >>> 16) & 0x8000;
  const magnitude = all & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // From half of the step above the largest half on, it rounds to infinity.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude >= 0x38800000) {
    const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
    return sign | ((rounded - 0x38000000) >>> 13);
  }
  // Below the smallest normal half: a whole number of its steps.
  return sign | roundHalfToEven(Math.abs(value) * 2 ** 24);
}

function roundHalfToEven(value: number): number {
  const low = Math.floor(value);
  const rest = value - low;
  return rest > 0.5 || (rest === 0.5 && low % 2 === 1) ? low + 1 : low;
}
