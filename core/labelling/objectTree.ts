/** Which objects of an image are parts of which others, from their masks alone. */
import { area, intersectionArea, iou, sameSize } from '../masks/geometry.ts';
import type { RunLengthMask } from '../masks/runLengthMask.ts';

/** An object of an image that is to be labelled. */
export interface MaskedObject {
  /** From 1: the N of `<objectN>`. */
  readonly number: number;
  readonly mask: RunLengthMask;
  /** As it stands in the record. */
  readonly value: Readonly<Record<string, unknown>>;
  /** The name that the mask had before. */
  readonly label: string | undefined;
}

export interface ObjectTree {
  /** Objects that are part of no other one, in the order given. */
  readonly roots: readonly MaskedObject[];
  /** Objects with parts, each before those of its parts that have parts. */
  readonly subtrees: readonly { readonly object: MaskedObject; readonly parts: readonly MaskedObject[] }[];
}

/** So much of an object lies inside the one that it is a part of. */
const PART_SHARE = 0.8;
/** From here on two masks show the same, as the rule `mask-duplicate` has it. */
const SAME_IOU = 0.95;

/** Objects that show the same as an earlier one are left out. */
export function withoutDuplicates(objects: readonly MaskedObject[]): {
  readonly kept: readonly MaskedObject[];
  readonly duplicates: readonly MaskedObject[];
} {
  const kept: MaskedObject[] = [];
  const duplicates: MaskedObject[] = [];
  for (const object of objects) {
    const isSame = kept.some(({ mask }) => sameSize(mask, object.mask) && iou(mask, object.mask) >= SAME_IOU);
    (isSame ? duplicates : kept).push(object);
  }
  return { kept, duplicates };
}

/** An object is part of the smallest larger one that holds four fifths of it. */
export function objectTree(objects: readonly MaskedObject[]): ObjectTree {
  const areas = new Map(objects.map((object) => [object, area(object.mask)]));
  const bySize = [...objects].sort((a, b) => areas.get(a)! - areas.get(b)! || b.number - a.number);
  const parts = new Map<MaskedObject, MaskedObject[]>();
  const roots = new Set(objects);
  bySize.forEach((object, i) => {
    const most = areas.get(object)!;
    const whole = bySize
      .slice(i + 1)
      .find(
        (larger) =>
          areas.get(larger)! > most &&
          sameSize(larger.mask, object.mask) &&
          intersectionArea(larger.mask, object.mask) >= PART_SHARE * most,
      );
    if (whole === undefined || most === 0) return;
    roots.delete(object);
    const siblings = parts.get(whole);
    if (siblings === undefined) parts.set(whole, [object]);
    else siblings.push(object);
  });
  const subtrees = [...bySize].reverse().flatMap((object) => {
    const own = parts.get(object);
    return own === undefined ? [] : [{ object, parts: [...own].sort((a, b) => a.number - b.number) }];
  });
  return { roots: objects.filter((object) => roots.has(object)), subtrees };
}
