import { BundleError } from '../errors.ts';
import type { GraphManifest } from '../manifest.ts';
import type { Session } from './session.ts';

/** The graph itself must agree with the manifest, or a run would read or fill arrays of other sizes. Throws a `BundleError`. */
export function expectMetadata(session: Session, graph: GraphManifest): void {
  for (const [kind, promised, found] of [
    ['input', graph.inputs, session.inputs],
    ['output', graph.outputs, session.outputs],
  ] as const) {
    for (const { name, type, shape } of found) {
      const wanted = Object.hasOwn(promised, name) ? promised[name] : undefined;
      if (wanted === undefined && kind === 'output') continue;
      const agrees =
        wanted !== undefined &&
        type === wanted.type &&
        shape.length === wanted.shape.length &&
        shape.every((side, i) => typeof wanted.shape[i] === 'string' || side === wanted.shape[i]);
      if (!agrees) {
        throw new BundleError(
          `${graph.file}: its ${kind} "${name}" is ${type} [${shape.join(', ')}], where the manifest says ${
            wanted === undefined ? 'nothing of it' : `${wanted.type} [${wanted.shape.join(', ')}]`
          }. The manifest and the graph do not belong together.`,
          graph.file,
        );
      }
    }
    const names = new Set(found.map(({ name }) => name));
    const missing = Object.keys(promised).find((name) => !names.has(name));
    if (missing !== undefined) {
      throw new BundleError(
        `${graph.file} has no ${kind} "${missing}", which the manifest names. The manifest and the graph do not belong together.`,
        graph.file,
      );
    }
  }
}
