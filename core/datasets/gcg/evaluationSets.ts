/** Which files of masks and captions belong together. */
import { DatasetError, type DatasetFiles } from '../format.ts';
import type { CaptionTask } from './captionRecord.ts';

export interface EvaluationSet {
  /** Paths of the two files. */
  readonly masks: string;
  readonly captions: string;
  readonly task: CaptionTask;
}

const MASKS = 'mask_gt';
const CAPTIONS = 'caption_gt';

/**
 * The pairs of files that the user named, or that lie in folders that were named: by their names, else by what they hold.
 * Throws a `DatasetError` where one of a pair is missing.
 */
export async function evaluationSets(files: DatasetFiles, paths: readonly string[]): Promise<readonly EvaluationSet[]> {
  const named: string[] = [];
  for (const path of paths)
    named.push(...((await files.kind(path)) === 'folder' ? await inFolder(files, path) : [path]));
  const masks: string[] = [];
  const captions: string[] = [];
  for (const path of named) ((await holdsMasks(files, path)) ? masks : captions).push(path);
  const left = new Set(captions);
  const sets = masks.map((path): EvaluationSet => {
    const own = path.replace(MASKS, CAPTIONS);
    const partner = left.has(own) ? own : masks.length === 1 && captions.length === 1 ? captions[0] : undefined;
    if (partner === undefined)
      throw new DatasetError(`${path} has the masks, and their captions are missing: name ${own} with it.`);
    left.delete(partner);
    return { masks: path, captions: partner, task: /_mgsc_/.test(path) ? 'mgsc' : 'gcg' };
  });
  const [alone] = left;
  if (alone !== undefined)
    throw new DatasetError(
      `${alone} has captions, and their masks are missing: name ${alone.replace(CAPTIONS, MASKS)} with it.`,
    );
  return sets;
}

async function inFolder(files: DatasetFiles, folder: string): Promise<readonly string[]> {
  const names = (await files.list(folder))
    .filter(({ name, kind }) => kind === 'file' && /(?:mask|caption)_gt\.json$/.test(name))
    .map(({ name }) => name);
  if (names.length === 0)
    throw new DatasetError(`${folder}: there is no *_mask_gt.json and no *_caption_gt.json here: name the two files.`);
  const hasAll = names.includes(`all_mgsc_${MASKS}.json`) && names.includes(`all_mgsc_${CAPTIONS}.json`);
  return names.filter((name) => !hasAll || !/^(?:root|subtree)_mgsc_/.test(name)).map((name) => `${folder}/${name}`);
}

/** By its name, else by its first annotation. */
async function holdsMasks(files: DatasetFiles, path: string): Promise<boolean> {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name.includes(MASKS) || name.includes(CAPTIONS)) return name.includes(MASKS);
  for await (const { key, index, bytes } of files.entries(path)) {
    if (key !== 'annotations' || index !== 0) continue;
    const text = new TextDecoder().decode(bytes);
    return text.includes('"segmentation"') && !text.includes('"caption"');
  }
  throw new DatasetError(
    `${path} has no list "annotations": it is neither masks nor captions of an evaluation. Name another file, or another --from.`,
  );
}
