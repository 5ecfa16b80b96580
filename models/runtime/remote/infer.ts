import type { Tensors, TensorValue } from '../sessions/session.ts';
import { bytesOf, datatypeOf, elementsOf, fromBytes, fromJson, toJson, typeOf } from './tensors.ts';

/** One run as the protocol writes it: the body of a request, and what an answer's body says. */

export interface InferBody {
  readonly headers: Readonly<Record<string, string>>;
  /** In order; tensors are views of the caller's arrays. */
  readonly chunks: readonly Uint8Array[];
}

/** The name of the header that says how long the JSON before the bytes is. */
export const JSON_LENGTH = 'inference-header-content-length';

/**
 * The request for `outputs`, given `feeds`. `binary` sends and asks for bytes behind the JSON, which the server must know
 * (`binary_tensor_data` among its extensions). Returns a sentence where a tensor cannot be sent.
 */
export function inferBody(feeds: Tensors, outputs: readonly string[], binary: boolean): InferBody | string {
  const inputs: string[] = [];
  const tensors: Uint8Array[] = [];
  for (const [name, tensor] of Object.entries(feeds)) {
    const datatype = datatypeOf(tensor.type);
    const bytes = bytesOf(tensor);
    if (datatype === undefined || bytes === undefined) {
      return `the tensor "${name}" is ${tensor.type} on ${tensor.location ?? 'cpu'}, which cannot be sent`;
    }
    const head = `"name":${JSON.stringify(name)},"shape":[${tensor.dims.join(',')}],"datatype":"${datatype}"`;
    if (binary) {
      tensors.push(bytes);
      inputs.push(`{${head},"parameters":{"binary_data_size":${bytes.byteLength}}}`);
      continue;
    }
    const data = toJson(tensor);
    if (data === undefined) {
      return `the tensor "${name}" holds a value that is not finite, and this server takes numbers as JSON only, which has none such`;
    }
    inputs.push(`{${head},"data":${data}}`);
  }
  const wanted = outputs.map((name) => JSON.stringify({ name, parameters: { binary_data: binary } }));
  const json = Buffer.from(`{"inputs":[${inputs.join(',')}],"outputs":[${wanted.join(',')}]}`);
  return {
    headers: binary
      ? { 'content-type': 'application/octet-stream', [JSON_LENGTH]: String(json.byteLength) }
      : { 'content-type': 'application/json' },
    chunks: [json, ...tensors],
  };
}

/**
 * The outputs of an answer by name. `jsonLength` is the header's value, where the answer has that header. Returns a sentence
 * where the body is not what the protocol says, or lacks one of `outputs`.
 */
export function readAnswer(
  body: Uint8Array,
  jsonLength: string | undefined,
  outputs: readonly string[],
): Tensors | string {
  const length = jsonLength === undefined ? body.byteLength : Number(jsonLength);
  if (!Number.isInteger(length) || length < 0 || length > body.byteLength) {
    return `its header ${JSON_LENGTH} is "${jsonLength}", of a body of ${body.byteLength} bytes`;
  }
  const json = parse(body.subarray(0, length));
  if (!isObject(json) || !Array.isArray(json['outputs'])) return 'its body has no list "outputs"';
  const found: Record<string, TensorValue> = {};
  let at = length;
  for (const output of json['outputs']) {
    if (!isObject(output) || typeof output['name'] !== 'string') return 'one of its outputs has no name';
    const { name, shape, datatype, data, parameters } = output;
    const type = typeOf(datatype);
    if (type === undefined || elementsOf(shape) === undefined) {
      return `its output "${name}" is ${String(datatype)} ${JSON.stringify(shape)}, which no bundle has`;
    }
    const dims = shape as number[];
    const size = isObject(parameters) ? parameters['binary_data_size'] : undefined;
    let tensor: TensorValue | undefined;
    if (typeof size === 'number' && Number.isInteger(size) && size >= 0 && at + size <= body.byteLength) {
      tensor = fromBytes(type, dims, body.subarray(at, at + size));
      at += size;
    } else if (size === undefined) tensor = fromJson(type, dims, data);
    if (tensor === undefined) return `the values of its output "${name}" do not fit its shape ${JSON.stringify(shape)}`;
    found[name] = tensor;
  }
  const missing = outputs.find((name) => !Object.hasOwn(found, name));
  return missing === undefined ? found : `it lacks the output "${missing}"`;
}

/** The JSON in some bytes; `undefined` where they hold none. */
export function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
