import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { loadBundle } from './bundle.ts';
import { classesAsked, describe, readAssignment } from './describe.ts';
import { findInstances } from './detector/findInstances.ts';
import { type DetectorModel, loadModel } from './detector/model.ts';
import type { Draft, DraftProgress, DraftRequest, DraftStage } from './draft.ts';
import { readImage } from './imageFile.ts';

/** Where each stage begins on the way from 0 to 1, by the time it takes on a processor with the model already loaded. */
const BEGINS: Readonly<Record<DraftStage, number>> = { load: 0, decode: 0.1, detect: 0.3, masks: 0.6, compose: 0.97 };
const ENDS: Readonly<Record<DraftStage, number>> = { load: 0.1, decode: 0.3, detect: 0.6, masks: 0.97, compose: 1 };

/** Keeps the last model loaded, so that the next draft with it starts at once. */
export class ModelShelf {
  #loaded: { readonly key: string; readonly model: DetectorModel } | undefined;
  readonly #log: (line: string) => void;

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  /** The model of a bundle's folder on a device; loaded again only when the folder, the device or the manifest changed. */
  async take(folder: string, device: NonNullable<DraftRequest['device']>): Promise<DetectorModel> {
    const key = JSON.stringify([folder, device, await fingerprint(folder)]);
    if (this.#loaded?.key === key) return this.#loaded.model;
    const bundle = await loadBundle(folder);
    if (!bundle.ok) throw bundle.error;
    const model = await loadModel(bundle.value, device, this.#log);
    const before = this.#loaded;
    this.#loaded = { key, model };
    await before?.model.release();
    return model;
  }
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

/**
 * Makes one draft, from the file to the text. `checkpoint` is awaited between pieces of work: it reports, lets messages in
 * and throws where the draft was cancelled. Throws a `DraftError` for everything a user can cause.
 */
export async function makeDraft(
  request: DraftRequest,
  shelf: ModelShelf,
  checkpoint: (progress: DraftProgress) => Promise<void>,
): Promise<Draft> {
  const started = performance.now();
  const at = (stage: DraftStage, share = 0) =>
    checkpoint({
      stage,
      done: BEGINS[stage] + share * (ENDS[stage] - BEGINS[stage]),
      elapsedMs: performance.now() - started,
    });
  const assignment = readAssignment(request.task, request.prompt);

  await at('load');
  const loading = performance.now();
  const model = await shelf.take(request.bundle, request.device ?? 'auto');
  const loaded = performance.now();

  await at('decode');
  const decoding = performance.now();
  const image = await readImage(request.image);
  const decoded = performance.now();

  const asked = classesAsked(assignment, model.manifest);
  const { scene, encodeMs, masksMs } = await findInstances(image, model, {
    ...(request.scoreThreshold === undefined ? {} : { scoreThreshold: request.scoreThreshold }),
    ...(asked === undefined ? {} : { asked }),
    checkpoint: at,
  });

  await at('compose');
  const { question, answer, masks, negatives, notes } = describe(assignment, scene, model.manifest);
  return {
    task: request.task,
    question,
    answer,
    width: image.width,
    height: image.height,
    masks,
    negatives,
    model: { name: model.manifest.name, version: model.manifest.version },
    device: model.device,
    notes,
    timings: {
      loadMs: loaded - loading,
      decodeMs: decoded - decoding,
      encodeMs,
      masksMs,
      totalMs: performance.now() - started,
    },
  };
}
