import { availableParallelism } from 'node:os';
import type { InferenceSession } from 'onnxruntime-node';
import type { Bundle } from '../bundle.ts';
import type { ExecutionDevice } from '../draft.ts';
import { BundleError } from '../errors.ts';
import { type GraphManifest, graphsOf } from '../manifest.ts';
import { expectMemory } from '../memory.ts';
import { openRemoteSession } from '../remote/remoteSession.ts';
import { servedGraphs } from '../remote/serving.ts';
import { expectMetadata } from './expectMetadata.ts';
import { loadLibrary, openLocal, reasonOf } from './library.ts';
import type { Session } from './session.ts';

/** What one graph needs that others do not. */
export interface GraphOptions {
  /** Instead of the bundle's device. */
  readonly device?: ExecutionDevice;
  /** Outputs that stay on the device, to be fed back. Only WebGPU can do that. */
  readonly keepOnDevice?: readonly string[];
  /** Large outputs go back to the system at once, rather than staying in the library's own store. */
  readonly withoutArena?: boolean;
  /** For graphs so small that waking other threads costs more than they help. */
  readonly oneThread?: boolean;
  /** Weights stay as they lie in the file, rather than being laid out anew for products with many rows. */
  readonly unpacked?: boolean;
}

/** The sessions of one model. */
export interface OpenSessions {
  get(key: string): Session | undefined;
  release(): Promise<void>;
}

/**
 * Opens graphs of a bundle on one device, or on the server that the user named, and checks each against the manifest. What
 * was opened is released again where a later one fails. Throws a `MemoryError` before anything is loaded where there is too
 * little, a `BundleError` where a graph and the manifest disagree, a `ServerError` where a server does not run it, and what the
 * library throws for the rest.
 */
export async function openSessions(
  bundle: Bundle,
  device: ExecutionDevice,
  wanted: Readonly<Record<string, GraphOptions>>,
): Promise<OpenSessions> {
  const graphs = graphsOf(bundle.manifest);
  const served = servedGraphs(bundle.manifest, bundle.server);
  const local = Object.keys(wanted).filter((key) => graphs.has(key) && !served.has(key));
  expectMemory(bundle.manifest, device, { graphs: local });
  const open = new Map<string, Session>();
  const release = async () => {
    for (const session of open.values()) await session.release();
    open.clear();
  };
  try {
    for (const [key, options] of Object.entries(wanted)) {
      const graph = graphs.get(key);
      if (graph === undefined) continue;
      const place = served.get(key);
      const session =
        place === undefined
          ? explaining(await openGraph(bundle, key, options.device ?? device, options), graph.file)
          : await openRemoteSession(place.server, place.model, graph);
      open.set(key, session);
      expectMetadata(session, graph);
    }
  } catch (error) {
    await release();
    throw error;
  }
  return { get: (key) => open.get(key), release };
}

async function openGraph(
  bundle: Bundle,
  key: string,
  device: ExecutionDevice,
  { keepOnDevice = [], withoutArena = false, oneThread = false, unpacked = false }: GraphOptions,
): Promise<Session> {
  const onnx = await loadLibrary();
  const options: InferenceSession.SessionOptions = {
    // One at a time: of a list the library would take the next silently, operator by operator.
    executionProviders: [device],
    intraOpNumThreads: oneThread ? 1 : threadsFor(bundle, key),
    logSeverityLevel: 3,
    ...(withoutArena && { enableCpuMemArena: false }),
    ...(unpacked && { extra: { session: { disable_prepacking: '1' } } }),
    ...(device === 'webgpu' &&
      keepOnDevice.length > 0 && {
        preferredOutputLocation: Object.fromEntries(keepOnDevice.map((name) => [name, 'gpu-buffer' as const])),
      }),
  };
  return openLocal(onnx, bundle.graphs[key]!, options);
}

/** What fails in the library while a graph runs is the bundle's fault or the device's, never a reason to end the process. */
function explaining(session: Session, file: string): Session {
  return {
    ...session,
    run: async (feeds, wanted) => {
      try {
        return await session.run(feeds, wanted);
      } catch (error) {
        throw new BundleError(
          `${file} failed while it ran (${reasonOf(error)}). Try the device "cpu" or a smaller photograph; if that does not help, get the bundle again.`,
          file,
        );
      }
    },
  };
}

/** From this size on a graph keeps more than a few cores busy. */
const LARGE_GRAPH = 256 * 2 ** 20;
const FEW = 4;

/** A few, so that the machine stays usable; half of the cores for large graphs, which else would take minutes. */
function threadsFor(bundle: Bundle, key: string): number {
  const cores = availableParallelism();
  const graph = graphsOf(bundle.manifest).get(key);
  const isLarge = graph !== undefined && sizeOf(graph) >= LARGE_GRAPH;
  return Math.min(cores, isLarge ? Math.max(FEW, Math.ceil(cores / 2)) : FEW);
}

/** Bytes of a graph with its weights, wherever they lie. */
export function sizeOf({ bytes, external = [] }: GraphManifest): number {
  return external.reduce((sum, file) => sum + file.bytes, bytes);
}
