import { COCO_STUFF, COCO_THINGS } from '../../datasets/classNames/coco.ts';
import type { PanopticCategory } from '../masks/panoptic.ts';

/** A kind of segment with its name. */
export interface NamedCategory extends PanopticCategory {
  readonly name: string;
}

const COCO = new Map(
  [...COCO_THINGS, ...COCO_STUFF].map((name, i) => [name, { id: i + 1, name, isThing: i < COCO_THINGS.length }]),
);

/** The numbers of COCO's 133 categories, in the order of their ids. */
export const COCO_CLASSES: readonly number[] = [...COCO.values()].map(({ id }) => id);

/**
 * The category that a panoptic phrase names: without the `-1`, `-2` that tell segments of one kind apart, letter case
 * and outer white space. A name that is none of COCO's is a thing where segments of it are numbered.
 */
export function categoryOf(phrase: string): NamedCategory {
  const text = phrase.trim();
  const end = numberStart(text);
  const name = text.slice(0, end).trim().toLowerCase();
  return COCO.get(name) ?? { id: hashOf(name), name, isThing: end < text.length };
}

/** Where the `-1` at a text's end begins; its length where there is none. */
function numberStart(text: string): number {
  let at = text.length;
  while (at > 0 && text.charCodeAt(at - 1) >= 48 && text.charCodeAt(at - 1) <= 57) at--;
  return at > 1 && at < text.length && text[at - 1] === '-' ? at - 1 : text.length;
}

/** 52 bits of a text, above every number that a known category has: the same in every worker thread. */
function hashOf(text: string): number {
  let low = 0x811c9dc5;
  let high = 0x9e3779b9;
  for (let i = 0; i < text.length; i++) {
    low = Math.imul(low ^ text.charCodeAt(i), 0x01000193);
    high = Math.imul(high ^ text.charCodeAt(i), 0x85ebca6b);
  }
  return 2 ** 52 + (high & 0xfffff) * 2 ** 32 + (low >>> 0);
}
