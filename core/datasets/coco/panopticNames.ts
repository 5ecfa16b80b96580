/** COCO panoptic's 133 categories: their ids, their names in the files, and the words that MGLMM's answers use for them. */
import { COCO_STUFF, COCO_THINGS } from '../classNames/coco.ts';

/** The ids of the 80 things, which have gaps. */
export const THING_IDS: readonly number[] = Array.from({ length: 90 }, (_, i) => i + 1).filter(
  (id) => ![12, 26, 29, 30, 45, 66, 68, 69, 71, 83].includes(id),
);

/** The ids of the 53 kinds of stuff, in the order of `COCO_STUFF`. */
const STUFF_IDS: readonly number[] = [
  ...[92, 93, 95, 100, 107, 109, 112, 118, 119, 122, 125, 128, 130, 133, 138, 141, 144, 145, 147, 148, 149, 151],
  ...[154, 155, 156, 159, 161, 166, 168, 171, 175, 176, 177, 178, 180, 181],
  ...Array.from({ length: 17 }, (_, i) => 184 + i),
];

/** How the files write the kinds of stuff whose words are not the file's up to the first hyphen. */
const RENAMED: Readonly<Record<string, string>> = {
  'window-blind': 'blind window',
  'wall-wood': 'wooden wall',
  'wall-tile': 'tiled wall',
  'wall-stone': 'stone wall',
  'wall-brick': 'brick wall',
  'mirror-stuff': 'mirror stuff',
  'floor-wood': 'wooden floor',
  'door-stuff': 'door stuff',
};

const MERGED = new Set(
  'tree fence ceiling cabinet table pavement mountain grass dirt paper rock rug'
    .split(' ')
    .map((name) => `${name}-merged`),
);
const OTHERS = [
  'water-other',
  'window-other',
  'sky-other-merged',
  'floor-other-merged',
  'food-other-merged',
  'building-other-merged',
  'wall-other-merged',
];

/** Official names up to the first hyphen, where they are not renamed. */
const CUT: ReadonlySet<string> = new Set([...MERGED, ...OTHERS]);

/**
 * The words for a category, by its name in the file: `tree-merged` is "tree", `wall-brick` is "brick wall". Names that are not
 * COCO's stay as they are.
 */
export function panopticWords(name: string): string {
  return RENAMED[name] ?? (CUT.has(name) ? name.split('-')[0]! : name);
}

export interface PanopticCategory {
  readonly id: number;
  /** As the files write it. */
  readonly name: string;
  readonly isThing: boolean;
}

const byWords = new Map<string, PanopticCategory>();
for (const [i, name] of COCO_THINGS.entries()) byWords.set(name, { id: THING_IDS[i]!, name, isThing: true });
const fileNames = new Map([...Object.keys(RENAMED), ...MERGED, ...OTHERS].map((name) => [panopticWords(name), name]));
for (const [i, words] of COCO_STUFF.entries())
  byWords.set(words, { id: STUFF_IDS[i]!, name: fileNames.get(words) ?? words, isThing: false });

/** The category that words stand for; `undefined` where COCO has none. */
export function panopticCategory(words: string): PanopticCategory | undefined {
  return byWords.get(words.toLowerCase());
}
