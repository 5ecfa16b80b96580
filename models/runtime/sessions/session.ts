/**
 * What a graph is to the drivers: something that takes tensors by name and gives tensors by name, in this process or on a
 * server. Nothing here knows the library behind it.
 */

export type TensorType = 'float32' | 'float16' | 'int64' | 'int32' | 'uint8' | 'bool';

export interface TensorData {
  readonly float32: Float32Array;
  /** The bits of each half, IEEE 754. */
  readonly float16: Uint16Array;
  readonly int64: BigInt64Array;
  readonly int32: Int32Array;
  readonly uint8: Uint8Array;
  readonly bool: Uint8Array;
}

/** A tensor: type, shape and elements in row-major order. */
export interface TensorValue {
  readonly type: string;
  readonly dims: readonly number[];
  /** Not to be asked of a tensor that lies on a device: it would end the process. */
  readonly data: unknown;
  /** `cpu`, or where else the elements lie. */
  readonly location?: string;
  /** Gives the device's memory back. */
  dispose?(): void;
}

export type Tensors = Readonly<Record<string, TensorValue>>;

/** A size that only the run decides has a name, or none. */
export interface TensorInfo {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly (number | string)[];
}

/** A graph that is loaded and can be run. */
export interface Session {
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  /** One run, with the outputs asked for, or all. */
  run(feeds: Tensors, wanted?: readonly string[]): Promise<Tensors>;
  release(): Promise<void>;
}

/** A tensor of the processor's. */
export function tensor<Type extends TensorType>(
  type: Type,
  data: TensorData[Type],
  dims: readonly number[],
): TensorValue {
  return { type, dims, data };
}

/** The type that a session takes for an input; `float32` where it has no such input. */
export function inputType(session: Session, name: string): string {
  return session.inputs.find((input) => input.name === name)?.type ?? 'float32';
}

export function hasInput(session: Session, name: string): boolean {
  return session.inputs.some((input) => input.name === name);
}
