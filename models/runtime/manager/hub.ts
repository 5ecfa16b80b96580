import * as z from 'zod';
import type { FileToFetch } from './download.ts';
import { ModelsError, reasonOf } from './errors.ts';
import { get, textOf } from './request.ts';

/** What a hub of the Hugging Face kind says of a repository: the commit that is meant, its licence, its files and their hashes. */

export interface HubOptions {
  /** The hub's address, or a mirror's. */
  readonly hub: string;
  readonly signal?: AbortSignal | undefined;
  readonly idleMs?: number;
}

export interface HubRepository {
  /** `owner/name`. */
  readonly repository: string;
  /** The commit that the files are of, so that nothing changes between asking and fetching. */
  readonly commit: string;
  /** As the repository states it. */
  readonly licence: string | undefined;
  readonly files: ReadonlyMap<string, FileToFetch>;
}

const hash = (length: number) => z.string().regex(new RegExp(`^[0-9a-f]{${length}}$`));

const revision = z.object({
  sha: hash(40),
  cardData: z
    .object({ license: z.union([z.string(), z.array(z.string())]).nullish() })
    .nullish()
    .catch(undefined),
  tags: z.array(z.string()).nullish().catch(undefined),
});

const tree = z.array(
  z.object({
    type: z.string(),
    path: z.string(),
    oid: z.string(),
    size: z.number().int().min(0),
    /** Of large files, which do not lie in git: `oid` is their SHA-256. */
    lfs: z.object({ oid: hash(64), size: z.number().int().min(0) }).nullish(),
  }),
);

/** Asks a hub about a repository's branch, tag or commit. Rejects with a `ModelsError`. */
export async function askHub(repository: string, branch: string, options: HubOptions): Promise<HubRepository> {
  const api = `api/models/${repository}`;
  const { sha, cardData, tags } = await ask(
    `${api}/revision/${encodeURIComponent(branch)}`,
    revision,
    repository,
    options,
  );
  const entries = await ask(`${api}/tree/${sha}?recursive=true`, tree, repository, options);
  const files = new Map<string, FileToFetch>();
  for (const { type, path, oid, size, lfs } of entries) {
    if (type !== 'file') continue;
    const url = at(options.hub, `${repository}/resolve/${sha}/${path.split('/').map(encodeURIComponent).join('/')}`);
    if (lfs) files.set(path, { url, bytes: lfs.size, digest: { kind: 'sha256', value: lfs.oid } });
    else if (/^[0-9a-f]{40}$/.test(oid))
      files.set(path, { url, bytes: size, digest: { kind: 'git-sha1', value: oid } });
  }
  const tagged = tags?.find((tag) => tag.startsWith('license:'))?.slice('license:'.length);
  const licence = cardData?.license ?? tagged;
  return { repository, commit: sha, licence: Array.isArray(licence) ? licence.join(', ') : licence, files };
}

async function ask<T>(path: string, schema: z.ZodType<T>, repository: string, options: HubOptions): Promise<T> {
  const { hub, signal, idleMs = 30_000 } = options;
  const where = `the list of files of ${repository}`;
  try {
    const response = await get(at(hub, path), { signal, idleMs, headers: { accept: 'application/json' } });
    const { statusCode } = response;
    if (statusCode !== 200) {
      response.destroy();
      const advice =
        statusCode === 401 || statusCode === 404
          ? 'the hub does not know it, or shows it to some people only. Look for it in a browser'
          : statusCode === 429
            ? 'the hub has too many questions from here. Wait a minute and try again'
            : 'try again later';
      throw new ModelsError(`The hub did not give ${where} (status ${statusCode}): ${advice}.`);
    }
    const parsed = schema.safeParse(JSON.parse(await textOf(response)));
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    throw new ModelsError(
      `The hub's answer is not ${where} (${issue?.path.join('.')}: ${issue?.message}). Is ${hub} a hub? Its address is in the setting uscdf.models.hub.`,
    );
  } catch (error) {
    if (error instanceof ModelsError) throw error;
    if (signal?.aborted === true) throw new ModelsError('The hub was not asked to the end: it was cancelled.');
    if (error instanceof SyntaxError) {
      throw new ModelsError(
        `The hub's answer is not ${where}: it is no JSON. Is ${hub} a hub? Its address is in the setting uscdf.models.hub.`,
      );
    }
    throw new ModelsError(
      `The hub ${hub} cannot be reached (${reasonOf(error)}), so that nothing is known of ${repository}. Check the connection, or get the bundle on another machine and add its folder.`,
    );
  }
}

function at(hub: string, path: string): string {
  return `${hub.replace(/\/+$/, '')}/${path}`;
}
