import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bundle, isFor, loadBundle } from './bundle.ts';
import { loadDetector } from './detector/model.ts';
import type { DraftRequest, ExecutionDevice } from './draft.ts';
import { TaskError } from './errors.ts';
import { loadFlorence } from './florence/model.ts';
import { loadGenerator } from './generate/model.ts';
import { licenceNote } from './licence.ts';
import type { Model } from './model.ts';
import { deviceBeside, onServer } from './remote/serving.ts';
import { loadSegmenter } from './segmenter/model.ts';

/** What a model is wanted for: a draft, or masks for points and boxes. */
export type Purpose = 'draft' | 'segment';

/** Which bundle, and where it runs. */
export type WantedModel = Pick<DraftRequest, 'bundle' | 'device' | 'server'>;

/** Keeps the last model of each purpose loaded, so that the next request with it starts at once. */
export class ModelShelf {
  readonly #loaded = new Map<Purpose, { readonly key: string; readonly model: Model }>();
  readonly #log: (line: string) => void;

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  /** The model of a bundle's folder on a device; loaded again only when the folder, the device or the manifest changed. */
  async take(
    { bundle: folder, device = 'auto', server }: WantedModel,
    purpose: Purpose,
    onProgress: (share: number) => Promise<void>,
  ): Promise<Model> {
    const key = JSON.stringify([folder, device, server, await fingerprint(folder)]);
    for (const slot of this.#loaded.values()) {
      if (slot.key === key) {
        this.#loaded.set(purpose, slot);
        return slot.model;
      }
    }
    const bundle = await loadBundle(folder, { server, onProgress });
    if (!bundle.ok) throw bundle.error;
    // First, or two large models would have to fit side by side.
    await this.#putAway(purpose);
    const loaded = onServer(await loadModel(bundle.value, deviceBeside(bundle.value, device)), bundle.value);
    const limits = licenceNote(bundle.value.manifest);
    const model: Model = limits === undefined ? loaded : { ...loaded, licenceNote: limits };
    this.#log(`${model.name} ${model.version}: ${model.deviceReasons.join(' ')}`);
    this.#loaded.set(purpose, { key, model });
    return model;
  }

  async #putAway(purpose: Purpose): Promise<void> {
    const slot = this.#loaded.get(purpose);
    this.#loaded.delete(purpose);
    if (slot === undefined || [...this.#loaded.values()].includes(slot)) return;
    await slot.model.release();
  }
}

/** Loads a bundle with its driver. Throws a `DraftError` where it cannot be, in words for the user. */
export function loadModel(bundle: Bundle, device: 'auto' | ExecutionDevice): Promise<Model> {
  if (isFor(bundle, 'detector')) return loadDetector(bundle, device);
  if (isFor(bundle, 'generator')) return loadGenerator(bundle, device);
  if (isFor(bundle, 'florence')) return loadFlorence(bundle, device);
  if (isFor(bundle, 'segmenter')) return loadSegmenter(bundle, device);
  throw new TaskError(
    `${bundle.manifest.name} is a model of another kind (${bundle.manifest.driver}): it neither drafts nor draws masks. Choose another bundle.`,
  );
}

async function fingerprint(folder: string): Promise<readonly number[] | undefined> {
  try {
    const { mtimeMs, size, ino } = await stat(join(folder, 'bundle.json'));
    return [mtimeMs, size, ino];
  } catch {
    // A missing manifest gets its sentence from the loader.
    return undefined;
  }
}
