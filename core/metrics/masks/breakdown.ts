import type { MeanIouEntry } from './miou.ts';
import type { RecallEntry, RecallTarget } from './recall.ts';

/** Things that should be grounded and have something in common. */
export interface RecallGroup {
  readonly name: string;
  readonly found: number;
  readonly total: number;
  /** The share that was found, 0 to 1. */
  readonly recall: number;
}

/** COCO's borders between small, medium and large, in pixels. */
const [MEDIUM, LARGE] = [32 ** 2, 96 ** 2];

/**
 * Recall of every phrase, those that occur most first, then by name; letter case and outer white space do not part
 * phrases. A thing without a phrase stands under an empty name.
 */
export function recallByPhrase(images: readonly RecallEntry[]): RecallGroup[] {
  const groups = groupTargets(images, ({ label }) => (label ?? '').trim().toLowerCase());
  return groups.sort((a, b) => b.total - a.total || (a.name < b.name ? -1 : 1));
}

/** Recall of small, medium and large masks by COCO's borders; things without a mask are left out. */
export function recallByArea(images: readonly RecallEntry[]): RecallGroup[] {
  const groups = groupTargets(images, ({ area }) => (area === undefined ? undefined : sizeName(area)));
  const order = ['small', 'medium', 'large'];
  return groups.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
}

function sizeName(area: number): string {
  if (area < MEDIUM) return 'small';
  return area < LARGE ? 'medium' : 'large';
}

function groupTargets(
  images: readonly RecallEntry[],
  nameOf: (target: RecallTarget) => string | undefined,
): RecallGroup[] {
  const groups = new Map<string, { found: number; total: number }>();
  for (const { targets } of images) {
    for (const target of targets) {
      const name = nameOf(target);
      if (name === undefined) continue;
      const group = groups.get(name) ?? { found: 0, total: 0 };
      groups.set(name, group);
      group.total++;
      if (target.found) group.found++;
    }
  }
  return [...groups].map(([name, { found, total }]) => ({ name, found, total, recall: found / total }));
}

/**
 * How many true masks overlap their partner by how much: `bins` equal steps from 0 to 1, an overlap of 1 in the last.
 * Masks without a partner stand in the first.
 */
export function iouHistogram(images: readonly MeanIouEntry[], bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (const { ious, missed } of images) {
    if (bins > 0) counts[0]! += missed;
    for (const iou of ious) {
      const bin = Math.min(Math.floor(iou * bins), bins - 1);
      if (bin >= 0) counts[bin]!++;
    }
  }
  return counts;
}
