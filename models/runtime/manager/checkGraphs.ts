import { realpath } from 'node:fs/promises';
import { BundleError } from '../errors.ts';
import { type BundleManifest, type GraphManifest, graphsOf, type TensorManifest } from '../manifest.ts';
import { type FileTensor, tensorsOfFile } from './graphManifest.ts';

/**
 * Holds the graphs of a bundle that are here against its manifest, by what the ONNX files say of themselves: a bundle that
 * could never be loaded is not taken up, and no model need be loaded to know. Throws a `BundleError`.
 */
export async function checkGraphs(folder: string, manifest: BundleManifest): Promise<void> {
  const root = await realpath(folder);
  for (const [key, graph] of graphsOf(manifest)) {
    if (manifest.served !== undefined && Object.hasOwn(manifest.served.models, key)) continue;
    const { inputs, outputs } = await tensorsOfFile(root, graph.file);
    compare(graph, 'input', inputs, graph.inputs);
    compare(graph, 'output', outputs, graph.outputs);
    const stranger = Object.keys(inputs).find((name) => !Object.hasOwn(graph.inputs, name));
    if (stranger !== undefined) throw wrong(graph, `it takes an input "${stranger}", which the manifest does not name`);
  }
}

function compare(
  graph: GraphManifest,
  kind: 'input' | 'output',
  found: Readonly<Record<string, FileTensor>>,
  promised: GraphManifest['inputs'],
): void {
  for (const [name, wanted] of Object.entries(promised)) {
    const tensor = Object.hasOwn(found, name) ? found[name] : undefined;
    if (tensor === undefined) throw wrong(graph, `it has no ${kind} "${name}", which the manifest names`);
    if (tensor.type === wanted.type && fits(tensor.shape, wanted.shape)) continue;
    const { type, shape } = tensor;
    const is = `${type}${shape === undefined ? '' : ` [${shape.join(', ')}]`}`;
    throw wrong(
      graph,
      `its ${kind} "${name}" is ${is}, where the manifest says ${wanted.type} [${wanted.shape.join(', ')}]`,
    );
  }
}

/** What either leaves open fits anything: the library works some sizes out that the file does not say. */
function fits(found: FileTensor['shape'], wanted: TensorManifest['shape']): boolean {
  if (found === undefined) return true;
  return (
    found.length === wanted.length &&
    found.every((side, i) => typeof side === 'string' || typeof wanted[i] === 'string' || side === wanted[i])
  );
}

function wrong({ file }: GraphManifest, what: string): BundleError {
  return new BundleError(
    `${file}: ${what}. The manifest and the graph do not belong together; correct the manifest.`,
    file,
  );
}
