import { constants } from 'node:fs';
import { copyFile, link, mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { loadBundle } from '../bundle.ts';
import { type BundleManifest, type GraphManifest, graphsOf, type TensorManifest } from '../manifest.ts';
import { modelNameOf } from '../remote/serving.ts';
import { ModelsError, reasonOf } from './errors.ts';

/** A model repository of NVIDIA Triton for the graphs of a bundle: a folder a graph, with its configuration and its files. */

const TYPES: Readonly<Record<TensorManifest['type'], string>> = {
  float32: 'TYPE_FP32',
  float16: 'TYPE_FP16',
  int64: 'TYPE_INT64',
  int32: 'TYPE_INT32',
  uint8: 'TYPE_UINT8',
  bool: 'TYPE_BOOL',
};

export interface TritonOptions {
  /** Links the graphs' files instead of copying them, which needs both folders on one disk. */
  readonly link?: boolean;
}

/**
 * Writes the repository into `output`, which need not exist; models in it that have the same names are replaced. Returns the
 * models' names. Rejects with a `ModelsError`.
 */
export async function writeTritonRepository(
  folder: string,
  output: string,
  { link: asLinks = false }: TritonOptions = {},
): Promise<readonly string[]> {
  const bundle = await loadBundle(folder);
  if (!bundle.ok) throw new ModelsError(bundle.error.message);
  const { manifest } = bundle.value;
  const put = asLinks ? replaceByLink : copyWhole;
  const names: string[] = [];
  try {
    for (const [key, graph] of graphsOf(manifest)) {
      const name = nameOf(manifest, key);
      const version = join(output, name, '1');
      await mkdir(version, { recursive: true });
      // By its own name, since external data may be called after it.
      const files = [graph.file, ...(graph.external ?? []).map(({ file }) => file)];
      for (const file of files) await put(await realpath(join(folder, file)), join(version, basename(file)));
      await writeFile(join(output, name, 'config.pbtxt'), tritonConfig(name, graph));
      names.push(name);
    }
  } catch (error) {
    if (error instanceof ModelsError) throw error;
    throw new ModelsError(
      `The model repository was not written to ${output} (${reasonOf(error)}). Check its permissions and the room on its disk.`,
    );
  }
  return names;
}

/** What `config.pbtxt` of a graph says. */
export function tritonConfig(name: string, { file, inputs, outputs }: GraphManifest): string {
  return [
    `name: ${quoted(name)}`,
    'backend: "onnxruntime"',
    `default_model_filename: ${quoted(basename(file))}`,
    '# The graphs have their own first dimension, and the client sends one request at a time.',
    'max_batch_size: 0',
    `input [\n${tensors(inputs)}\n]`,
    `output [\n${tensors(outputs)}\n]`,
    '',
  ].join('\n');
}

/** The name by which the client asks for it: the manifest's where it has one. It is a folder's name here. */
function nameOf({ name, served }: BundleManifest, key: string): string {
  const model = served?.models[key] ?? modelNameOf(name, key);
  if (/^\w[\w.-]*$/.test(model)) return model;
  throw new ModelsError(
    `The manifest calls the graph ${key} "${model}" on its server, which cannot be a folder's name. Correct "served" in bundle.json.`,
  );
}

function tensors(named: GraphManifest['inputs']): string {
  return Object.entries(named)
    .map(
      ([name, { type, shape }]) =>
        `  {\n    name: ${quoted(name)}\n    data_type: ${TYPES[type]}\n    ${dims(shape)}\n  }`,
    )
    .join(',\n');
}

/** Triton itself has no tensors without dimensions; its ONNX Runtime backend makes one of the one element that it is sent. */
function dims(shape: TensorManifest['shape']): string {
  if (shape.length === 0) return 'dims: [ 1 ]';
  return `dims: [ ${shape.map((side) => (typeof side === 'number' ? side : -1)).join(', ')} ]`;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&').replace(/[\r\n]/g, ' ')}"`;
}

async function copyWhole(from: string, to: string): Promise<void> {
  // Shares the disk's blocks where the file system can.
  await copyFile(from, to, constants.COPYFILE_FICLONE);
}

async function replaceByLink(from: string, to: string): Promise<void> {
  await rm(to, { force: true });
  await link(from, to);
}
