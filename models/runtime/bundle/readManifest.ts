import { BundleError } from '../errors.ts';
import { type BundleManifest, bundleManifest } from '../manifest.ts';
import { readExactly, reason, using } from './bundleFolder.ts';

const MAX_MANIFEST_BYTES = 2 ** 20;
const MANIFEST_FILE = 'bundle.json';
const SHOWN_PROBLEMS = 5;

/** The manifest of the bundle in a real folder. Throws a `BundleError` where there is none or it is not sound. */
export async function readManifestIn(root: string): Promise<BundleManifest> {
  const bytes = await using(root, MANIFEST_FILE, async ({ handle, size }) => {
    if (size > MAX_MANIFEST_BYTES) {
      throw new BundleError(
        `${MANIFEST_FILE} has ${size} bytes; at most ${MAX_MANIFEST_BYTES} are read. Is it the right file?`,
      );
    }
    return readExactly(handle, size);
  });
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new BundleError(`${MANIFEST_FILE} is not JSON (${reason(error)}). Get the bundle again, or mend the file.`);
  }
  return parseManifest(json);
}

/** A manifest from a value of any kind. Throws a `BundleError` that names the first places at fault. */
export function parseManifest(json: unknown): BundleManifest {
  const parsed = bundleManifest.safeParse(json);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const problems = issues
    .slice(0, SHOWN_PROBLEMS)
    .map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`);
  const more = issues.length > SHOWN_PROBLEMS ? ` (and ${issues.length - SHOWN_PROBLEMS} more)` : '';
  throw new BundleError(
    `${MANIFEST_FILE} is not a bundle manifest that this version can run: ${problems.join('; ')}${more}.`,
  );
}
