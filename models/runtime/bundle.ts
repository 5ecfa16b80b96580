import { type CheckProgress, realFolder, using } from './bundle/bundleFolder.ts';
import { checkTokens } from './bundle/checkTokens.ts';
import { bytesOf, type GraphSource, readGraph } from './bundle/readGraph.ts';
import { readManifestIn } from './bundle/readManifest.ts';
import { readTokenizerIn } from './bundle/readTokenizer.ts';
import { BundleError } from './errors.ts';
import { type BundleManifest, graphsOf } from './manifest.ts';
import type { TextTokenizer } from './tokenizer.ts';

export type { GraphSource } from './bundle/readGraph.ts';

/** A bundle whose manifest is sound and whose files are the bytes that the manifest promises. */
export interface Bundle<Manifest extends BundleManifest = BundleManifest> {
  /** Real path of the folder. */
  readonly folder: string;
  readonly manifest: Manifest;
  /** By the manifest's keys, those that it has and that no server runs. */
  readonly graphs: Readonly<Record<string, GraphSource>>;
  /** The address of the server that the user named, which runs graphs of this bundle. */
  readonly server: string | undefined;
  /** Of drivers that read or write text; its ids are those that the manifest names. */
  readonly tokenizer: TokenizerOf<Manifest>;
}

type TokenizerOf<Manifest> = Manifest extends { readonly tokenizer: unknown } ? TextTokenizer : undefined;

export type BundleReading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: BundleError };

export interface LoadOptions {
  /** The server that the user named for this bundle's graphs. The files of graphs that it runs need not be here. */
  readonly server?: string | undefined;
  /** Told what share of the files is checked, 0 to 1; may throw to stop, which `loadBundle` then throws on. */
  readonly onProgress?: (share: number) => Promise<void> | void;
}

/** Whether a bundle is one for this driver; narrows its manifest. */
export function isFor<Driver extends BundleManifest['driver']>(
  bundle: Bundle,
  driver: Driver,
): bundle is Bundle<Extract<BundleManifest, { driver: Driver }>> {
  return bundle.manifest.driver === driver;
}

/**
 * Reads a bundle: the manifest, then every graph with its size and SHA-256, then the tokenizer. Graphs are handed on as the
 * very bytes that were checked where they stand alone and are small, so that nothing can change between the check and the
 * load. Nothing outside the folder is opened, nor may a graph name anything outside.
 */
export async function loadBundle(
  folder: string,
  { server, onProgress }: LoadOptions = {},
): Promise<BundleReading<Bundle>> {
  return asReading(async () => {
    const root = await realFolder(folder);
    const manifest = await readManifestIn(root);
    for (const file of [...manifest.licence.files, manifest.modelCard]) await using(root, file, async () => undefined);
    const local = [...graphsOf(manifest)].filter(([key]) => !isServed(manifest, key, server));
    const total = local.reduce((sum, [, graph]) => sum + bytesOf(graph), 0);
    const graphs: Record<string, GraphSource> = {};
    let done = 0;
    for (const [key, graph] of local) {
      const progress: CheckProgress = (bytes) => onProgress?.(Math.min(1, (done + bytes) / total));
      graphs[key] = await readGraph(root, graph, progress);
      done += bytesOf(graph);
    }
    const tokenizer = 'tokenizer' in manifest ? await readTokenizerIn(root, manifest.tokenizer) : undefined;
    if (tokenizer !== undefined) checkTokens(manifest, tokenizer);
    return { folder: root, manifest, graphs, server, tokenizer };
  });
}

/** Reads the manifest alone: enough to list bundles or to show a licence; the graphs are not opened. */
export async function readManifest(folder: string): Promise<BundleReading<BundleManifest>> {
  return asReading(async () => readManifestIn(await realFolder(folder)));
}

/** Whether a graph runs on a server, so that its file need not be here. */
function isServed({ served }: BundleManifest, key: string, server: string | undefined): boolean {
  return served === undefined ? server !== undefined : Object.hasOwn(served.models, key);
}

async function asReading<T>(read: () => Promise<T>): Promise<BundleReading<T>> {
  try {
    return { ok: true, value: await read() };
  } catch (error) {
    if (error instanceof BundleError) return { ok: false, error };
    // What the disk refuses while a file is read; everything that can be foreseen has a sentence of its own.
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    const told = `The bundle cannot be read (${error.message}). See whether its disk is there and sound, then try again.`;
    return { ok: false, error: new BundleError(told) };
  }
}
