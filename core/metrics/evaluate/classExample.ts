import { union } from '../../masks/runLengthMask.ts';
import type { PanopticExample, PanopticSegment } from '../masks/panoptic.ts';
import type { ClassMask, SemanticExample } from '../masks/semantic.ts';

/**
 * A panoptic image as the paper's script looks at it: a map of classes, numbered by their places in `classes`, in which
 * segments are not told apart. Segments whose category is none of them, true ones among them, are left out.
 */
export function classExample(example: PanopticExample, classes: readonly number[]): SemanticExample {
  const { id, order, truth, predictions } = example;
  const places = new Map(classes.map((category, place) => [category, place]));
  const { height, width } = (truth[0] ?? predictions[0])?.mask ?? NOTHING;
  return { id, order, height, width, truth: joined(truth, places), predictions: inOrder(predictions, places) };
}

const NOTHING = { height: 0, width: 0 };

function inOrder(segments: readonly PanopticSegment[], places: ReadonlyMap<number, number>): ClassMask[] {
  return segments.flatMap(({ category, mask }) => {
    const place = category === undefined ? undefined : places.get(category);
    return place === undefined ? [] : [{ category: place, mask }];
  });
}

/** One mask a class. */
function joined(segments: readonly PanopticSegment[], places: ReadonlyMap<number, number>): ClassMask[] {
  const byClass = new Map<number, ClassMask[]>();
  for (const each of inOrder(segments, places))
    byClass.set(each.category, [...(byClass.get(each.category) ?? []), each]);
  return [...byClass].map(([category, list]) => ({ category, mask: union(list.map(({ mask }) => mask)) }));
}
