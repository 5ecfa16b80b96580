/** The class names of the datasets that grounded captions are made from. */
import { ADE20K } from './ade20k.ts';
import { COCO_STUFF, COCO_THINGS } from './coco.ts';
import { PASCAL_VOC } from './pascalVoc.ts';

export interface ClassName {
  readonly name: string;
  /** The datasets that know it, in words for a person. */
  readonly datasets: readonly string[];
}

const LISTS: readonly (readonly [string, readonly string[]])[] = [
  ['COCO', COCO_THINGS],
  ['COCO panoptic', COCO_STUFF],
  ['Pascal VOC', PASCAL_VOC],
  ['ADE20K', ADE20K],
];

/** Each name once, COCO's first. */
export const CLASS_NAMES: readonly ClassName[] = merge();

function merge(): readonly ClassName[] {
  const datasets = new Map<string, string[]>();
  for (const [dataset, names] of LISTS) {
    for (const name of names) datasets.set(name, [...(datasets.get(name) ?? []), dataset]);
  }
  return [...datasets].map(([name, of]) => ({ name, datasets: of }));
}
