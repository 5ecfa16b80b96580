/** Records of one folder as they are written in another. */
import { dirname, isAbsolute, resolve } from 'node:path';
import type { ReadRecord } from '../../core/datasets/format.ts';
import { isObject } from '../../core/records/isObject.ts';
import type { Outputs } from './outputs.ts';

/**
 * The record with the paths of its image and its label maps as seen from the output. Masks of a sidecar move into the record;
 * where the sidecar cannot be read, its path stays.
 *
 * @param file The record's file.
 */
export function relocated(record: ReadRecord, file: string, outputs: Outputs): Readonly<Record<string, unknown>> {
  const { value, imagePath } = record;
  const folder = resolve(dirname(file));
  const moved = (path: string) =>
    folder === outputs.folder || isAbsolute(path) ? path : outputs.relative(resolve(folder, path));
  const masks = masksOf(record, moved);
  return {
    ...value,
    ...(masks !== undefined && { masks }),
    ...(imagePath !== undefined && { image: outputs.relative(imagePath) }),
  };
}

function masksOf({ value, segments }: ReadRecord, moved: (path: string) => string): unknown {
  const { masks } = value;
  if (Array.isArray(masks)) return masks.map((mask: unknown) => movedMask(mask, moved));
  if (typeof masks !== 'string') return masks;
  const known = segments.map((segment) => segment.value);
  return known.includes(undefined) ? moved(masks) : known.map((mask) => movedMask(mask, moved));
}

/** A value of a label map names a file. */
function movedMask(mask: unknown, moved: (path: string) => string): unknown {
  return isObject(mask) && typeof mask['file'] === 'string' ? { ...mask, file: moved(mask['file']) } : mask;
}
