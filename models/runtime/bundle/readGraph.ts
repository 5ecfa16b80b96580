import { join, posix } from 'node:path';
import { BundleError } from '../errors.ts';
import type { GraphManifest } from '../manifest.ts';
import { type CheckProgress, check, readChecked, using } from './bundleFolder.ts';
import { externalLocations } from './externalData.ts';
import { bytesInMemory, bytesOfFile } from './protobuf.ts';

/**
 * What a session is opened from: the very bytes that were checked, or, for graphs with external data and large ones, the real
 * path of the file that was checked.
 */
export type GraphSource = Uint8Array | string;

/** Larger graphs stay on the disk: in memory they would lie there twice, here and in the library. */
const MAX_BYTES_IN_MEMORY = 128 * 2 ** 20;

/** Checks a graph and the files of its weights. Throws a `BundleError` where one of them is not what the manifest says. */
export async function readGraph(root: string, graph: GraphManifest, progress: CheckProgress): Promise<GraphSource> {
  const { external = [] } = graph;
  const isKept = external.length === 0 && graph.bytes <= MAX_BYTES_IN_MEMORY;
  const source = await using(root, graph.file, async (file) => {
    if (isKept) {
      const bytes = await readChecked(file, graph);
      expectLocations(graph, externalLocations(bytesInMemory(bytes), graph.file));
      await progress(graph.bytes);
      return bytes;
    }
    await check(file, graph, progress);
    expectLocations(graph, externalLocations(bytesOfFile(file.handle.fd, file.size), graph.file));
    return file.path;
  });
  let done = graph.bytes;
  for (const data of external) {
    await using(root, data.file, async (file) => {
      // The library looks beside the graph's own file, so that a link would send it to another place than the one checked.
      expectInPlace(root, data.file, file.path);
      await check(file, data, (bytes) => progress(done + bytes));
    });
    done += data.bytes;
  }
  if (external.length > 0 && typeof source === 'string') expectInPlace(root, graph.file, source);
  return source;
}

/** Bytes of a graph and of its weights, as `readGraph` reports them. */
export function bytesOf({ bytes, external = [] }: Pick<GraphManifest, 'bytes' | 'external'>): number {
  return external.reduce((sum, data) => sum + data.bytes, bytes);
}

/** The graph must name the manifest's files and no others: what it names, the library opens. */
function expectLocations(graph: GraphManifest, locations: ReadonlySet<string>): void {
  const folder = posix.dirname(graph.file);
  const promised = new Map((graph.external ?? []).map(({ file }) => [posix.basename(file), file]));
  for (const [name, file] of promised) {
    if (posix.dirname(file) !== folder) {
      throw new BundleError(
        `${graph.file} keeps weights in ${file}, which is in another folder. Put the weights beside the graph.`,
        graph.file,
      );
    }
    if (!locations.has(name)) {
      throw new BundleError(
        `The manifest gives ${graph.file} the weights ${file}, which the graph does not use. Correct the list "external".`,
        graph.file,
      );
    }
  }
  const stranger = [...locations].find((location) => !promised.has(location));
  if (stranger === undefined) return;
  throw new BundleError(
    `${graph.file} keeps weights in other files: it names "${stranger.slice(0, 200)}", which is not in its list "external" and is not opened. Do not use this bundle, or, where it is yours, list the file and keep it beside the graph.`,
    graph.file,
  );
}

function expectInPlace(root: string, name: string, path: string): void {
  if (path === join(root, ...name.split('/'))) return;
  throw new BundleError(
    `${name} is a link. A graph that keeps weights in other files, and those files, must be in the folder themselves: put them there.`,
    name,
  );
}
