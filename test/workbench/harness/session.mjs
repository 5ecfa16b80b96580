import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../..', import.meta.url));

/** The packaged extension under test: `USCDF_TEST_VSIX` in the environment, else what `npm run package` wrote. */
export function packagedExtension() {
  return process.env.USCDF_TEST_VSIX ?? join(repository, `uscdf-${process.platform}-${process.arch}.vsix`);
}

/**
 * Fresh folders for one VS Code: user data and extensions.
 *
 * @returns {{folder: string, dataDir: string, extensionsDir: string, remove: () => Promise<void>}}
 */
export function openProfile() {
  // A short path: those of the sockets under it are limited to about a hundred characters.
  const folder = mkdtempSync(join(tmpdir(), 'uscdf-'));
  const remove = () => removeFolder(folder);
  return { folder, dataDir: join(folder, 'data'), extensionsDir: join(folder, 'extensions'), remove };
}

/**
 * A profile with a workspace that the tests may write into.
 *
 * @returns {ReturnType<typeof openProfile> & {workspace: string, restore: () => void}} `restore` writes the fixtures again
 */
export function openSession() {
  const profile = openProfile();
  const workspace = join(profile.folder, 'workspace');
  const restore = () => cpSync(join(repository, 'test/fixtures/workspace'), workspace, { recursive: true });
  restore();
  return { ...profile, workspace, restore };
}

// The extension host outlives its server by a moment and still writes its logs.
async function removeFolder(folder) {
  for (let left = 20; left > 0; left--) {
    try {
      return rmSync(folder, { recursive: true, force: true });
    } catch {
      await new Promise((done) => setTimeout(done, 250));
    }
  }
  console.log(`Could not remove ${folder}: something still writes there.`);
}
