import { floatsOfHalves, halvesOfFloats } from '../sessions/halves.ts';
import type { TensorType, TensorValue } from '../sessions/session.ts';

/**
 * Tensors as the Open Inference Protocol (KServe v2) carries them: as numbers in JSON, or as bytes behind it (the binary tensor
 * data extension). The protocol's own names of types are in capitals.
 */

type Elements = Float32Array | Uint16Array | BigInt64Array | Int32Array | Uint8Array;

interface Kind {
  readonly datatype: string;
  readonly bytes: number;
  /** An array over bytes that start where such an array may start. */
  readonly over: (buffer: ArrayBuffer) => Elements;
}

const KINDS: Readonly<Record<TensorType, Kind>> = {
  float32: { datatype: 'FP32', bytes: 4, over: (buffer) => new Float32Array(buffer) },
  float16: { datatype: 'FP16', bytes: 2, over: (buffer) => new Uint16Array(buffer) },
  int64: { datatype: 'INT64', bytes: 8, over: (buffer) => new BigInt64Array(buffer) },
  int32: { datatype: 'INT32', bytes: 4, over: (buffer) => new Int32Array(buffer) },
  uint8: { datatype: 'UINT8', bytes: 1, over: (buffer) => new Uint8Array(buffer) },
  bool: { datatype: 'BOOL', bytes: 1, over: (buffer) => new Uint8Array(buffer) },
};

/** The protocol's name of a type; `undefined` for one that it does not carry. */
export function datatypeOf(type: string): string | undefined {
  return isKnown(type) ? KINDS[type].datatype : undefined;
}

function isKnown(type: string): type is TensorType {
  return Object.hasOwn(KINDS, type);
}

/** The type behind the protocol's name; `undefined` for those that no bundle has (`BYTES`, `FP64`, …). */
export function typeOf(datatype: unknown): TensorType | undefined {
  const types = Object.keys(KINDS) as TensorType[];
  return types.find((type) => KINDS[type].datatype === datatype);
}

/** Elements of a shape, or `undefined` where it is none: something else than a list of whole numbers, or absurdly many. */
export function elementsOf(shape: unknown): number | undefined {
  if (!Array.isArray(shape) || shape.length > 16) return undefined;
  let elements = 1;
  for (const side of shape) {
    if (!Number.isSafeInteger(side) || side < 0) return undefined;
    elements *= side;
  }
  return elements <= 2 ** 32 ? elements : undefined;
}

/** The bytes of a tensor, little-endian, without a copy; `undefined` where they do not lie in this process. */
export function bytesOf({ data }: TensorValue): Uint8Array | undefined {
  return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : undefined;
}

/** A tensor from the bytes of an answer, copied to where its elements are aligned; `undefined` where their number is wrong. */
export function fromBytes(type: TensorType, dims: readonly number[], bytes: Uint8Array): TensorValue | undefined {
  const { bytes: size, over } = KINDS[type];
  if (bytes.byteLength !== elementsOf(dims)! * size) return undefined;
  const buffer = new ArrayBuffer(bytes.byteLength);
  new Uint8Array(buffer).set(bytes);
  return { type, dims, data: over(buffer) };
}

/** The elements as a list in JSON; `undefined` where one of them is not finite, which JSON cannot say. */
export function toJson(value: TensorValue): string | undefined {
  const bytes = bytesOf(value);
  if (bytes === undefined || !isKnown(value.type)) return undefined;
  const elements = elementsAt(value.type, bytes);
  const numbers = value.type === 'float16' ? floatsOfHalves(elements as Uint16Array) : elements;
  if (numbers instanceof Float32Array && !numbers.every(Number.isFinite)) return undefined;
  if (value.type === 'bool') return `[${Array.from(elements as Uint8Array, (element) => element !== 0).join(',')}]`;
  return `[${numbers.join(',')}]`;
}

/** Bytes as their elements; copied only where they start at an address that such elements may not. */
function elementsAt(type: TensorType, bytes: Uint8Array): Elements {
  const whole = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength;
  return KINDS[type].over((whole ? bytes : bytes.slice()).buffer as ArrayBuffer);
}

/** A tensor from a list of an answer, which may be nested as the shape is; `undefined` where it does not fit type and shape. */
export function fromJson(type: TensorType, dims: readonly number[], list: unknown): TensorValue | undefined {
  const elements = elementsOf(dims);
  const values = flat(list, dims.length);
  if (values === undefined || values.length !== elements) return undefined;
  const { bytes, over } = KINDS[type];
  const isFloat = type === 'float32' || type === 'float16';
  const data = isFloat ? new Float32Array(values.length) : over(new ArrayBuffer(values.length * bytes));
  for (const [i, value] of values.entries()) {
    if (data instanceof BigInt64Array) {
      if (!Number.isSafeInteger(value)) return undefined;
      data[i] = BigInt(value as number);
    } else if (typeof value === 'number' || (type === 'bool' && typeof value === 'boolean')) data[i] = Number(value);
    else return undefined;
  }
  return { type, dims, data: type === 'float16' ? halvesOfFloats(data as Float32Array) : data };
}

/** A list nested `depth` deep at most, flattened. */
function flat(list: unknown, depth: number): readonly unknown[] | undefined {
  if (!Array.isArray(list)) return undefined;
  let values: readonly unknown[] = list;
  for (let level = 1; level < depth && Array.isArray(values[0]); level++) {
    if (!values.every(Array.isArray)) return undefined;
    values = values.flat();
  }
  return values;
}
