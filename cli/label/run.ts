/** A batch: each image is labelled and its records are on the disk before the next one begins. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { decodeImage } from '../../core/images/decode.ts';
import type { Raster } from '../../core/images/raster.ts';
import { type Ask, ChatError } from '../../core/labelling/chat.ts';
import { labelImage } from '../../core/labelling/labelImage.ts';
import { labelRecords, recordIds } from '../../core/labelling/labelRecords.ts';
import type { MaskedObject } from '../../core/labelling/objectTree.ts';
import type { Prompts } from '../../core/labelling/prompts.ts';
import { fail, ok, type Result } from '../../core/result.ts';
import type { RecordFile } from '../annotate/recordFile.ts';
import { type LabelItem, objectsOf } from './items.ts';

export interface LabelRunOptions {
  readonly file: RecordFile;
  readonly prompts: Prompts;
  readonly ask: Ask;
  /** `provenance.model`. */
  readonly model: string;
  readonly parallel: number;
  /** No further image is begun once this says so. */
  readonly isStopping: () => boolean;
  /** Whether what is under way was given up. */
  readonly isAborted: () => boolean;
  readonly onImage: (name: string) => void;
  readonly onImageEnd: () => void;
  readonly say: (message: string) => void;
}

export interface LabelOutcome {
  readonly labelled: number;
  readonly records: number;
  /** Records in which findings are left for a person. */
  readonly withFindings: number;
  readonly failed: number;
  /** What would fail for every image ended the batch. */
  readonly stopped: boolean;
}

/** Whether all records of an item stand in the output. */
export function isDone(item: LabelItem, objects: readonly MaskedObject[], file: RecordFile): boolean {
  return recordIds(item.id, objects).every((id) => file.hasId(id));
}

export async function runBatch(items: readonly LabelItem[], options: LabelRunOptions): Promise<LabelOutcome> {
  const outcome = { labelled: 0, records: 0, withFindings: 0, failed: 0, stopped: false };
  for (const item of items) {
    if (options.isStopping()) break;
    options.onImage(basename(item.imagePath));
    try {
      const written = await labelItem(item, options);
      if (written.ok) {
        outcome.labelled++;
        outcome.records += written.value.records;
        outcome.withFindings += written.value.withFindings;
      } else {
        options.say(`${item.id}: ${written.message}`);
        outcome.failed++;
      }
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      if (options.isAborted()) break;
      options.say(error.ofAll ? error.message : `${item.id}: ${error.message}`);
      outcome.failed++;
      outcome.stopped = error.ofAll;
    }
    options.onImageEnd();
    if (outcome.stopped) break;
  }
  return outcome;
}

async function labelItem(
  item: LabelItem,
  { file, prompts, ask, model, parallel }: LabelRunOptions,
): Promise<Result<{ readonly records: number; readonly withFindings: number }>> {
  const photo = await readPhoto(item.imagePath);
  if (!photo.ok) return photo;
  const objects = objectsOf(item);
  const { width, height } = photo.value;
  const other = objects.find(({ mask }) => mask.width !== width || mask.height !== height)?.mask;
  if (other !== undefined)
    return fail(
      `its masks are ${other.width} × ${other.height} pixels and the image is ${width} × ${height}, so they do not show its objects: make them anew from this image.`,
    );
  const labelled = await labelImage(photo.value, objects, { prompts, ask, parallel });
  const image = file.relativeImage(item.imagePath);
  const records = labelRecords(labelled, {
    id: item.id,
    image,
    width,
    height,
    model,
    created: new Date().toISOString(),
  });
  let withFindings = 0;
  for (const record of records) {
    if (file.hasId(record.id)) continue;
    const written = file.append(item.imagePath, record);
    if (!written.ok) throw new ChatError(written.message, true);
    if ('findings' in (record.provenance as object)) withFindings++;
  }
  return ok({ records: records.length, withFindings });
}

async function readPhoto(path: string): Promise<Result<Raster>> {
  try {
    const raster = decodeImage(await readFile(path));
    return raster.ok ? raster : fail(`${path}: ${raster.message}`);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return fail(`the image ${path} cannot be read (${code}): correct its path in the record.`);
  }
}
