import { boundingBox, union } from '../../../core/masks/runLengthMask.ts';
import { groundedPhrase, joinList } from '../../../core/text/compose.ts';
import type { NounClass } from '../manifest.ts';
import type { Instance, Scene } from '../scene.ts';
import type { DraftText } from './draftText.ts';
import { countedPhrase } from './nouns.ts';
import { placeWords } from './placement.ts';

const QUESTION =
  'Could you please give me a detailed description of the image? Please respond with interleaved segmentation masks for the corresponding parts of the answer.';
/** Phrases of the first sentence; what is less prominent goes into a second one. */
const FIRST_SENTENCE = 3;

/**
 * A caption from what was found: one phrase a class with the union of its masks, the most prominent first, with its
 * place in the photograph in plain words.
 */
export function describeScene(scene: Scene, classes: readonly NounClass[]): DraftText {
  if (scene.instances.length === 0) return nothingSeen(QUESTION, classes);
  const { width, height } = scene.image;
  const kinds = byClass(scene.instances)
    .map((instances) => {
      const noun = classes[instances[0]!.classIndex]!;
      const mask = union(instances.map((instance) => instance.mask));
      const score = Math.max(...instances.map((instance) => instance.score));
      const area = instances.reduce((sum, instance) => sum + instance.area, 0);
      return {
        noun,
        instances,
        mask,
        score,
        prominence: area * score,
        place: placeWords(boundingBox(mask), width, height),
      };
    })
    .sort((a, b) => b.prominence - a.prominence);
  let previousPlace: string | undefined;
  const parts = kinds.map(({ noun, instances, place }) => {
    const repeated = place === previousPlace;
    previousPlace = place;
    const phrase = groundedPhrase(countedPhrase(noun, instances.length));
    return place === undefined || repeated ? phrase : `${phrase} ${place}`;
  });
  const first = `The image shows ${joinList(parts.slice(0, FIRST_SENTENCE))}.`;
  const rest = parts.slice(FIRST_SENTENCE);
  const verb = (kinds[FIRST_SENTENCE]?.instances.length ?? 0) > 1 ? 'are' : 'is';
  return {
    question: QUESTION,
    answer: rest.length === 0 ? first : `${first} There ${verb} also ${joinList(rest)}.`,
    phrases: kinds.map(({ noun, score, mask }) => ({ label: noun.name, score, mask })),
    negatives: [],
    notes: [],
  };
}

/** The instances in groups of one class, the classes in the model's order. */
export function byClass(instances: readonly Instance[]): readonly (readonly Instance[])[] {
  const groups = new Map<number, Instance[]>();
  for (const instance of instances) {
    const group = groups.get(instance.classIndex);
    if (group === undefined) groups.set(instance.classIndex, [instance]);
    else group.push(instance);
  }
  return [...groups].sort(([a], [b]) => a - b).map(([, group]) => group);
}

/** The answer where nothing was found: that, and nothing invented. */
export function nothingSeen(question: string, classes: readonly NounClass[]): DraftText {
  return {
    question,
    answer: `Sorry, I don't see any of the ${classes.length} known objects in this image.`,
    phrases: [],
    negatives: [],
    notes: [
      `The model knows ${classes.length} kinds of things and is sure of none of them here. Lower the score threshold, or write the caption by hand.`,
    ],
  };
}
