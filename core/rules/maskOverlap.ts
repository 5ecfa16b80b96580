import { intersectionArea } from '../masks/runLengthMask.ts';
import type { RecordModel } from '../records/recordModel.ts';
import { defineRule } from './rule.ts';
import { duplicatesOf, MOST_STEPS, maskName, type SoundMask, sharedBox, soundMasks } from './soundMasks.ts';

/** More places than these explain nothing more. */
const MAX_RELATED = 20;

interface Overlap {
  /** The mask's place in the record. */
  readonly earlier: number;
  /** Pixels. */
  readonly shared: number;
}

/** A panoptic record gives every pixel to one segment at most, as COCO's panoptic PNG cannot do otherwise. */
export const maskOverlap = defineRule({
  code: 'mask-overlap',
  severity: 'warning',
  scope: 'pixels',
  fix: 'none',
  summary: 'In a `panoptic` record, two masks share pixels.',
  why: 'A panoptic segmentation gives a pixel to one segment; panoptic quality and label maps cannot hold two.',
  bad: [
    '{"id": "a", "image": "a.jpg", "width": 4, "height": 4, "task": "panoptic", "conversations": [{"from": "human", "value": "<image>\\nCan you segment all the objects in this image?"}, {"from": "gpt", "value": "Sure, the image contains <p> dog </p> [SEG] and <p> grass </p> [SEG]."}], "masks": [{"size": [4, 4], "counts": [0, 6, 10]}, {"size": [4, 4], "counts": [4, 12]}]}',
  ],
  good: [
    '{"id": "a", "image": "a.jpg", "width": 4, "height": 4, "task": "panoptic", "conversations": [{"from": "human", "value": "<image>\\nCan you segment all the objects in this image?"}, {"from": "gpt", "value": "Sure, the image contains <p> dog </p> [SEG] and <p> grass </p> [SEG]."}], "masks": [{"size": [4, 4], "counts": [0, 6, 10]}, {"size": [4, 4], "counts": [6, 10]}]}',
  ],
  check({ record, report }) {
    if (record.task !== 'panoptic' || record.masks === undefined || record.masks.length < 2) return;
    // A mask that repeats another one shares all of its pixels: `mask-duplicate` says so.
    const duplicates = duplicatesOf(record);
    const masks = soundMasks(record).filter(({ index }) => !duplicates.has(index));
    for (const [index, overlaps] of overlapsOf(masks)) {
      report({ path: record.maskPath(index) }, messageOf(record, index, overlaps), {
        related: overlaps.slice(0, MAX_RELATED).map(({ earlier, shared }) => ({
          target: { path: record.maskPath(earlier) },
          message: `It shares ${pixels(shared)} with this one.`,
        })),
      });
    }
  },
});

/** For each mask that shares pixels with earlier ones, these, in their order. A sweep over the boxes from left to right. */
function overlapsOf(masks: readonly SoundMask[]): ReadonlyMap<number, readonly Overlap[]> {
  const found = new Map<number, Overlap[]>();
  let open: SoundMask[] = [];
  let steps = 0;
  for (const mask of [...masks].sort((a, b) => a.box[0] - b.box[0])) {
    open = open.filter(({ box }) => box[0] + box[2] > mask.box[0]);
    steps += open.length;
    if (steps > MOST_STEPS) break;
    for (const other of open) {
      if (steps > MOST_STEPS || sharedBox(other.box, mask.box) === 0) continue;
      steps += other.mask.counts.length + mask.mask.counts.length;
      const shared = intersectionArea(other.mask, mask.mask);
      if (shared > 0) keep(found, other.index, mask.index, shared);
    }
    open.push(mask);
  }
  for (const overlaps of found.values()) overlaps.sort((a, b) => a.earlier - b.earlier);
  return found;
}

function keep(found: Map<number, Overlap[]>, one: number, other: number, shared: number): void {
  const later = Math.max(one, other);
  const overlap = { earlier: Math.min(one, other), shared };
  const known = found.get(later);
  if (known === undefined) found.set(later, [overlap]);
  else known.push(overlap);
}

function messageOf(record: RecordModel, index: number, overlaps: readonly Overlap[]): string {
  const [first] = overlaps;
  const which = record.sidecar === undefined ? '' : `Mask ${index + 1}: `;
  const shared = `${pixels(first!.shared)} with ${maskName(record, first!.earlier)}`;
  const others = overlaps.length - 1;
  const more = others === 0 ? '' : `, and some with ${others} more ${others === 1 ? 'mask' : 'masks'} before it`;
  return `${which}This mask shares ${shared}${more}; a panoptic record gives each pixel to one segment: take the shared pixels out of one of them.`;
}

function pixels(count: number): string {
  return count === 1 ? '1 pixel' : `${String(count).replace(/\B(?=(\d{3})+$)/g, ',')} pixels`;
}
