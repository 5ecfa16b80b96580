import { BundleError } from '../errors.ts';
import { floatsOfHalves, halvesOfFloats } from './halves.ts';
import { type TensorValue, tensor } from './session.ts';

/** Elements of a float tensor of either width as 32-bit floats; those of a float32 tensor are not copied. */
export function floatsOf(value: TensorValue | undefined, file: string, name: string): Float32Array {
  const data = value?.data;
  if (data instanceof Float32Array) return data;
  // `Float16Array` where this Node has it: the same bits.
  if (value?.type === 'float16' && ArrayBuffer.isView(data)) {
    return floatsOfHalves(new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2));
  }
  throw new BundleError(
    `${file} gave ${value === undefined ? 'no' : `a ${value.type} tensor as`} "${name}" where numbers are expected. Get the bundle again.`,
    file,
  );
}

/** A float tensor of the width that a graph takes. */
export function floatTensor(type: string, data: Float32Array, dims: readonly number[]): TensorValue {
  return type === 'float16' ? tensor('float16', halvesOfFloats(data), dims) : tensor('float32', data, dims);
}

/** A tensor in the type that a graph takes; as it is where it has that already. */
export function asType(value: TensorValue, type: string, file: string, name: string): TensorValue {
  return value.type === type ? value : floatTensor(type, floatsOf(value, file, name), value.dims);
}
