/** Labelling by a model on this machine: it finds and names objects itself, the whole image first and then each phrase in parts. */
import { basename } from 'node:path';
import type { NewRecord } from '../../core/datasets/format.ts';
import { newRecord } from '../../core/datasets/newRecord.ts';
import { parseAnswer } from '../../core/text/answer.ts';
import {
  type Draft,
  DraftCancelledError,
  DraftError,
  DraftTimeoutError,
  ImageError,
  InferenceWorker,
  NothingKnownError,
  WorkerCrashedError,
} from '../../models/runtime/host.ts';
import type { RecordFile } from '../annotate/recordFile.ts';
import type { LabelItem } from './items.ts';
import type { LabelOutcome } from './run.ts';

export interface LocalOptions {
  readonly bundle: string;
  readonly workerPath: string;
  readonly file: RecordFile;
  readonly signal: AbortSignal;
  readonly isStopping: () => boolean;
  readonly onImage: (name: string) => void;
  readonly onImageEnd: () => void;
  readonly say: (message: string) => void;
}

/** The id of the record of a whole image. */
export function localRootId({ id }: LabelItem): string {
  return `${id}-root`;
}

/** Images whose root stands in the output are not the batch's: the root is written last. */
export async function runLocally(items: readonly LabelItem[], options: LocalOptions): Promise<LabelOutcome> {
  const outcome = { labelled: 0, records: 0, withFindings: 0, failed: 0, stopped: false };
  const worker = new InferenceWorker({ workerPath: options.workerPath });
  try {
    for (const item of items) {
      if (options.isStopping() || outcome.stopped) break;
      options.onImage(basename(item.imagePath));
      try {
        outcome.records += await labelLocally(item, worker, options, outcome);
        outcome.labelled++;
      } catch (error) {
        if (!(error instanceof DraftError)) throw error;
        if (error instanceof DraftCancelledError) break;
        options.say(`${item.imagePath}: ${error.message}`);
        outcome.failed++;
        outcome.stopped = !concernsOneImage(error);
      }
      options.onImageEnd();
    }
  } finally {
    worker.dispose();
  }
  return outcome;
}

async function labelLocally(
  item: LabelItem,
  worker: InferenceWorker,
  { bundle, file, signal, say }: LocalOptions,
  outcome: { stopped: boolean },
): Promise<number> {
  const { imagePath: image } = item;
  const rootId = localRootId(item);
  const root = await worker.draft({ bundle, image, task: 'mgsc' }, { signal });
  const phrases = [...new Set(parseAnswer(root.answer).phrases.map(({ text }) => text))];
  const records: NewRecord[] = [];
  for (const [i, phrase] of phrases.entries()) {
    const part = await partOf({ bundle, image, phrase }, worker, signal);
    if (part === undefined) break;
    // One phrase is the object alone: that is no description of its parts.
    if (part.masks.length > 1)
      records.push(recordOf(part, `${item.id}-object${i + 1}`, image, file, { target: phrase, parent: rootId }));
  }
  records.push(recordOf(root, rootId, image, file));
  for (const record of records) {
    if (file.hasId(record.id)) continue;
    const written = file.append(image, record);
    if (written.ok) continue;
    say(written.message);
    outcome.stopped = true;
    break;
  }
  return records.length;
}

/** `undefined` where the model cannot describe parts. */
async function partOf(
  { bundle, image, phrase }: { readonly bundle: string; readonly image: string; readonly phrase: string },
  worker: InferenceWorker,
  signal: AbortSignal,
): Promise<Draft | undefined> {
  try {
    return await worker.draft({ bundle, image, task: 'mgsc', prompt: phrase }, { signal });
  } catch (error) {
    if (error instanceof DraftCancelledError || !(error instanceof DraftError)) throw error;
    return undefined;
  }
}

function recordOf(
  draft: Draft,
  id: string,
  image: string,
  file: RecordFile,
  part?: { readonly target: string; readonly parent: string },
): NewRecord {
  const size = { width: draft.width, height: draft.height };
  return newRecord({
    id,
    image: { image: file.relativeImage(image), path: image, size },
    task: 'mgsc',
    turns: [{ question: draft.question, answer: draft.answer }],
    masks: draft.masks,
    ...part,
    provenance: {
      model: `${draft.model.name}@${draft.model.version}`,
      status: 'draft',
      created: new Date().toISOString(),
      ...(draft.notes.length > 0 && { notes: draft.notes }),
    },
  });
}

function concernsOneImage(error: DraftError): boolean {
  return [ImageError, NothingKnownError, WorkerCrashedError, DraftTimeoutError].some((kind) => error instanceof kind);
}
