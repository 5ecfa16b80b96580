import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import * as z from 'zod';
import { loadBundle, readManifest } from '../bundle.ts';
import { BundleError } from '../errors.ts';
import type { BundleManifest } from '../manifest.ts';
import { checkGraphs } from './checkGraphs.ts';
import { ModelsCancelledError, ModelsError, reasonOf } from './errors.ts';
import { filesOf } from './files.ts';

/**
 * The models that this user has: those that ship, those added from a folder, those downloaded. `entries/NAME.json` says where an
 * added or downloaded bundle lies; copies and downloads lie in `bundles/NAME`. One small file an entry, written whole, so that
 * two windows and the command may work on the same folder.
 */

/** `shipped` with this program; `linked` stays where the user has it; `copied` and `downloaded` lie in the models' folder. */
export type ModelOrigin = 'shipped' | 'linked' | 'copied' | 'downloaded';

export interface KnownModel {
  readonly name: string;
  readonly origin: ModelOrigin;
  readonly folder: string;
  /** Where it came from: a folder, or a hub's repositories. */
  readonly from?: string;
  /** Absent where the bundle cannot be read any more. */
  readonly manifest?: BundleManifest;
  /** What is wrong with it, and what to do. */
  readonly problem?: string;
}

export interface StoreOptions {
  /** Of added and downloaded models; need not exist yet. */
  readonly folder: string;
  /** Of the models that ship. */
  readonly shipped: string;
}

export interface AddOptions {
  /** Copies the bundle; otherwise it stays where it is and must stay there. */
  readonly copy: boolean;
  readonly signal?: AbortSignal;
  /** Share of the copy that is done, 0 to 1. */
  readonly onProgress?: (done: number) => void;
}

const entrySchema = z.strictObject({
  format: z.literal(1),
  origin: z.enum(['linked', 'copied', 'downloaded']),
  /** Absolute. */
  folder: z.string().min(1).refine(isAbsolute),
  from: z.string().optional(),
  added: z.string(),
});

type Entry = z.infer<typeof entrySchema>;

const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;

export class ModelStore {
  readonly folder: string;
  readonly #shipped: string;

  constructor({ folder, shipped }: StoreOptions) {
    this.folder = resolve(folder);
    this.#shipped = shipped;
  }

  /** Every model there is, those that ship first, then by name. Never rejects: what cannot be read says why. */
  async list(): Promise<readonly KnownModel[]> {
    const shipped = (await namesIn(this.#shipped)).filter((name) => NAME.test(name));
    const entries = (await namesIn(join(this.folder, 'entries'))).flatMap((file) => {
      const name = file.endsWith('.json') ? file.slice(0, -'.json'.length) : '';
      return NAME.test(name) && !shipped.includes(name) ? [name] : [];
    });
    return Promise.all([
      ...shipped.map((name) => describeAt({ name, origin: 'shipped', folder: join(this.#shipped, name) })),
      ...entries.map((name) => this.#read(name)),
    ]);
  }

  /** The model of a name, or `undefined`. */
  async find(name: string): Promise<KnownModel | undefined> {
    if (!NAME.test(name)) return undefined;
    const folder = join(this.#shipped, name);
    if (await isThere(join(folder, 'bundle.json'))) return describeAt({ name, origin: 'shipped', folder });
    return (await isThere(this.#entryPath(name))) ? this.#read(name) : undefined;
  }

  /** The folder of a model that is named by its name or by its folder; a name wins. What is neither is taken for a folder. */
  async findBundle(nameOrFolder: string): Promise<string> {
    return (await this.find(nameOrFolder))?.folder ?? resolve(nameOrFolder);
  }

  /** Checks a bundle whole and takes it up. Rejects with a `ModelsError` that says what is wrong with which file. */
  async add(folder: string, options: AddOptions): Promise<KnownModel> {
    const manifest = await checked(folder, options.signal);
    const { name } = manifest;
    await this.expectFree(name);
    const from = await realpath(folder);
    const origin = options.copy ? 'copied' : 'linked';
    const place = options.copy ? await this.#copy(from, manifest, options) : from;
    await this.#write(name, { format: 1, origin, folder: place, from, added: new Date().toISOString() });
    return describeAt({ name, origin, folder: place, from });
  }

  /** Takes up a bundle that was fetched into `folder`, below this store, by moving it to its place. */
  async adopt(folder: string, from: string, signal?: AbortSignal): Promise<KnownModel> {
    const { name } = await checked(folder, signal);
    await this.expectFree(name);
    const place = await this.#settle(folder, name);
    await this.#write(name, { format: 1, origin: 'downloaded', folder: place, from, added: new Date().toISOString() });
    return describeAt({ name, origin: 'downloaded', folder: place, from });
  }

  /**
   * Forgets a model, and what an unfinished download of it left; its files are deleted where they are this store's own.
   * Rejects with a `ModelsError`.
   */
  async remove(name: string): Promise<KnownModel | undefined> {
    const model = await this.find(name);
    const unfinished = this.downloadPath(name);
    const isUnfinished = NAME.test(name) && (await isThere(unfinished));
    if (isUnfinished) await rm(unfinished, { recursive: true, force: true });
    if (model === undefined) {
      if (isUnfinished) return undefined;
      throw new ModelsError(`There is no model "${name}" to remove. \`uscdf models list\` shows those there are.`);
    }
    if (model.origin === 'shipped') {
      throw new ModelsError(
        `${name} ships with this program and goes only with it. Choose another model instead of it.`,
      );
    }
    try {
      await rm(this.#entryPath(name), { force: true });
      // Never what an entry says: it is a file that anybody may have changed.
      if (model.origin !== 'linked') await rm(this.#bundlePath(name), { recursive: true, force: true });
    } catch (error) {
      throw new ModelsError(
        `${name} was not removed (${reasonOf(error)}). End what still uses it, check the permissions of ${this.folder}, and try again.`,
      );
    }
    return model;
  }

  /** Rejects where a name is taken. */
  async expectFree(name: string): Promise<void> {
    const known = await this.find(name);
    if (known === undefined) return;
    throw new ModelsError(
      known.origin === 'shipped'
        ? `"${name}" is the name of a model that ships, so that drafts could not tell them apart. Give the bundle another "name" in its bundle.json.`
        : `There is a model "${name}" already, at ${known.folder}. Remove it first, or give one of them another "name" in its bundle.json.`,
    );
  }

  /** Where a download grows. */
  downloadPath(name: string): string {
    return join(this.folder, 'downloads', name);
  }

  #entryPath(name: string): string {
    return join(this.folder, 'entries', `${name}.json`);
  }

  #bundlePath(name: string): string {
    return join(this.folder, 'bundles', name);
  }

  async #read(name: string): Promise<KnownModel> {
    const path = this.#entryPath(name);
    const unreadable = {
      name,
      origin: 'linked',
      folder: path,
      problem: `${path} cannot be read, so that nobody knows where the model lies. Remove the model and add it again.`,
    } as const;
    try {
      const entry = entrySchema.safeParse(JSON.parse(await readFile(path, 'utf8')));
      if (!entry.success) return unreadable;
      const { origin, folder, from } = entry.data;
      return describeAt({ name, origin, folder, ...(from !== undefined && { from }) });
    } catch {
      return unreadable;
    }
  }

  async #write(name: string, entry: Entry): Promise<void> {
    const path = this.#entryPath(name);
    const partial = `${path}.${process.pid}.part`;
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(partial, `${JSON.stringify(entry, null, 2)}\n`);
      await rename(partial, path);
    } catch (error) {
      throw new ModelsError(
        `${path} cannot be written (${reasonOf(error)}), so that the model would not be found again. Check the permissions of the folder of models, or choose another one.`,
      );
    }
  }

  async #copy(from: string, manifest: BundleManifest, { signal, onProgress }: AddOptions): Promise<string> {
    const target = join(this.folder, 'copies', `${manifest.name}.${process.pid}`);
    try {
      const files = filesOf(manifest);
      const sizes = await Promise.all(files.map(async (file) => (await stat(join(from, file))).size));
      const total = sizes.reduce((sum, size) => sum + size, 0);
      let done = 0;
      for (const file of files) {
        const path = join(target, file);
        await mkdir(dirname(path), { recursive: true });
        const count = async function* (content: AsyncIterable<Buffer>) {
          for await (const chunk of content) {
            done += chunk.byteLength;
            onProgress?.(Math.min(1, done / total));
            yield chunk;
          }
        };
        await pipeline(createReadStream(join(from, file), { highWaterMark: 2 ** 20 }), count, createWriteStream(path), {
          ...(signal && { signal }),
        });
      }
      // What is used is the copy, so that is what must be right.
      await checked(target, signal);
      return await this.#settle(target, manifest.name);
    } catch (error) {
      await rm(target, { recursive: true, force: true }).catch(() => undefined);
      if (signal?.aborted === true)
        throw new ModelsCancelledError('The model was not added: copying it was cancelled.');
      if (error instanceof ModelsError) throw error;
      throw new ModelsError(
        `The model was not copied (${reasonOf(error)}). Make room at ${this.folder}, or add the model without copying it.`,
      );
    }
  }

  /** Moves a whole bundle to its place in the store. */
  async #settle(folder: string, name: string): Promise<string> {
    const place = this.#bundlePath(name);
    try {
      await mkdir(dirname(place), { recursive: true });
      // No entry names it: a leftover.
      await rm(place, { recursive: true, force: true });
      await rename(folder, place);
      return place;
    } catch (error) {
      throw new ModelsError(
        `The model cannot be put to ${place} (${reasonOf(error)}). Check the permissions of the folder of models, and try again.`,
      );
    }
  }
}

/** The manifest of a bundle whose every file and every graph's tensors are as the manifest says. */
async function checked(folder: string, signal?: AbortSignal): Promise<BundleManifest> {
  const onProgress = () => {
    if (signal?.aborted === true) throw new ModelsCancelledError('The model was not added: checking it was cancelled.');
  };
  const bundle = await loadBundle(folder, { onProgress });
  if (!bundle.ok) throw new ModelsError(bundle.error.message);
  const { manifest } = bundle.value;
  await checkGraphs(folder, manifest).catch((error: unknown) => {
    throw error instanceof BundleError ? new ModelsError(error.message) : error;
  });
  return manifest;
}

async function describeAt(model: KnownModel): Promise<KnownModel> {
  const manifest = await readManifest(model.folder);
  if (!manifest.ok) return { ...model, problem: manifest.error.message };
  if (manifest.value.name === model.name) return { ...model, manifest: manifest.value };
  return {
    ...model,
    problem: `The bundle at ${model.folder} is called "${manifest.value.name}" now, and "${model.name}" was added. Remove the model and add it again.`,
  };
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).then(
    (names) => names.sort(),
    () => [],
  );
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
