import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { RuntimeMissingError } from '../errors.ts';
import type { Session, Tensors, TensorValue } from './session.ts';

type Onnx = typeof import('onnxruntime-node');
type Options = InferenceSession.SessionOptions;

/** The native inference library. Throws a `RuntimeMissingError` where it does not load on this machine. */
export async function loadLibrary(): Promise<Onnx> {
  try {
    return await import('onnxruntime-node');
  } catch (error) {
    throw new RuntimeMissingError(
      `The inference library does not load on ${process.platform}-${process.arch} (${reasonOf(error)}). Drafts need the package for this platform; everything else works without it.`,
    );
  }
}

/** Opens a graph, given as its bytes or as its path, in this process. Throws what the library throws. */
export async function openLocal(onnx: Onnx, source: Uint8Array | string, options: Options): Promise<Session> {
  const session =
    typeof source === 'string'
      ? await onnx.InferenceSession.create(source, options)
      : await onnx.InferenceSession.create(source, options);
  return {
    inputs: session.inputMetadata.map(infoOf),
    outputs: session.outputMetadata.map(infoOf),
    run: (feeds, wanted) => {
      const tensors = toLibrary(onnx, feeds);
      return wanted === undefined ? session.run(tensors) : session.run(tensors, wanted);
    },
    release: () => session.release(),
  };
}

function infoOf(value: InferenceSession.ValueMetadata) {
  return value.isTensor
    ? { name: value.name, type: value.type, shape: value.shape }
    : { name: value.name, type: 'no tensor', shape: [] };
}

/** Tensors that come from a run go back as they are, wherever they lie. */
function toLibrary(onnx: Onnx, feeds: Tensors): Record<string, Tensor> {
  const tensors: Record<string, Tensor> = {};
  for (const name in feeds) {
    const value = feeds[name]!;
    tensors[name] = value instanceof onnx.Tensor ? value : made(onnx, value);
  }
  return tensors;
}

function made(onnx: Onnx, { type, data, dims }: TensorValue): Tensor {
  return new onnx.Tensor(type as 'float32', data as Float32Array, dims);
}

/** The library's reason without the source file and the condition that it puts in front. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split('\n')[0] ?? '')
    .replace(/^.*? was false\. /, '')
    .replace(/\.$/, '')
    .slice(0, 300);
}
