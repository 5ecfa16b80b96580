import { BundleError } from '../errors.ts';
import type { TensorValue } from '../sessions/session.ts';
import type { State } from './driver.ts';

/** The last row of a float tensor `[…, width]`, as it lies there. */
export function lastRow(value: TensorValue | undefined, file: string, name: string): State {
  const data = elementsOf(value, file, name);
  const width = value?.dims.at(-1) ?? 0;
  return data.subarray(data.length - width);
}

/** Row `i` of a float tensor `[rows, width]`. */
export function rowAt(data: State, width: number, i: number): State {
  return data.subarray(i * width, (i + 1) * width);
}

/** The elements of a float tensor, halves as their bits. */
export function elementsOf(value: TensorValue | undefined, file: string, name: string): State {
  const data = value?.data;
  if (data instanceof Float32Array || data instanceof Uint16Array) return data;
  // `Float16Array` where this Node has it.
  if (value?.type === 'float16' && ArrayBuffer.isView(data)) {
    return new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2);
  }
  throw new BundleError(
    `${file} gave no numbers as "${name}". The graph and the manifest do not belong together: get the bundle again.`,
    file,
  );
}

/** Where the greatest value stands; the first of several. What is no number is never the greatest. */
export function argmax(row: State): number {
  return row instanceof Float32Array ? greatestFloat(row) : greatestHalf(row);
}

function greatestFloat(row: Float32Array): number {
  let best = 0;
  let value = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < row.length; i++) {
    const here = row[i]!;
    if (here > value) {
      value = here;
      best = i;
    }
  }
  return best;
}

/** Halves are in order by their bits once those of negative ones are turned round. */
function greatestHalf(row: Uint16Array): number {
  let best = 0;
  let value = -1;
  for (let i = 0; i < row.length; i++) {
    const half = row[i]!;
    if ((half & 0x7fff) > 0x7c00) continue;
    const rank = half & 0x8000 ? 0xffff - half : half + 0x8000;
    if (rank > value) {
      value = rank;
      best = i;
    }
  }
  return best;
}
