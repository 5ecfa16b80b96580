/** Reads values of COCO-like files without trusting them. */
import { type MaskReading, readMask } from '../../../masks/maskValue.ts';
import { isObject } from '../../../records/isObject.ts';
import type { ExampleId } from '../../masks/example.ts';

/** A list under a key of an object; empty where there is none. */
export function listOf(value: unknown, key: string): readonly Readonly<Record<string, unknown>>[] {
  const list = isObject(value) ? value[key] : undefined;
  return Array.isArray(list) ? list.filter(isObject) : [];
}

export function isId(value: unknown): value is ExampleId {
  return typeof value === 'string' || typeof value === 'number';
}

/** The texts of a list; empty for anything else. */
export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map((item) => (typeof item === 'string' ? item : String(item))) : [];
}

/** `[height, width]` of an entry of `images`; undefined where it does not say. */
export function imageSize(image: Readonly<Record<string, unknown>> | undefined): readonly [number, number] | undefined {
  const { height, width } = image ?? {};
  return isSide(height) && isSide(width) && height * width <= MOST_PIXELS ? [height, width] : undefined;
}

/** As many as a mask may have. */
const MOST_PIXELS = 100_000_000;

function isSide(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

/** A mask as COCO writes it: run lengths, or polygons on an image of a known size. */
export function readSegmentation(value: unknown, size: readonly [number, number] | undefined): MaskReading {
  return Array.isArray(value) ? readMask({ size, polygons: value }) : readMask(value);
}
