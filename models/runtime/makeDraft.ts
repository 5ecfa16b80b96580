import { area, boundingBox, encodeCounts } from '../../core/masks/runLengthMask.ts';
import { readAssignment } from './assignment.ts';
import type {
  Draft,
  DraftProgress,
  DraftRequest,
  DraftStage,
  EncodedImage,
  EncodeRequest,
  PromptedMask,
  SegmentRequest,
} from './draft.ts';
import { share } from './draftMask.ts';
import { DraftCancelledError, PromptError, TaskError } from './errors.ts';
import type { ImageDesk } from './images/imageDesk.ts';
import type { ModelShelf } from './loadModel.ts';
import type { Checkpoint, Model, SourceImage } from './model.ts';

/** What requests are answered with. */
export interface Workplace {
  readonly shelf: ModelShelf;
  readonly images: ImageDesk;
}

/** Awaited between pieces of work: it reports, lets messages in and throws where the work was cancelled. */
export type Report = (progress: DraftProgress) => Promise<void>;

/** Where each stage begins and ends on the way from 0 to 1, by the time it takes on a processor with the model already loaded. */
const SPANS: Readonly<Record<DraftStage, readonly [number, number]>> = {
  load: [0, 0.1],
  decode: [0.1, 0.2],
  encode: [0.2, 0.4],
  detect: [0.3, 0.6],
  generate: [0.4, 0.8],
  masks: [0.6, 0.97],
  compose: [0.97, 1],
};

/**
 * Makes one draft, from the file to the text. Throws a `DraftError` for everything a user can cause.
 */
export async function makeDraft(request: DraftRequest, place: Workplace, report: Report): Promise<Draft> {
  const started = performance.now();
  const checkpoint = checkpointOf(report, started);
  const assignment = readAssignment(request.task, request.prompt);

  await checkpoint('load');
  const loading = performance.now();
  const model = await place.shelf.take(request, 'draft', (part) => checkpoint('load', part));
  const loaded = performance.now();
  if (model.draft === undefined) {
    throw new TaskError(`${model.name} draws masks for points and boxes; it writes no drafts. Choose another bundle.`);
  }

  await checkpoint('decode');
  const image = await timed(() => place.images.open(request.image));

  const { encodeMs, generateMs, masksMs, ...said } = await model.draft(assignment, image.source, {
    ...(request.scoreThreshold === undefined ? {} : { scoreThreshold: request.scoreThreshold }),
    checkpoint,
  });
  return {
    task: request.task,
    ...said,
    notes: model.licenceNote === undefined ? said.notes : [...said.notes, model.licenceNote],
    ...(assignment.task === 'mgsc' && assignment.phrase !== undefined ? { target: assignment.phrase } : {}),
    model: { name: model.name, version: model.version },
    device: model.device,
    deviceReasons: model.deviceReasons,
    timings: {
      loadMs: loaded - loading,
      decodeMs: image.ms(),
      encodeMs,
      generateMs,
      masksMs,
      totalMs: performance.now() - started,
    },
  };
}

/** Draws the mask of what points and a box show. Throws a `DraftError` for everything a user can cause. */
export async function drawMask(request: SegmentRequest, place: Workplace, report: Report): Promise<PromptedMask> {
  const started = performance.now();
  const checkpoint = checkpointOf(report, started);
  const { points = [], box } = request;
  if (points.length === 0 && box === undefined) {
    throw new PromptError('A mask needs at least one point or a box. Click on the thing, or draw a box around it.');
  }
  const model = await segmenterOf(request, place, checkpoint);
  await checkpoint('decode');
  const image = await place.images.open(request.image);
  const { mask, score } = await model.segment({ points, ...(box === undefined ? {} : { box }) }, image, checkpoint);
  return {
    size: [mask.height, mask.width],
    counts: encodeCounts(mask.counts),
    score: share(score),
    bbox: boundingBox(mask),
    area: area(mask),
    device: model.device,
    totalMs: performance.now() - started,
  };
}

/**
 * Loads the model and encodes a photograph, so that the first prompt costs no more than those after it. The photograph is read in
 * the thread for photographs, so that `signal` can stop the waiting for it. Throws a `DraftError` for everything a user can cause.
 */
export async function encodeAhead(
  request: EncodeRequest,
  place: Workplace,
  report: Report,
  signal: AbortSignal,
): Promise<EncodedImage> {
  const started = performance.now();
  const checkpoint = checkpointOf(report, started);
  const model = await segmenterOf(request, place, checkpoint);
  await checkpoint('decode');
  await place.images.prepare(request.image);
  const image = await unlessAborted(place.images.open(request.image), signal);
  await model.encode(image, checkpoint);
  return { totalMs: performance.now() - started };
}

async function segmenterOf(
  request: EncodeRequest,
  place: Workplace,
  checkpoint: Checkpoint,
): Promise<Model & Required<Pick<Model, 'encode' | 'segment'>>> {
  await checkpoint('load');
  const model = await place.shelf.take(request, 'segment', (part) => checkpoint('load', part));
  const { encode, segment } = model;
  if (encode === undefined || segment === undefined) {
    throw new TaskError(`${model.name} draws no masks for points and boxes. Choose a bundle that does.`);
  }
  return { ...model, encode, segment };
}

/** What comes of `work`, unless `signal` comes first; then nobody waits for it any more. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new DraftCancelledError());
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** A photograph, and how long its reading and decoding took so far; a model that has it encoded already decodes nothing. */
async function timed(
  open: () => Promise<SourceImage>,
): Promise<{ readonly source: SourceImage; readonly ms: () => number }> {
  let ms = 0;
  const measure = async <T>(work: () => Promise<T>): Promise<T> => {
    const started = performance.now();
    const done = await work();
    ms += performance.now() - started;
    return done;
  };
  const source = await measure(open);
  return { source: { ...source, raster: () => measure(source.raster) }, ms: () => ms };
}

function checkpointOf(report: Report, started: number): Checkpoint {
  let furthest = 0;
  return (stage, share = 0, text) => {
    const [from, to] = SPANS[stage];
    // Masks may be drawn between two answers; progress does not go back.
    furthest = Math.max(furthest, Math.min(1, from + share * (to - from)));
    return report({
      stage,
      done: furthest,
      ...(text === undefined ? {} : { text }),
      elapsedMs: performance.now() - started,
    });
  };
}
