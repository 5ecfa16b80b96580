import type { Assignment } from './assignment.ts';
import { describeScene } from './describe/caption.ts';
import type { DraftText } from './describe/draftText.ts';
import { listEverything } from './describe/panoptic.ts';
import { readReferent } from './describe/referent.ts';
import { answerReferents } from './describe/referring.ts';
import { buildVocabulary } from './describe/vocabulary.ts';
import type { DraftMask } from './draft.ts';
import { draftMask } from './draftMask.ts';
import type { DetectorManifest } from './manifest.ts';
import type { Scene } from './scene.ts';

/** What templates can say: a caption, a list of everything, and what was asked for; nothing of the parts of a thing. */
export type DescribedAssignment = Exclude<Assignment, { task: 'reasoning' }>;

const ROOT_QUESTION =
  'Please provide a detailed description of all the objects present in this image in a comprehensive format. Please respond with interleaved segmentation masks for the corresponding parts of the answer.';

/** The classes that a referring assignment asks for; `undefined` where every class matters. */
export function classesAsked(
  assignment: DescribedAssignment,
  manifest: Pick<DetectorManifest, 'classes' | 'groups'>,
): ReadonlySet<number> | undefined {
  if (assignment.task !== 'referring') return undefined;
  const vocabulary = buildVocabulary(manifest);
  return new Set(assignment.prompt.referents.flatMap((text) => readReferent(text, vocabulary)?.noun.classes ?? []));
}

export interface Description {
  readonly question: string;
  /** Canonical USCDF; the k-th `[SEG]` owns `masks[k]`. */
  readonly answer: string;
  readonly masks: readonly DraftMask[];
  readonly negatives: readonly string[];
  readonly notes: readonly string[];
}

/**
 * Turns what the model sees into a question and a grounded answer. Throws a `NothingKnownError` where a referring question
 * asks only for things that cannot be judged.
 */
export function describe(
  assignment: DescribedAssignment,
  scene: Scene,
  manifest: Pick<DetectorManifest, 'classes' | 'groups'>,
): Description {
  const { question, answer, phrases, negatives, notes } = write(assignment, scene, manifest);
  const masks = phrases.map(({ label, score, mask }) => draftMask(label, score, mask));
  return { question, answer, masks, negatives, notes };
}

function write(
  assignment: DescribedAssignment,
  scene: Scene,
  manifest: Pick<DetectorManifest, 'classes' | 'groups'>,
): DraftText {
  switch (assignment.task) {
    case 'gcg':
      return describeScene(scene, manifest.classes);
    case 'mgsc':
      return { ...describeScene(scene, manifest.classes), question: ROOT_QUESTION };
    case 'panoptic':
      return listEverything(scene, manifest.classes);
    case 'referring':
      return answerReferents(assignment.prompt, scene, manifest.classes, buildVocabulary(manifest));
  }
}
