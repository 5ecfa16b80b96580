import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { using } from '../bundle/bundleFolder.ts';
import { type ByteSource, bytesOfFile } from '../bundle/protobuf.ts';
import { BundleError } from '../errors.ts';
import type { GraphManifest, TensorManifest } from '../manifest.ts';

/** What an ONNX file says of itself, for the manifest of graphs that were published without one. */

/** A tensor as an ONNX file describes it; a file need not say the shape of an output. */
export interface FileTensor {
  readonly type: TensorManifest['type'];
  readonly shape: TensorManifest['shape'] | undefined;
}

export interface FileTensors {
  readonly inputs: Readonly<Record<string, FileTensor>>;
  readonly outputs: Readonly<Record<string, FileTensor>>;
}

type Tensors = Record<string, FileTensor>;

/** Numbers of the types in onnx.proto. */
const TYPES: Readonly<Record<number, TensorManifest['type']>> = {
  1: 'float32',
  2: 'uint8',
  6: 'int32',
  7: 'int64',
  9: 'bool',
  10: 'float16',
};

/** A field of a message: a number, or the range of its bytes. */
interface Field {
  readonly number: number;
  readonly value: number;
  readonly from: number;
  readonly to: number;
}

/**
 * A graph of a bundle as its manifest describes it: size, hash and the tensors that the file itself names. A size that only
 * the run decides keeps the file's name for it. Throws a `BundleError` where the file is no ONNX graph.
 */
export async function graphManifestOf(folder: string, file: string): Promise<GraphManifest> {
  return using(folder, file, async ({ handle, size, path }) => {
    const tensors = tensorsOf(bytesOfFile(handle.fd, size), file);
    const hash = createHash('sha256');
    const content = createReadStream(path, { highWaterMark: 2 ** 20 });
    for await (const chunk of content as AsyncIterable<Buffer>) hash.update(chunk);
    const { inputs, outputs } = tensors;
    return { file, sha256: hash.digest('hex'), bytes: size, inputs: shaped(inputs), outputs: shaped(outputs) };
  });
}

/** The tensors that a bundle's ONNX file names itself. Throws a `BundleError` where it is no ONNX graph. */
export async function tensorsOfFile(folder: string, file: string): Promise<FileTensors> {
  return using(folder, file, async ({ handle, size }) => tensorsOf(bytesOfFile(handle.fd, size), file));
}

function shaped(tensors: FileTensors['inputs']): GraphManifest['inputs'] {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { type, shape = [] }]) => [name, { type, shape: [...shape] }]),
  );
}

/** Size and hash of a file of a bundle that is no graph. */
export async function fileManifestOf(
  folder: string,
  file: string,
): Promise<Pick<GraphManifest, 'file' | 'sha256' | 'bytes'>> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(join(folder, file)) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.byteLength;
  }
  return { file, sha256: hash.digest('hex'), bytes };
}

function tensorsOf(source: ByteSource, file: string): FileTensors {
  const inputs: Tensors = {};
  const outputs: Tensors = {};
  const weights = new Set<string>();
  for (const model of fieldsIn(source, 0, source.length, file)) {
    if (model.number !== 7) continue;
    for (const field of fieldsIn(source, model.from, model.to, file)) {
      if (field.number === 5) weights.add(textAt(source, field, 8, file));
      else if (field.number === 11) addTensor(source, field, inputs, file);
      else if (field.number === 12) addTensor(source, field, outputs, file);
    }
  }
  if (Object.keys(outputs).length === 0)
    throw new BundleError(`${file} is not an ONNX graph: it has no outputs.`, file);
  // Old files list weights among the inputs.
  for (const name of weights) delete inputs[name];
  return { inputs, outputs };
}

function addTensor(source: ByteSource, message: Field, tensors: Tensors, file: string): void {
  const name = textAt(source, message, 1, file);
  const type = inside(source, inside(source, message, 2, file), 1, file);
  const elements = TYPES[fieldOf(source, type, 1, file)?.value ?? 0];
  const shape = fieldOf(source, type, 2, file);
  if (elements === undefined) {
    throw new BundleError(`${file}: its tensor "${name}" has a type that this program does not know.`, file);
  }
  const sides: (number | string)[] = [];
  for (const side of shape === undefined ? [] : fieldsIn(source, shape.from, shape.to, file)) {
    const fixed = fieldOf(source, side, 1, file)?.value ?? 0;
    sides.push(fixed > 0 ? fixed : textAt(source, side, 2, file) || `d${sides.length}`);
  }
  tensors[name] = { type: elements, shape: shape && sides };
}

function inside(source: ByteSource, message: Field, number: number, file: string): Field {
  return fieldOf(source, message, number, file) ?? { number, value: 0, from: 0, to: 0 };
}

function textAt(source: ByteSource, message: Field, number: number, file: string): string {
  const { from, to } = inside(source, message, number, file);
  return source.text(from, Math.min(to, from + 1000));
}

function fieldOf(source: ByteSource, message: Field, number: number, file: string): Field | undefined {
  for (const field of fieldsIn(source, message.from, message.to, file)) if (field.number === number) return field;
  return undefined;
}

function* fieldsIn(source: ByteSource, from: number, to: number, file: string): Generator<Field> {
  const broken = () => new BundleError(`${file} is not an ONNX graph, or its end is missing. Get it again.`, file);
  let at = from;
  const varint = () => {
    let value = 0;
    for (let i = 0; i < 10; i++) {
      if (at >= to) throw broken();
      const byte = source.at(at++);
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return value;
    }
    throw broken();
  };
  while (at < to) {
    const tag = varint() % 2 ** 32;
    const kind = tag % 8;
    const value = kind === 0 || kind === 2 ? varint() : 0;
    const start = at;
    if (kind === 2) at += value;
    else if (kind === 1) at += 8;
    else if (kind === 5) at += 4;
    else if (kind !== 0) throw broken();
    if (at > to) throw broken();
    yield { number: Math.floor(tag / 8), value, from: start, to: at };
  }
}
