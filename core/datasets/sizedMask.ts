/** A segmentation of a photograph whose size may not be known: runs say it themselves, and polygons do not. */
import { fail, ok, type Result } from '../result.ts';
import { cocoMask } from './coco/segmentation.ts';

/** Pixels. */
export interface Size {
  readonly height: number;
  readonly width: number;
}

/** As a record holds it. Fails where it cannot be read, and for polygons where `size` is not known. */
export function sizedMask(segmentation: unknown, size: Size | undefined): Result<Readonly<Record<string, unknown>>> {
  if (size === undefined && Array.isArray(segmentation))
    return fail('It is made of polygons, and the size of the photograph is not known: name its folder with --images.');
  const mask = cocoMask(segmentation, size?.height ?? 0, size?.width ?? 0);
  return mask.ok ? ok(mask.value.value) : mask;
}

/** Whole numbers of pixels; `undefined` for anything else. */
export function sizeFrom(height: unknown, width: unknown): Size | undefined {
  return isSide(height) && isSide(width) ? { height, width } : undefined;
}

function isSide(side: unknown): side is number {
  return typeof side === 'number' && Number.isSafeInteger(side) && side > 0;
}
