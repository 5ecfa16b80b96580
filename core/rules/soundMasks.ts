/** The masks of a record whose pixels rules compare with each other. */
import { area, type Box, boundingBox, intersectionArea, type RunLengthMask } from '../masks/runLengthMask.ts';
import type { RecordModel } from '../records/recordModel.ts';
import { once } from './fixes.ts';

export interface SoundMask {
  /** Its place in the record's `masks`. */
  readonly index: number;
  readonly mask: RunLengthMask;
  /** Pixels, at least 1. */
  readonly area: number;
  readonly box: Box;
}

/** A mask that shows what an earlier one shows. */
export interface Duplicate {
  readonly earlier: number;
  /** Intersection over union, 0.95 to 1. */
  readonly iou: number;
}

/** Two masks show the same where they share 19 of 20 pixels: an IoU of 0.95, in whole numbers. */
const SHARED = 19;
const OF = 20;
/** Areas of such masks differ by a factor of 20 / 19 at most, so they lie in one bucket of this width or in neighbours. */
const BUCKET = 0.0514;
/** Steps through runs and boxes that comparing the masks of one record may take: some tenths of a second. */
export const MOST_STEPS = 50_000_000;

/**
 * The masks that decode, have the image's size and hold a pixel. None where the record has more or fewer masks than
 * `[SEG]`: then it is not certain which mask belongs to which words, and `mask-count` asks for that first.
 */
export const soundMasks = once((record: RecordModel): readonly SoundMask[] => {
  const { masks, segs, imageSize } = record;
  if (masks === undefined || masks.length !== segs.length) return [];
  const sound: SoundMask[] = [];
  for (let index = 0; index < masks.length; index++) {
    const reading = record.reading(index);
    if (!reading.ok || !hasSize(reading.mask, imageSize)) continue;
    const pixels = area(reading.mask);
    if (pixels > 0) sound.push({ index, mask: reading.mask, area: pixels, box: boundingBox(reading.mask) });
  }
  return sound;
});

/** The later masks of pairs with an IoU of 0.95 or more, each with an earlier mask that it repeats. */
export const duplicatesOf = once((record: RecordModel): ReadonlyMap<number, Duplicate> => {
  const duplicates = new Map<number, Duplicate>();
  const originals = new Originals();
  for (const mask of soundMasks(record)) {
    const duplicate = originals.find(mask);
    if (duplicate === undefined) originals.add(mask);
    else duplicates.set(mask.index, duplicate);
    if (originals.steps > MOST_STEPS) break;
  }
  return duplicates;
});

/** Masks that repeat no other, by the logarithm of their area: a thousand of them cost a mask few comparisons. */
class Originals {
  /** What comparing has cost so far. */
  steps = 0;
  private readonly byArea = new Map<number, SoundMask[]>();

  add(mask: SoundMask): void {
    const bucket = bucketOf(mask);
    const others = this.byArea.get(bucket);
    if (others === undefined) this.byArea.set(bucket, [mask]);
    else others.push(mask);
  }

  find(mask: SoundMask): Duplicate | undefined {
    const bucket = bucketOf(mask);
    return this.findAmong(bucket, mask) ?? this.findAmong(bucket - 1, mask) ?? this.findAmong(bucket + 1, mask);
  }

  private findAmong(bucket: number, mask: SoundMask): Duplicate | undefined {
    const candidates = this.byArea.get(bucket);
    if (candidates === undefined) return undefined;
    this.steps += candidates.length;
    for (const candidate of candidates) {
      if (!boxesCouldHold(candidate, mask)) continue;
      if (this.steps > MOST_STEPS) return undefined;
      this.steps += candidate.mask.counts.length + mask.mask.counts.length;
      const shared = intersectionArea(candidate.mask, mask.mask);
      if (isSame(candidate, mask, shared))
        return { earlier: candidate.index, iou: shared / (candidate.area + mask.area - shared) };
    }
    return undefined;
  }
}

function bucketOf({ area }: SoundMask): number {
  return Math.floor(Math.log(area) / BUCKET);
}

/** A mask has the image's size, as far as that is known. */
export function hasSize(
  { height, width }: RunLengthMask,
  image: readonly [height: number, width: number] | undefined,
): boolean {
  return image === undefined || (image[0] === height && image[1] === width);
}

/** What a message calls a mask: its words, else its number. */
export function maskName(record: RecordModel, index: number): string {
  const words = record.segs[index]?.seg.phrase?.text ?? '';
  if (words === '') return `mask ${index + 1}`;
  return `the mask of "${words.length > 60 ? `${words.slice(0, 60)}…` : words}"`;
}

/** The pixels that two boxes have in common. */
export function sharedBox(a: Box, b: Box): number {
  const width = Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1]);
  return width <= 0 || height <= 0 ? 0 : width * height;
}

function boxesCouldHold(a: SoundMask, b: SoundMask): boolean {
  return isSame(a, b, Math.min(a.area, b.area, sharedBox(a.box, b.box)));
}

function isSame(a: SoundMask, b: SoundMask, shared: number): boolean {
  return OF * shared >= SHARED * (a.area + b.area - shared);
}
