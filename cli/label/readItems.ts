/** Finds the items of a batch: records with masks, and images that the local model looks through. */
import { dirname, parse, resolve } from 'node:path';
import { DatasetError } from '../../core/datasets/format.ts';
import { ResourceCache } from '../../core/files/resourceCache.ts';
import { fileKind } from '../../core/records/fileKind.ts';
import { RecordModel } from '../../core/records/recordModel.ts';
import { DraftCancelledError, DraftError, InferenceWorker } from '../../models/runtime/host.ts';
import { DiskFiles } from '../../server/files.ts';
import { cellsOf } from '../convert/records.ts';
import { findInputs } from '../inputs.ts';
import { itemOf, itemOfDraft, type LabelItem } from './items.ts';

export interface FoundItems {
  readonly items: readonly LabelItem[];
  /** A sentence for each input that nothing came of. */
  readonly complaints: readonly string[];
}

export interface ItemOptions {
  /** The bundle's folder that finds the objects of images without records; without it items have no masks. */
  readonly bundle: (() => Promise<string>) | undefined;
  /** A file that is none of the inputs, though a folder may hold it: the output. */
  readonly except: string;
  readonly workerPath: string;
  readonly signal: AbortSignal;
  readonly onImage: (path: string, done: number, total: number) => void;
}

const IMAGE_NAME = /\.(?:jpe?g|png)$/i;
/** So many records share what they refer to; then it is let go. */
const RESOURCES_LIFE = 200;

/** Every input once; ids that occur again get a number. */
export async function readItems(args: readonly string[], options: ItemOptions): Promise<FoundItems> {
  const found = findInputs(args, (name) => IMAGE_NAME.test(name) || fileKind(name) !== undefined);
  const complaints = [...found.complaints];
  const items: LabelItem[] = [];
  const images: string[] = [];
  for (const file of found.files) {
    if (options.signal.aborted) break;
    if (resolve(file) === resolve(options.except)) continue;
    if (fileKind(file) === undefined) images.push(resolve(file));
    else await readRecords(file, options, items, complaints);
  }
  const { bundle } = options;
  if (bundle === undefined) items.push(...images.map(bareItem));
  else if (images.length > 0) await findObjects(images, { ...options, bundle }, items, complaints);
  return { items: withOwnIds(items), complaints };
}

async function readRecords(
  file: string,
  { bundle }: ItemOptions,
  items: LabelItem[],
  complaints: string[],
): Promise<void> {
  const disk = new DiskFiles(dirname(resolve(file)));
  let resources = new ResourceCache(disk);
  let count = 0;
  try {
    for await (const cell of cellsOf(file, () => undefined)) {
      if (++count % RESOURCES_LIFE === 0) resources = new ResourceCache(disk);
      const problem = cell.record.problems[0];
      if (problem !== undefined) {
        complaints.push(`${file}, record ${count}: it does not parse: ${problem.message}`);
        continue;
      }
      await resources.load(cell.record, { images: false });
      const model = new RecordModel(cell.record, resources);
      const item = itemOf(model, resolve(file), { findsObjects: bundle === undefined });
      if (item.ok) items.push(item.value);
      else complaints.push(`${file}, record ${count}: ${item.message}`);
    }
  } catch (error) {
    if (!(error instanceof DatasetError)) throw error;
    complaints.push(error.message);
  }
}

async function findObjects(
  images: readonly string[],
  { bundle, workerPath, signal, onImage }: ItemOptions & { readonly bundle: () => Promise<string> },
  items: LabelItem[],
  complaints: string[],
): Promise<void> {
  const worker = new InferenceWorker({ workerPath });
  try {
    const folder = await bundle();
    for (const [i, image] of images.entries()) {
      onImage(image, i, images.length);
      try {
        const draft = await worker.draft({ bundle: folder, image, task: 'panoptic' }, { signal });
        if (draft.masks.length > 0) items.push(itemOfDraft(image, draft));
        else complaints.push(`${image}: the local model finds nothing in it: draw masks, and give the record.`);
      } catch (error) {
        if (!(error instanceof DraftError)) throw error;
        if (error instanceof DraftCancelledError) return;
        complaints.push(`${image}: ${error.message}`);
      }
    }
  } finally {
    worker.dispose();
  }
}

function bareItem(imagePath: string): LabelItem {
  return { id: parse(imagePath).name, imagePath, masks: [] };
}

function withOwnIds(items: readonly LabelItem[]): readonly LabelItem[] {
  const used = new Set<string>();
  return items.map((item) => {
    let id = item.id;
    for (let n = 2; used.has(id); n++) id = `${item.id}-${n}`;
    used.add(id);
    return { ...item, id };
  });
}
