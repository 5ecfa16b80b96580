import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { BundleError } from './errors.ts';
import { type BundleManifest, bundleManifest, type GraphManifest } from './manifest.ts';

const MAX_MANIFEST_BYTES = 2 ** 20;
const MANIFEST_FILE = 'bundle.json';

/** A bundle whose manifest is sound and whose graphs are the bytes that the manifest promises. */
export interface Bundle {
  /** Real path of the folder. */
  readonly folder: string;
  readonly manifest: BundleManifest;
  readonly graphs: Readonly<Record<keyof BundleManifest['graphs'], Uint8Array>>;
}

export type BundleReading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: BundleError };

/**
 * Reads a bundle: the manifest, then every graph with its size and SHA-256. Graphs are handed on as the very bytes that
 * were checked, so that nothing can change between the check and the load. Nothing outside the folder is opened.
 */
export async function loadBundle(folder: string): Promise<BundleReading<Bundle>> {
  return asReading(async () => {
    const root = await realFolder(folder);
    const manifest = await readManifestIn(root);
    for (const file of [...manifest.licence.files, manifest.modelCard]) {
      await using(root, file, async () => undefined);
    }
    const detector = await readGraph(root, manifest.graphs.detector);
    const maskHead = await readGraph(root, manifest.graphs.maskHead);
    return { folder: root, manifest, graphs: { detector, maskHead } };
  });
}

/** Reads the manifest alone: enough to list bundles or to show a licence; the graphs are not opened. */
export async function readManifest(folder: string): Promise<BundleReading<BundleManifest>> {
  return asReading(async () => readManifestIn(await realFolder(folder)));
}

async function asReading<T>(read: () => Promise<T>): Promise<BundleReading<T>> {
  try {
    return { ok: true, value: await read() };
  } catch (error) {
    if (error instanceof BundleError) return { ok: false, error };
    throw error;
  }
}

async function realFolder(folder: string): Promise<string> {
  try {
    const root = await realpath(folder);
    if ((await stat(root)).isDirectory()) return root;
  } catch {
    // The same sentence covers a folder that is missing and one that may not be entered.
  }
  throw new BundleError(`There is no model bundle at "${folder}": choose a folder that holds a ${MANIFEST_FILE}.`);
}

async function readManifestIn(root: string): Promise<BundleManifest> {
  const bytes = await using(root, MANIFEST_FILE, async (file, size) => {
    if (size > MAX_MANIFEST_BYTES) {
      throw new BundleError(
        `${MANIFEST_FILE} has ${size} bytes; at most ${MAX_MANIFEST_BYTES} are read. Is it the right file?`,
      );
    }
    return readExactly(file, size);
  });
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new BundleError(`${MANIFEST_FILE} is not JSON (${reason(error)}). Get the bundle again, or mend the file.`);
  }
  const parsed = bundleManifest.safeParse(json);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues
    .slice(0, 5)
    .map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`);
  const more = parsed.error.issues.length > 5 ? ` (and ${parsed.error.issues.length - 5} more)` : '';
  throw new BundleError(
    `${MANIFEST_FILE} is not a bundle manifest that this version can run: ${problems.join('; ')}${more}.`,
  );
}

async function readGraph(root: string, graph: GraphManifest): Promise<Uint8Array> {
  const bytes = await using(root, graph.file, async (file, size) => {
    if (size !== graph.bytes) {
      throw new BundleError(
        `${graph.file} has ${size} bytes where the manifest says ${graph.bytes}: the download is incomplete or the file was changed. Get the bundle again.`,
        graph.file,
      );
    }
    return readExactly(file, size);
  });
  const digest = createHash('sha256').update(bytes).digest('hex');
  if (digest !== graph.sha256) {
    throw new BundleError(
      `${graph.file} is not the file that the manifest describes (its SHA-256 is ${digest}): it was changed or damaged. Get the bundle again.`,
      graph.file,
    );
  }
  if (refersToOtherFiles(bytes)) {
    throw new BundleError(
      `${graph.file} keeps weights in other files, which this driver does not open. Save the graph with its weights inside.`,
      graph.file,
    );
  }
  return bytes;
}

/**
 * Whether an ONNX file names external data. Such a tensor holds a key-value pair whose key is the string `location`,
 * in protobuf a length byte and the eight letters; the value could be any path on the machine.
 */
function refersToOtherFiles(bytes: Uint8Array): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = buffer.indexOf('location'); at > 0; at = buffer.indexOf('location', at + 1)) {
    const before = buffer[at - 1];
    // 0 ends the same length written with more bytes than it needs.
    if (before === 8 || before === 0) return true;
  }
  return false;
}

/** Opens one regular file below `root`; a link may lead to another place inside, never out. */
async function using<T>(root: string, name: string, use: (file: FileHandle, size: number) => Promise<T>): Promise<T> {
  let path: string;
  try {
    path = await realpath(join(root, ...name.split('/')));
  } catch (error) {
    throw new BundleError(`${name} is missing from the bundle (${reason(error)}). Get the bundle again.`, name);
  }
  if (!path.startsWith(root.endsWith(sep) ? root : root + sep)) {
    throw new BundleError(
      `${name} is a link that leads out of the bundle's folder: it is not opened. Put the file itself there.`,
      name,
    );
  }
  let file: FileHandle;
  try {
    // Non-blocking, or a pipe in the folder would hold the process forever.
    file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    throw new BundleError(`${name} cannot be opened (${reason(error)}). Check its permissions.`, name);
  }
  try {
    const { size } = await file.stat().then((found) => {
      if (found.isFile()) return found;
      throw new BundleError(`${name} is not a regular file. Get the bundle again.`, name);
    });
    return await use(file, size);
  } finally {
    await file.close();
  }
}

async function readExactly(file: FileHandle, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let at = 0;
  while (at < size) {
    const { bytesRead } = await file.read(bytes, at, size - at, at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return at === size ? bytes : bytes.subarray(0, at);
}

function reason(error: unknown): string {
  return error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error);
}
