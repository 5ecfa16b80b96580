import { mkdir, stat, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CatalogueEntry } from './catalogue.ts';
import { download, type FileToFetch, isFetched } from './download.ts';
import { ModelsCancelledError, ModelsError, reasonOf } from './errors.ts';
import { askHub, type HubOptions } from './hub.ts';
import type { KnownModel, ModelStore } from './store.ts';

/** From an entry of the catalogue to a bundle that can be used: first a plan to show, then, with the user's consent, the download. */

export interface PlannedFile extends FileToFetch {
  /** In the bundle. */
  readonly as: string;
}

export interface PlannedSource {
  readonly repository: string;
  readonly commit: string;
  /** What the catalogue expects. */
  readonly licence: string;
  /** What the hub says now. */
  readonly statedLicence: string | undefined;
  readonly files: readonly PlannedFile[];
}

/** All that the user is told before anything is fetched, and all that is fetched. */
export interface DownloadPlan {
  readonly entry: CatalogueEntry;
  readonly hub: string;
  readonly sources: readonly PlannedSource[];
  readonly bytes: number;
}

export interface FetchOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FetchProgress) => void;
  readonly retryMs?: number;
  readonly idleMs?: number;
}

export interface FetchProgress {
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** The file under way. */
  readonly file: string;
}

/** Writes the manifest of fetched files that have none: `bundle.json` and what it needs beside it. */
export type ManifestWriter = (folder: string, plan: DownloadPlan) => Promise<void>;

/** Asks the hub what the entry's files are now. Fetches none of them. Rejects with a `ModelsError`. */
export async function planDownload(entry: CatalogueEntry, options: HubOptions): Promise<DownloadPlan> {
  const sources = await Promise.all(
    entry.sources.map(async ({ repository, revision, licence, files }): Promise<PlannedSource> => {
      const found = await askHub(repository, revision, options);
      const planned = files.map(({ path, as }) => {
        const file = found.files.get(path);
        if (file !== undefined) return { ...file, as };
        throw new ModelsError(
          `${repository} has no file ${path} any more, so that ${entry.title} cannot be put together from it. Update this program, or add the model from a folder.`,
        );
      });
      return { repository, commit: found.commit, licence, statedLicence: found.licence, files: planned };
    }),
  );
  const bytes = sources.flatMap(({ files }) => files).reduce((sum, file) => sum + file.bytes, 0);
  return { entry, hub: options.hub, sources, bytes };
}

/**
 * Fetches what a plan says, and no other bytes, and takes the bundle up. What was fetched stays until all is here, so that the
 * next try goes on. Rejects with a `ModelsError`.
 */
export async function fetchBundle(
  plan: DownloadPlan,
  store: ModelStore,
  writeManifest: ManifestWriter,
  options: FetchOptions = {},
): Promise<KnownModel> {
  const { name } = plan.entry;
  const { signal, onProgress } = options;
  await store.expectFree(name);
  const folder = store.downloadPath(name);
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new ModelsError(
      `The folder of models ${store.folder} cannot be written (${reasonOf(error)}). Check its permissions, or choose another one.`,
    );
  }
  const files = plan.sources.flatMap((source) => source.files);
  await expectRoom(plan, files, folder);
  let done = 0;
  for (const file of files) {
    const target = join(folder, ...file.as.split('/'));
    const report = (bytes: number) => onProgress?.({ doneBytes: done + bytes, totalBytes: plan.bytes, file: file.as });
    report(0);
    const here = await isFetched(file, target, signal).catch(() => false);
    if (signal?.aborted === true) {
      throw new ModelsCancelledError(
        'The download was cancelled. What was fetched is kept, and the next try goes on there.',
      );
    }
    if (!here) await download(file, target, { ...options, onBytes: report });
    done += file.bytes;
  }
  await writeFile(join(folder, 'LICENCES.md'), licences(plan));
  await writeManifest(folder, plan);
  const from = plan.sources.map(({ repository, commit }) => `${repository}@${commit.slice(0, 12)}`).join(', ');
  return store.adopt(folder, `${plan.hub}: ${from}`, signal);
}

async function expectRoom(plan: DownloadPlan, files: readonly PlannedFile[], folder: string): Promise<void> {
  let here = 0;
  for (const { as } of files) {
    const path = join(folder, ...as.split('/'));
    here += Math.max(await sizeOf(path), await sizeOf(`${path}.part`));
  }
  const needed = plan.bytes - here;
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (needed <= free) return;
  throw new ModelsError(
    `${plan.entry.title} needs ${megabytes(needed)} more, and ${folder} has ${megabytes(free)} left. Make room, or choose another folder for models.`,
  );
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

/** What the bundle keeps of its files' licences: which repository, which commit, under what. */
function licences({ entry, hub, sources }: DownloadPlan): string {
  const lines = sources.map(
    ({ repository, commit, licence, statedLicence }) =>
      `- ${hub}/${repository}, commit ${commit}: ${statedLicence ?? 'no licence stated'} (expected: ${licence})`,
  );
  return `# Licences of ${entry.title}\n\nAs the repositories stated them on ${new Date().toISOString().slice(0, 10)}, when the files were fetched:\n\n${lines.join('\n')}\n`;
}

/** `12.3 MB`, `4.5 GB`. */
export function megabytes(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.ceil(bytes / 1e3)} kB`;
}
