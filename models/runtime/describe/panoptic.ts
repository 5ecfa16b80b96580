import { area, intersection, type RunLengthMask, union } from '../../../core/masks/runLengthMask.ts';
import { groundedPhrase, joinList } from '../../../core/text/compose.ts';
import type { NounClass } from '../manifest.ts';
import type { Instance, Scene } from '../scene.ts';
import { byClass, nothingSeen } from './caption.ts';
import type { DraftText } from './draftText.ts';

const QUESTION = 'Can you segment all the objects in this image?';
/** Below this share of its own pixels an instance is a remnant under others. */
const VISIBLE = 0.2;

/**
 * Every instance a phrase, in the order of the classes, numbered where its class has several ("person-1"). Masks do not
 * overlap, as a panoptic answer asks: a pixel goes to the smallest thing that claims it, since small things stand on large ones.
 */
export function listEverything(scene: Scene, classes: readonly NounClass[]): DraftText {
  const groups = byClass(apart(scene.instances));
  if (groups.length === 0) return nothingSeen(QUESTION, classes);
  const phrases = groups.flatMap((instances) => {
    const { name } = classes[instances[0]!.classIndex]!;
    return instances.map(({ score, mask }, i) => ({
      label: name,
      text: instances.length === 1 ? name : `${name}-${i + 1}`,
      score,
      mask,
    }));
  });
  return {
    question: QUESTION,
    answer: `Sure, the image contains ${joinList(phrases.map(({ text }) => groundedPhrase(text)))}.`,
    phrases: phrases.map(({ label, score, mask }) => ({ label, score, mask })),
    negatives: [],
    notes: [],
  };
}

function apart(instances: readonly Instance[]): readonly Instance[] {
  const smallestFirst = [...instances].sort((a, b) => a.area - b.area);
  const masks = new Map<Instance, RunLengthMask>();
  let taken: RunLengthMask | undefined;
  for (const instance of smallestFirst) {
    const mask = taken === undefined ? instance.mask : intersection([instance.mask, complement(taken)]);
    if (area(mask) >= VISIBLE * instance.area) masks.set(instance, mask);
    taken = taken === undefined ? instance.mask : union([taken, instance.mask]);
  }
  return instances.flatMap((instance) => {
    const mask = masks.get(instance);
    return mask === undefined ? [] : [{ ...instance, mask, area: area(mask) }];
  });
}

function complement({ height, width, counts }: RunLengthMask): RunLengthMask {
  return { height, width, counts: counts[0] === 0 ? counts.slice(1) : Uint32Array.from([0, ...counts]) };
}
